// Polls a job and shows how far it is and how the best cost falls towards the bound; leaving the page does not stop it.
(function () {
  const token = document.currentScript.dataset.token;
  const panel = document.getElementById('draft');
  const figure = document.getElementById('course');
  const chart = document.getElementById('course-chart');
  const course_text = document.getElementById('course-text');
  const LEFT = 56, RIGHT = 610, TOP = 14, FLOOR = 170;

  function add(name, attributes, text) {
    const made = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text) made.textContent = text;
    chart.append(made);
  }
  function clock(seconds) {
    return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
  }
  function step(span) { // the round figure that parts a span in three to six
    const unit = 10 ** Math.floor(Math.log10(span / 3));
    return [1, 2, 5, 10].map((n) => n * unit).find((n) => span / n <= 6);
  }
  // course: [seconds, cost, bound, gap] for each moment the plan became better; bound and gap may be null.
  function draw(course) {
    figure.hidden = !course || !course.length;
    if (figure.hidden) return;
    chart.replaceChildren();
    const costs = course.map((point) => point[1]);
    const bound = course[course.length - 1][2];
    const low = Math.min(...costs, bound === null ? Infinity : bound), high = Math.max(...costs);
    const tick = step(Math.max(high - low, high * 0.01, 1));
    const bottom = Math.floor(low / tick) * tick, top = Math.max(Math.ceil(high / tick) * tick, bottom + tick);
    const end = Math.max(course[course.length - 1][0], 1);
    const x = (seconds) => (LEFT + (RIGHT - LEFT) * seconds / end).toFixed(1);
    const y = (cost) => (FLOOR - (FLOOR - TOP) * (cost - bottom) / (top - bottom)).toFixed(1);
    for (let cost = bottom; cost <= top + tick / 2; cost += tick) {
      add('path', { class: 'grid', d: `M${LEFT} ${y(cost)}H${RIGHT}` });
      add('text', { class: 'ax', x: LEFT - 6, y: +y(cost) + 4, 'text-anchor': 'end' }, Math.round(cost * 100) / 100 + '');
    }
    for (const part of [0, 0.5, 1]) {
      add('text', { class: 'ax', x: x(end * part), y: FLOOR + 19, 'text-anchor': part === 1 ? 'end' : 'middle' }, clock(end * part));
    }
    let line = `M${x(course[0][0])} ${y(costs[0])}`;
    course.slice(1).forEach((point) => { line += `H${x(point[0])}V${y(point[1])}`; });
    line += `H${RIGHT}`;
    if (bound !== null) {
      add('path', { class: 'gap', d: `${line}V${y(bound)}H${x(course[0][0])}Z` });
      add('path', { class: 'need', d: `M${x(course[0][0])} ${y(bound)}H${RIGHT}` });
    }
    add('path', { class: 'falls', d: line });
    add('circle', { class: 'now', cx: RIGHT, cy: y(costs[costs.length - 1]), r: 4 });
  }

  if (figure) draw(JSON.parse(figure.dataset.course));
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
        draw(job.course);
        course_text.textContent = job.course_text;
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
