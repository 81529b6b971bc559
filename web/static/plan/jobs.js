// Follows a job to its end, with its bar and its words; leaving the page does not stop it.
export async function follow(url, bar, text) {
  bar.hidden = false;
  for (;;) {
    await new Promise((wake) => { setTimeout(wake, 500); });
    let job = null;
    try {
      const answer = await fetch(url, { headers: { Accept: 'application/json' } });
      if (answer.ok) job = await answer.json();
    } catch { /* the network is away for a moment: the job goes on */ }
    if (!job) continue;
    bar.max = Math.max(job.total, 1);
    bar.value = job.done;
    text.textContent = job.text;
    if (job.final) { bar.hidden = true; return job; }
  }
}
