// Keeps the page of jobs fresh: asks for the tables with the tag of what is shown; an unchanged answer costs nothing.
(function () {
  const box = document.getElementById('jobs');
  const stale = document.getElementById('jobs-stale');
  let tag = `"${box.dataset.tag}"`;
  async function look() {
    try {
      const answer = await fetch(box.dataset.table, { headers: { 'If-None-Match': tag, Accept: 'text/html' }, cache: 'no-store' });
      if (answer.status === 200 && !answer.redirected) {
        tag = answer.headers.get('ETag') || '';
        const held = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.key : '';
        box.innerHTML = await answer.text();
        const again = held && box.querySelector(`[data-key="${held}"]`);
        if (again) again.focus();
      } else if (answer.redirected) {
        location.reload(); // logged out meanwhile
        return;
      }
      stale.hidden = true;
    } catch (error) { stale.hidden = false; }
    setTimeout(look, document.hidden ? 5000 : 1000);
  }
  setTimeout(look, 1000);
})();
