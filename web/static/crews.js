// The month: a cell fills the form of an absence, a day's head the form of the district's days; arrows move; rounds are counted after.
(function () {
  const byId = (id) => document.getElementById(id);
  const day = byId('day');
  const seen = () => { byId('day-seen').value = day.selectedOptions[0].dataset.kind; };
  // Who is bound to an area has no form for the district's days.
  if (day) {
    day.addEventListener('change', seen);
    seen();
  }
  byId('first').addEventListener('change', () => { if (!byId('last').value || byId('last').value < byId('first').value) byId('last').value = byId('first').value; });
  const table = byId('month');
  table.addEventListener('click', (event) => {
    const cell = event.target.closest('.cell-pick'), head = event.target.closest('.day-pick');
    if (cell) {
      // A second cell of the same team to the right makes a span.
      const who = byId('who'), first = byId('first'), last = byId('last');
      const span = event.shiftKey && first.value && who.value.split('|')[0] === cell.dataset.who.split('|')[0] && cell.dataset.day >= first.value;
      if (!span) { who.value = cell.dataset.who; first.value = cell.dataset.day; }
      last.value = cell.dataset.day;
      for (const other of table.querySelectorAll('.picked')) other.classList.remove('picked');
      for (const other of cell.closest('tr').querySelectorAll('.cell-pick')) if (other.dataset.day >= first.value && other.dataset.day <= last.value) other.classList.add('picked');
      byId('absence').scrollIntoView({ block: 'nearest' });
    } else if (head && day) {
      day.value = head.dataset.day;
      seen();
      byId('day-panel').scrollIntoView({ block: 'nearest' });
    }
  });
  table.addEventListener('keydown', (event) => {
    const cell = event.target.closest('td, th');
    const move = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!cell || !move) return;
    const row = table.rows[cell.parentNode.rowIndex + move[0]];
    const next = row && row.cells[cell.cellIndex + move[1]];
    const target = next && next.querySelector('button, a');
    if (target) { target.focus(); event.preventDefault(); }
  });
  const body = byId('capacity-body');
  fetch(byId('capacity').dataset.source).then((answer) => (answer.ok ? answer.text() : Promise.reject(answer.status))).then((html) => {
    const page = new DOMParser().parseFromString(html, 'text/html');
    body.replaceChildren(...page.body.childNodes);
    document.body.dataset.capacity = 'ready';
  }).catch(() => { body.textContent = '—'; });
})();
