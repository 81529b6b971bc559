// One stop: what is known of it, its checklist, findings, photos, note, and how the visit ended. Every tap is kept at once.
Field.stop = (function () {
  'use strict';

  const { el, say, pick, state, store } = { ...Field };
  const NOTICES = ['rectify', 'stop', 'inform', 'copy', 'seal', 'suspend'];
  const OUTCOMES = [['closed', 'closed_door'], ['refused', 'refused'], ['moved', 'moved'], ['not_found', 'not_found']];
  const urls = new Map(); // object addresses of photos that are shown
  let draft = null;
  let stop = null;
  let root = null;
  let saving = Promise.resolve();
  let scanner = null;

  const draftId = (visit) => `${state.who.login}/${state.day.day}/${visit}`;
  const category = (key) => state.day.categories.find((one) => one.key === key);
  const dueAfter = (days) => Field.local(Field.now() + days * 864e5).slice(0, 10);

  async function open(visit) {
    stop = state.day.stops.find((one) => one.visit === visit);
    if (!stop) return null;
    draft = (await store.get('drafts', draftId(visit))) || { id: draftId(visit), key: Field.uuid(), visit, answers: {}, findings: [], rechecks: {}, note: '', code: '', photos: [], arrivedAt: null, arrived: null };
    for (const url of urls.values()) URL.revokeObjectURL(url);
    urls.clear();
    for (const photo of await store.photosOf(draft.key)) urls.set(photo.key, URL.createObjectURL(photo.blob));
    root = el('div', { class: 'stop-page' });
    draw();
    return root;
  }
  function keep(redraw = true) {
    const copy = structuredClone(draft);
    saving = saving.then(() => store.put('drafts', copy)).catch(() => { state.notice = say('no_room'); draw(); });
    if (redraw) draw();
    return saving;
  }

  // ---- arrival and code --------------------------------------------------------------------------------------------

  async function arrive(withPlace) {
    draft.arrivedAt = draft.arrivedAt || Field.local();
    keep();
    if (!withPlace) return;
    const place = await Field.position();
    if (place) draft.arrived = place;
    state.notice = place ? null : say('no_place');
    keep();
  }
  function arrival() {
    if (!draft.arrivedAt) {
      return el('div', { class: 'arrival' }, el('div', { class: 'row' },
        el('button', { class: 'btn grow', id: 'arrive', type: 'button', onclick: () => arrive(false) }, say('mark_arrival')),
        el('button', { class: 'btn grow', id: 'arrive-place', type: 'button', 'aria-describedby': 'place-why', onclick: () => arrive(true) }, say('with_place'))),
      el('p', { class: 'small mute', id: 'place-why' }, say('place_why')));
    }
    const away = draft.arrived && stop.lon !== null ? say('away', { m: Field.metres(draft.arrived, [stop.lon, stop.lat]) }) : '';
    return el('p', { class: 'mute', id: 'arrived-line' }, `${say('arrived_at', { time: Field.clock(draft.arrivedAt) })}${away ? `（${away}）` : ''}`);
  }
  function setCode(text) { draft.code = text.trim().slice(0, 120); keep(); }
  async function scan(holder) {
    const video = el('video', { class: 'scan', 'aria-label': say('scan') });
    video.muted = true;
    video.setAttribute('playsinline', '');
    let stream;
    try { stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } }); } catch { return; }
    scanner = { stop: () => { stream.getTracks().forEach((track) => track.stop()); scanner = null; } };
    video.srcObject = stream;
    await video.play();
    holder.replaceChildren(video, el('button', { class: 'btn', type: 'button', onclick: () => { if (scanner) scanner.stop(); draw(); } }, say('scan_stop')));
    const detector = new window.BarcodeDetector();
    const look = async () => {
      if (!scanner) return;
      const found = await detector.detect(video).catch(() => []);
      if (found.length) { scanner.stop(); setCode((found[0].rawValue.match(/[0-9A-HJ-NPQRTUWXY]{18}/) || [found[0].rawValue])[0]); return; }
      setTimeout(look, 250);
    };
    look();
  }
  function codeBox() {
    const holder = el('div', { class: 'row' });
    const input = el('input', { class: 'field grow', id: 'code', value: draft.code, autocapitalize: 'characters', autocomplete: 'off', maxlength: '120', onchange: (event) => setCode(event.target.value) });
    holder.append(input, 'BarcodeDetector' in window && navigator.mediaDevices ? el('button', { class: 'btn', type: 'button', onclick: () => scan(holder) }, say('scan')) : '');
    const told = !draft.code ? '' : !stop.code ? say('code_unknown') : stop.code === draft.code ? `✓ ${say('code_same')}` : `▲ ${say('code_other', { code: stop.code })}`;
    return el('details', { class: 'code', open: Boolean(draft.code) }, el('summary', {}, say('code')), el('label', { for: 'code', class: 'vh' }, say('code')), holder, el('p', { class: 'small', role: 'status' }, told));
  }

  // ---- history -----------------------------------------------------------------------------------------------------

  function history() {
    const last = stop.history[0];
    const parts = stop.open.map((one) => el('p', {}, el('b', {}, `▲ ${say('last', { date: Field.short(one.at) })}`), `　${pick(one)}${one.text ? `：${one.text}` : ''}${one.due ? `，${say('due', { date: Field.short(one.due) })}` : ''}，`, el('b', {}, say('not_closed'))));
    const all = stop.history.length ? el('details', { class: 'history' }, el('summary', {}, say('all_history', { n: stop.history.length })), el('ol', {}, stop.history.map((one) => el('li', {},
      `${one.at} ${say(`outcome_${one.outcome}`)} ${one.by} ${one.note}`, one.findings.map((found) => el('div', {}, `▲ ${pick(found)} ${found.text}（${say(found.closed ? 'closed' : 'not_closed')}）`)))))) : null;
    if (parts.length) return el('section', { class: 'note find past' }, el('div', {}, parts, all));
    return el('section', { class: 'past quiet' }, el('p', { class: 'mute' }, last ? `${say('last', { date: Field.short(last.at) })}　${say(`outcome_${last.outcome}`)} ${last.note}` : say('no_history')), all);
  }

  // ---- checklist, rechecks, findings ---------------------------------------------------------------------------------

  const segment = (label, choices, value, choose) => el('div', { class: 'seg', role: 'group', 'aria-label': label },
    choices.map(([key, word]) => el('button', { type: 'button', 'data-value': key, 'aria-pressed': String(value === key), onclick: () => choose(value === key ? '' : key) }, word)));

  function answer(item, reply) {
    if (reply) draft.answers[item.key] = reply; else delete draft.answers[item.key];
    const had = draft.findings.find((one) => one.item === item.key);
    if (reply === 'no' && !had) {
      draft.findings.push(newFinding(item.category, item.key));
    } else if (reply !== 'no' && had) dropFinding(had);
    keep();
    if (reply === 'no') { const box = root.querySelector(`[data-item="${item.key}"] textarea`); if (box) box.focus(); }
  }
  function newFinding(key, item) {
    const kind = category(key) || state.day.categories[0];
    return { key: Field.uuid(), item, category: kind.key, text: '', notice: kind.notice || '', due: dueAfter(kind.days), to: '', photos: [] };
  }
  function dropFinding(one) {
    draft.findings = draft.findings.filter((other) => other !== one);
    for (const photo of one.photos) store.remove('photos', photo);
  }
  function findingBox(one) {
    const id = one.key;
    const change = (name, redraw = false) => (event) => { one[name] = event.target.value; keep(redraw); };
    const options = (pairs, value) => pairs.map(([key, text]) => el('option', { value: key, selected: key === value }, text));
    const recategorise = (event) => { const kind = category(event.target.value); Object.assign(one, { category: kind.key, notice: kind.notice || '', due: dueAfter(kind.days) }); keep(); };
    return el('div', { class: 'finding', 'data-finding': id },
      el('label', { for: `c-${id}` }, say('category')), el('select', { class: 'field', id: `c-${id}`, onchange: recategorise }, options(state.day.categories.map((kind) => [kind.key, pick(kind)]), one.category)),
      el('label', { for: `t-${id}` }, say('text')), el('textarea', { class: 'field', id: `t-${id}`, rows: '2', maxlength: '500', oninput: change('text') }, one.text),
      el('div', { class: 'two' },
        el('span', {}, el('label', { for: `n-${id}` }, say('notice')), el('select', { class: 'field', id: `n-${id}`, onchange: change('notice', true) }, options([['', say('no_notice')], ...NOTICES.map((kind) => [kind, say(`notice_${kind}`)])], one.notice))),
        el('span', {}, el('label', { for: `d-${id}` }, say('due_day')), el('input', { class: 'field', id: `d-${id}`, type: 'date', min: Field.local().slice(0, 10), value: one.due, onchange: change('due') }))),
      one.notice ? [el('label', { for: `o-${id}` }, say('handed_to')), el('input', { class: 'field', id: `o-${id}`, maxlength: '200', value: one.to, oninput: change('to') })] : null,
      photos(one.photos, id),
      el('button', { class: 'btn bare', type: 'button', onclick: () => { if (one.item) delete draft.answers[one.item]; dropFinding(one); keep(); } }, say('remove')));
  }
  function checklist() {
    const { items, minutes, version } = stop.checklist;
    if (!items.length) return null;
    const choices = [['yes', say('yes')], ['no', say('no')], ['not_applicable', say('na')]];
    return el('section', { class: 'checklist' },
      el('div', { class: 'row' }, el('h2', { class: 'grow' }, say('checklist', { version })), el('span', { class: 'mute', id: 'answered' }, `${Object.keys(draft.answers).length} / ${items.length}　${say('expected', { n: minutes })}`)),
      items.map((item, n) => {
        const found = draft.findings.find((one) => one.item === item.key);
        return el('div', { class: 'item', 'data-item': item.key }, el('div', { class: 'ask' }, el('span', { class: 'grow' }, `${n + 1}. ${pick(item)}`), segment(pick(item), choices, draft.answers[item.key], (reply) => answer(item, reply))), found ? findingBox(found) : null);
      }));
  }
  function rechecks() {
    if (!stop.open.length) return null;
    return el('section', { class: 'checklist' }, el('h2', {}, say('recheck')), stop.open.map((one) => {
      const told = draft.rechecks[one.id] || {};
      const label = `${pick(one)} ${one.text}`;
      const set = (value) => { if (value) draft.rechecks[one.id] = { passed: value, due: dueAfter((category(one.category) || { days: 7 }).days) }; else delete draft.rechecks[one.id]; keep(); };
      return el('div', { class: 'item' }, el('div', { class: 'ask' }, el('span', { class: 'grow' }, label), segment(label, [['passed', say('passed')], ['failed', say('failed')]], told.passed, set)),
        told.passed === 'failed' ? el('div', { class: 'finding' }, el('label', { for: `r-${one.id}` }, say('new_due')), el('input', { class: 'field', id: `r-${one.id}`, type: 'date', min: dueAfter(1), value: told.due, onchange: (event) => { told.due = event.target.value; keep(false); } })) : null);
    }));
  }

  // ---- photos --------------------------------------------------------------------------------------------------------

  function photos(list, finding = '') {
    const picker = el('input', { type: 'file', accept: 'image/*', capture: 'environment', class: 'vh', 'data-photo': finding || 'stop', 'aria-label': say('photo'), onchange: async (event) => {
      for (const file of event.target.files) {
        try {
          const photo = await Field.photo.add(file, { login: state.who.login, result: draft.key, finding });
          urls.set(photo.key, URL.createObjectURL(photo.blob));
          list.push(photo.key);
        } catch (error) { state.notice = error && error.name === 'QuotaExceededError' ? say('no_room') : say('photo_bad'); }
      }
      // A picture is shown when it is kept, with the stop it belongs to: the page may be closed in this very moment.
      await keep(false);
      draw();
    } });
    return el('div', { class: 'photos' }, list.map((key, n) => el('span', { class: 'photo' }, urls.has(key) ? el('img', { src: urls.get(key), alt: say('photo_n', { n: n + 1 }) }) : '', el('button', { type: 'button', 'aria-label': `${say('remove')} ${say('photo_n', { n: n + 1 })}`, onclick: () => { store.remove('photos', key); list.splice(n, 1); keep(); } }, '✕'))),
      el('label', { class: 'photo add' }, picker, el('span', { 'aria-hidden': 'true' }, '＋'), el('span', { class: 'small' }, say('photo'))));
  }

  // ---- the end of a visit --------------------------------------------------------------------------------------------

  async function finish(outcome) {
    await saving;
    if (scanner) scanner.stop();
    const note = [draft.note.trim(), draft.code ? say('code_note', { code: draft.code }) : ''].filter(Boolean).join('；').slice(0, 500);
    const done = outcome === 'done';
    const body = JSON.stringify({
      key: draft.key, round: stop.round, visit: stop.visit, outcome, note, at: Field.local(), arrived_at: draft.arrivedAt, arrived: draft.arrived,
      answers: Object.entries(draft.answers).map(([item, reply]) => ({ item, reply, note: '' })),
      findings: draft.findings.map((one) => ({ key: one.key, category: one.category, text: one.text.trim(), notice: one.notice ? { kind: one.notice, due: one.due || null, to: one.to.trim() } : null, due: one.due || null, photos: one.photos })),
      rechecks: done ? Object.entries(draft.rechecks).map(([finding, told]) => ({ finding, passed: told.passed === 'passed', note: '', due: told.passed === 'failed' ? told.due : null })) : [],
      checklist_version: done ? stop.checklist.version : '',
    });
    const pictures = draft.photos.length + draft.findings.reduce((sum, one) => sum + one.photos.length, 0);
    const item = {
      key: draft.key, login: state.who.login, visit: stop.visit, day: state.day.day, seq: stop.seq, name: stop.name, outcome, note, at: Field.local(), findings: draft.findings.length,
      photos: pictures, body, hash: await Field.sha256(body), made: Date.now(), tried: false, state: 'waiting', why: null, seen: false, draft: structuredClone(draft),
    };
    try { await store.post(item, draft.id); } catch { state.notice = say('no_room'); draw(); return; }
    await store.loadOutbox();
    Field.app.reported(item);
  }

  // ---- the page ------------------------------------------------------------------------------------------------------

  function links() {
    const nav = state.day.navigation && stop.nav;
    const parts = nav ? ['amap', 'baidu', 'apple'].map((name, n) => el('a', { class: `btn grow${n ? '' : ' lead'}`, href: nav[name], rel: 'noreferrer', target: '_blank' }, say(name))) : [];
    if (stop.phone) parts.push(el('a', { class: 'btn grow', href: `tel:${stop.phone}` }, say('call')));
    return parts.length ? el('div', { class: 'row links' }, parts) : null;
  }
  function draw() {
    const focused = document.activeElement && root.contains(document.activeElement) ? document.activeElement.id : '';
    const { scrollY } = window;
    const count = draft.findings.length;
    const sent = Field.app.reportOf(stop);
    root.replaceChildren(
      el('header', { class: 'top' }, el('a', { class: 'btn bare', href: '#/', 'aria-label': say('back_to_list') }, '‹'), el('span', { class: 'stopno', 'data-team': String(state.day.colour) }, String(stop.seq)), el('h1', { class: 'grow clip' }, stop.name), el('span', { class: 'mute' }, `${stop.seq} / ${state.day.stops.length}`)),
      el('main', { class: 'hand-body' },
        state.notice ? el('p', { class: 'note late', role: 'status' }, state.notice) : null,
        el('p', { class: 'row wrap' }, [stop.kind, ...stop.chips].map((chip) => el('span', { class: 'chip' }, pick(chip))), el('span', { class: 'chip on' }, pick(stop.mode))),
        el('p', {}, stop.address, el('br'), el('span', { class: 'mute' }, say('planned', { arrive: stop.arrive, minutes: stop.minutes }))),
        stop.with.length ? el('p', {}, el('span', { class: 'chip' }, say('joint', { who: stop.with.join('、'), at: stop.arrive }))) : null,
        stop.lead ? el('p', { class: 'note find' }, `${say('lead')}：${stop.lead}`) : null,
        sent ? el('p', { class: 'note ok' }, say('clipped', { outcome: say(`outcome_${sent.outcome}`), by: sent.by || '', at: sent.at })) : null,
        links(), arrival(), history(), codeBox(), rechecks(), checklist(),
        el('section', { class: 'checklist' }, el('h2', {}, say('problem')), draft.findings.filter((one) => !one.item).map(findingBox), el('button', { class: 'btn', id: 'add-finding', type: 'button', onclick: () => { draft.findings.push(newFinding(state.day.categories[0].key, '')); keep(); } }, `＋ ${say('add_problem')}`)),
        el('section', { class: 'checklist' }, el('div', { class: 'row' }, el('h2', { class: 'grow' }, say('photos'))), el('p', { class: 'small mute' }, say('photos_hint')), photos(draft.photos),
          el('label', { for: 'note' }, say('note')), el('textarea', { class: 'field', id: 'note', rows: '3', maxlength: '400', oninput: (event) => { draft.note = event.target.value; keep(false); } }, draft.note))),
      el('div', { class: 'act' }, el('button', { class: 'btn lead', id: 'done', type: 'button', onclick: () => finish('done') }, count ? say('done_n', { n: count }) : say('done')),
        el('div', { class: 'row four' }, OUTCOMES.map(([outcome, word]) => el('button', { class: 'btn grow', type: 'button', 'data-outcome': outcome, onclick: () => finish(outcome) }, say(word))))),
    );
    window.scrollTo(0, scrollY);
    if (focused) { const back = document.getElementById(focused); if (back) back.focus({ preventScroll: true }); }
    state.notice = null;
  }
  function leave() { if (scanner) scanner.stop(); return saving; }

  return { open, leave };
})();
