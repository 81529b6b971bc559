// Coverage: map and table are one (what is pointed at in one is outlined in the other); print; a report's folded rows.
(() => {
  for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => print());
  const rows = new Map([...document.querySelectorAll("#coverage-table tbody tr[data-code]")].map((row) => [row.dataset.code, row]));
  const shapes = new Map([...document.querySelectorAll(".cover-map [data-code]")].map((shape) => [shape.dataset.code, shape]));
  const mark = (code, on) => {
    rows.get(code)?.classList.toggle("is-marked", on);
    shapes.get(code)?.classList.toggle("is-marked", on);
  };
  for (const [code, node] of [...rows, ...shapes]) {
    for (const [kind, on] of [["mouseenter", true], ["focusin", true], ["mouseleave", false], ["focusout", false]]) node.addEventListener(kind, () => mark(code, on));
  }
  const open = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const folded = target && target.closest("details");
    if (folded) { folded.open = true; target.scrollIntoView(); }
  };
  addEventListener("hashchange", open);
  open();
})();
