// The import: what is chosen counts at once (the page's content is fetched anew), N goes to the next doubt, a running job is polled.
(function () {
  const main = document.getElementById('main');
  let busy = false;
  const waiting = new Map(); // what was chosen while the page still counted: laid onto the fresh page, never lost
  const name = (select) => {
    // Of the kinds that nobody knows, the n-th of a list belongs to its n-th value.
    const all = [...document.querySelectorAll(`select.give[data-file="${select.dataset.file}"]`)];
    return `give-${select.dataset.file}-${all.indexOf(select)}`;
  };
  const label = () => { for (const select of document.querySelectorAll('select.give')) select.name = name(select); };
  label();

  function say(text) {
    const note = document.createElement('p');
    note.className = 'note bad';
    note.textContent = text;
    const said = document.getElementById('said');
    said.replaceChildren(note);
    said.scrollIntoView({ block: 'nearest' });
  }
  const boxes = (one) => `${one.name} ${one.type === 'checkbox' ? one.value : ''}`;
  function relay() {
    const form = document.getElementById('choices');
    if (!waiting.size || !form) return;
    const controls = [...form.elements].filter((one) => waiting.has(boxes(one)));
    for (const one of controls) { const given = waiting.get(boxes(one)); if (one.type === 'checkbox') one.checked = given; else one.value = given; }
    waiting.clear();
    if (controls.length) send(form, null);
  }
  async function send(form, button) {
    if (busy) return;
    busy = true;
    document.body.dataset.choices = 'busy';
    const data = new FormData(form);
    if (button && button.name) data.append(button.name, button.value);
    const focus = document.activeElement && (document.activeElement.name || document.activeElement.id);
    const scroll = main.scrollTop;
    try {
      const answer = await fetch(form.action, { method: 'POST', body: data, headers: { Accept: 'application/json, text/html;q=0.9' } });
      if (!answer.ok) {
        const told = await answer.json();
        say(document.documentElement.lang === 'en' ? told.error.en : told.error.zh);
        return;
      }
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const fresh = page.getElementById('main');
      if (!fresh) { location.reload(); return; }
      main.replaceChildren(...fresh.childNodes);
      label();
      main.scrollTop = scroll;
      const again = focus && (document.getElementsByName(focus)[0] || document.getElementById(focus));
      if (again) again.focus({ preventScroll: true });
    } catch (error) {
      location.reload();
    } finally {
      busy = false;
      document.body.dataset.choices = 'ready';
      relay();
    }
  }
  document.addEventListener('change', (event) => {
    const form = event.target.closest('#choices');
    if (!form) return;
    const one = event.target;
    if (busy) waiting.set(boxes(one), one.type === 'checkbox' ? one.checked : one.value); else send(form, null);
  });
  document.addEventListener('submit', (event) => {
    if (event.target.id !== 'choices') return;
    event.preventDefault();
    send(event.target, event.submitter);
  });
  let at = -1;
  document.addEventListener('keydown', (event) => {
    if (event.key.toLowerCase() !== 'n' || event.target.matches('input, select, textarea') || event.ctrlKey || event.metaKey || event.altKey) return;
    const doubts = [...document.querySelectorAll('.doubt, td.err, td.flag')];
    if (!doubts.length) return;
    at = (at + 1) % doubts.length;
    doubts[at].tabIndex = -1;
    doubts[at].focus();
    doubts[at].scrollIntoView({ block: 'nearest' });
    event.preventDefault();
  });

  // Files: the chosen names are told, and they may be dropped.
  const told = (drop) => {
    const files = [...drop.querySelector('input').files];
    drop.querySelector('.drop-names').textContent = files.length ? `${drop.dataset.picked.replace('{count}', files.length)}：${files.map((file) => file.name).join('、')}` : '';
  };
  for (const drop of document.querySelectorAll('.drop')) if (drop.querySelector('input').files.length) told(drop);  // chosen before this ran
  document.addEventListener('change', (event) => { const drop = event.target.closest('.drop'); if (drop) told(drop); });
  for (const kind of ['dragover', 'drop']) {
    document.addEventListener(kind, (event) => {
      const drop = event.target.closest('.drop');
      if (!drop || !event.dataTransfer) return;
      event.preventDefault();
      if (kind === 'drop') { drop.querySelector('input').files = event.dataTransfer.files; told(drop); }
    });
  }

  const running = document.getElementById('running');
  if (!running) return;
  const bar = document.getElementById('progress'), text = document.getElementById('progress-text');
  async function poll() {
    try {
      const answer = await fetch(running.dataset.progress, { headers: { Accept: 'application/json' } });
      if (answer.ok) {
        const job = await answer.json();
        if (job.total) { bar.max = job.total; bar.value = job.done; } else bar.removeAttribute('value');
        text.textContent = job.text;
        if (!['queued', 'running'].includes(job.state)) { location.reload(); return; }
      }
    } catch (error) { /* the network is away for a moment: the job goes on, ask again */ }
    setTimeout(poll, 500);
  }
  poll();
})();
