// Counts the chosen team-days, and chooses all that are listed; a row is as good as its box.
(function () {
  const table = document.getElementById('assign-table');
  const all = document.getElementById('all-routes');
  const boxes = [...table.querySelectorAll('[name=route]')];
  const count = () => {
    const n = boxes.filter((box) => box.checked).length;
    document.getElementById('chosen-n').textContent = String(n);
    all.checked = n > 0 && n === boxes.length;
    all.indeterminate = n > 0 && n < boxes.length;
    for (const box of boxes) box.closest('tr').classList.toggle('on', box.checked);
  };
  all.addEventListener('change', () => { for (const box of boxes) box.checked = all.checked; count(); });
  table.addEventListener('change', count);
  table.addEventListener('click', (event) => {
    const row = event.target.closest('tbody tr');
    if (!row || event.target.closest('input, a')) return;
    const box = row.querySelector('[name=route]');
    box.checked = !box.checked;
    count();
  });
  count();
})();
