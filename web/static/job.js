// Polls a job and shows how far it is; leaving the page does not stop it.
(function () {
  const token = document.currentScript.dataset.token;
  const panel = document.getElementById('draft');
  if (!panel || !panel.dataset.job || !['queued', 'running'].includes(panel.dataset.state)) return;
  const bar = document.getElementById('job-progress');
  const text = document.getElementById('job-text');
  const chip = document.getElementById('job-state');
  const stop = document.getElementById('cancel-draft');
  async function poll() {
    try {
      const answer = await fetch(panel.dataset.job, { headers: { Accept: 'application/json' } });
      if (answer.ok) {
        const job = await answer.json();
        bar.max = Math.max(job.total, 1);
        bar.value = job.done;
        text.textContent = job.text;
        chip.textContent = job.state_word;
        if (!['queued', 'running'].includes(job.state)) { location.reload(); return; }
      }
    } catch (error) { /* the network is away for a moment: the job goes on, ask again */ }
    setTimeout(poll, 700);
  }
  stop.addEventListener('click', () => {
    stop.disabled = true;
    fetch(panel.dataset.cancel, { method: 'POST', headers: { 'X-CSRFToken': token, Accept: 'application/json' } });
  });
  poll();
})();
