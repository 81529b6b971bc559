// The new plan is being made: tell how far it is, and show it when it is there.
(function () {
  const box = document.getElementById('job'), told = document.getElementById('job-told'), bar = document.getElementById('job-progress');
  if (!box || !bar) return;
  const EVERY_MS = 700;
  async function look() {
    try {
      const answer = await fetch(box.dataset.source, { headers: { Accept: 'application/json' } });
      if (answer.ok) {
        const job = await answer.json();
        if (['done', 'failed', 'cancelled'].includes(job.state)) { window.location.reload(); return; }
        if (job.text) told.textContent = job.text;
        if (job.total) { bar.max = job.total; bar.value = job.done; }
      }
    } catch { /* the network comes back */ }
    setTimeout(look, EVERY_MS);
  }
  look();
})();
