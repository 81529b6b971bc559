// The lists: today, outbox, the person's own page; and the map, whose script comes after the list.
Field.views = (function () {
  'use strict';

  const { el, say, pick, state } = Field;

  const reportOf = (stop) => Field.app.reportOf(stop);
  const number = (stop) => { const mark = el('span', { class: 'stopno', 'data-team': String(state.day.colour) }, String(stop.seq)); return mark; };

  // ---- today -----------------------------------------------------------------------------------------------------------

  function head() {
    const stored = state.day ? el('span', { class: `chip ${navigator.onLine ? 'ok' : 'late'}`, id: 'network' }, `${navigator.onLine ? '●' : '○'} ${say(navigator.onLine ? 'stored' : 'offline')}`) : null;
    return el('header', { class: 'hand-head' }, el('div', { class: 'grow' }, el('h1', {}, state.day ? pick(state.day.title) : 'gridplan'), state.day && state.day.team ? el('div', { class: 'mute small' }, `${state.day.team}　${state.day.crew}`) : null), stored);
  }
  function count() {
    const all = state.day.stops.length;
    const done = state.day.stops.filter((stop) => { const report = reportOf(stop); return report && report.outcome.startsWith('done'); }).length;
    const least = Math.min(state.day.minimum, all);
    const bar = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    bar.setAttribute('class', 'minimum');
    bar.setAttribute('viewBox', '0 0 100 12');
    bar.setAttribute('preserveAspectRatio', 'none');
    bar.setAttribute('role', 'img');
    bar.setAttribute('aria-label', `${done} / ${all} ${say('sites')}，${say('minimum', { n: state.day.minimum })}`);
    const part = (name, x, y, width, height) => { const rect = document.createElementNS('http://www.w3.org/2000/svg', 'rect'); for (const [key, value] of Object.entries({ class: name, x, y, width, height })) rect.setAttribute(key, value); bar.append(rect); };
    part('trough', 0, 2, 100, 8);
    part('fill', 0, 2, (100 * done) / all, 8);
    part('least', Math.min((100 * least) / all, 99), 0, 1, 12);
    return el('section', { class: 'row hand-count' }, el('span', {}, el('b', { class: 'big', id: 'done-count' }, String(done)), ` / ${all} ${say('sites')}`), bar, el('span', { class: 'mute' }, say('minimum', { n: state.day.minimum })), el('span', {}, say('back', { time: state.day.back })));
  }
  function next(stop) {
    const nav = state.day.navigation && stop.nav;
    return el('section', { class: 'next', id: 'next' },
      el('div', { class: 'row' }, el('span', { class: 'grow' }, say('next', { minutes: stop.travel_min, km: stop.travel_km })), el('span', {}, stop.arrive)),
      el('h2', {}, el('span', { class: 'stopno' }, String(stop.seq)), ' ', el('a', { href: `#/stop/${encodeURIComponent(stop.visit)}` }, stop.name)),
      el('div', { class: 'row wrap' }, el('span', { class: 'grow' }, `${pick(stop.kind)} · ${stop.address}`), stop.open.length ? el('span', { class: 'chip find' }, `▲ ${say('open_finding')}`) : null),
      el('div', { class: 'row' }, nav ? el('a', { class: 'btn grow nav', href: nav.amap, rel: 'noreferrer', target: '_blank' }, say('navigate')) : null, stop.phone ? el('a', { class: 'btn ghost', href: `tel:${stop.phone}` }, say('call')) : null,
        el('a', { class: `btn ${nav ? 'ghost' : 'grow'}`, id: 'arrived', href: `#/stop/${encodeURIComponent(stop.visit)}` }, say('arrived'))));
  }
  function line(stop) {
    return el('li', { class: 'stop' }, number(stop), el('a', { class: 'grow', href: `#/stop/${encodeURIComponent(stop.visit)}` }, el('b', {}, stop.name), el('br'), el('small', { class: 'mute' }, `${pick(stop.kind)} · ${stop.address}`),
      el('span', { class: 'row wrap marks' }, stop.with.length ? el('span', { class: 'chip' }, say('joint', { who: stop.with.join('、'), at: stop.arrive })) : null, stop.open.length ? el('span', { class: 'chip find' }, `▲ ${say('open_finding')}`) : null)), el('span', {}, stop.arrive));
  }
  function told() {
    return state.day.notices.map((notice) => el('section', { class: 'note late told', role: 'status' }, el('div', { class: 'grow' }, el('b', {}, say('change')), el('br'), pick(notice)), el('button', { class: 'btn sm', type: 'button', onclick: () => Field.app.read(notice) }, say('understood'))));
  }
  function today() {
    const day = state.day;
    if (!day) return el('main', {}, head(), el('p', { class: 'empty' }, state.expired ? say('expired') : say('not_stored')), Field.app.doors());
    const other = day.other_days.map((one) => el('a', { class: 'btn', href: `?day=${one}#/` }, one));
    if (!day.stops.length) return el('main', {}, head(), told(), el('div', { class: 'empty' }, el('p', {}, say('nothing')), day.later.map((text) => el('p', {}, pick(text))), other.length ? el('p', { class: 'row wrap' }, other) : null), Field.app.doors());
    const left = day.stops.filter((stop) => !reportOf(stop));
    const done = day.stops.filter((stop) => reportOf(stop));
    const rows = [];
    let lunch = day.lunch && left.length && left[0].arrive < day.lunch[0] ? day.lunch : null; // later it is over
    for (const stop of left) {
      if (lunch && stop.arrive >= lunch[0]) { rows.push(el('li', { class: 'lunch' }, say('lunch', { from: lunch[0], to: lunch[1] }))); lunch = null; }
      if (stop !== left[0]) rows.push(line(stop));
    }
    return el('main', {}, head(), count(), saved(), told(), mapBox('small'),
      el('p', { class: 'meet' }, say('meet', { time: day.meet.at, name: day.meet.name })),
      left.length ? next(left[0]) : el('p', { class: 'note ok' }, say('all_done')),
      el('ol', { class: 'stops' }, rows),
      done.length ? el('details', { class: 'done-stops' }, el('summary', {}, say('reported', { n: done.length })), el('ol', { class: 'stops' }, done.map((stop) => { const report = reportOf(stop); return el('li', { class: 'stop' }, el('span', { class: `stopno ${report.outcome === 'done' ? 'done' : 'ring'}` }, report.outcome === 'done' ? '✓' : String(stop.seq)), el('a', { class: 'grow', href: `#/stop/${encodeURIComponent(stop.visit)}` }, el('b', {}, stop.name), el('br'), el('small', { class: 'mute' }, `${report.at} ${say(`outcome_${report.outcome}`)} ${report.note}`))); }))) : null,
      other.length ? el('p', { class: 'row wrap others' }, say('other_days'), other) : null, cannot());
  }
  const cannot = () => el('p', { class: 'row wrap others' }, el('a', { class: 'btn ghost', href: '#/me' }, say('away_title')));
  function saved() {
    const item = state.justSaved;
    if (!item) return null;
    return el('section', { class: 'note ok told', role: 'status', id: 'saved' }, el('span', { class: 'grow' }, say('saved', { name: item.name, outcome: say(`outcome_${item.outcome}`) })), el('button', { class: 'btn sm', id: 'undo', type: 'button', onclick: () => Field.app.undo(item) }, say('undo')));
  }

  // ---- map -------------------------------------------------------------------------------------------------------------

  let mapNode = null;
  let drawn = '';
  let moved = false;
  let map = null;
  let script = null;
  const loadScript = () => { script = script || new Promise((done, failed) => { const tag = el('script', { src: 'map.js' }); tag.onload = done; tag.onerror = () => { script = null; failed(new Error('map')); }; document.body.append(tag); }); return script; };

  function mapBox(size) {
    if (!mapNode) mapNode = el('div', { class: 'folium-map' });
    moved = true;
    const box = el('div', { class: `sheet hand-map ${size}`, 'data-size': size }, mapNode, el('button', { class: 'locate', type: 'button', title: say('where_am_i'), 'aria-label': say('where_am_i'), onclick: locate }, cross()));
    queueMicrotask(drawMap);
    return box;
  }
  function cross() {
    const sign = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    sign.setAttribute('viewBox', '0 0 24 24');
    sign.setAttribute('aria-hidden', 'true');
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    path.setAttribute('d', 'M12 2v5M12 17v5M2 12h5M17 12h5M12 6a6 6 0 1 0 .01 0M12 10.5a1.5 1.5 0 1 0 .01 0');
    sign.append(path);
    return sign;
  }
  function features() {
    const left = state.day.stops.filter((stop) => !reportOf(stop));
    const bases = new Set(); // a team's base once, however many shifts it has
    const once = (one) => one.properties.kind !== 'base' || (!bases.has(one.properties.team) && bases.add(one.properties.team));
    return { ...state.day.routes, features: state.day.routes.features.filter(once).map((one) => {
      const stop = one.properties.kind === 'stop' ? state.day.stops.find((other) => other.visit === one.properties.visit || (other.site === one.properties.site && other.route === one.properties.route)) || state.day.stops.find((other) => other.site === one.properties.site) : null;
      if (!stop) return one;
      return { ...one, properties: { ...one.properties, seq: stop.seq, progress: reportOf(stop) ? 'done' : stop === left[0] ? 'next' : '' } };
    }) };
  }
  async function drawMap() {
    if (!state.day || !state.day.routes) return;
    const shown = `${state.who.login} ${state.day.day} ${state.language} ${state.outbox.length} ${state.day.stops.map((stop) => (reportOf(stop) ? 1 : 0)).join('')} ${state.basemap ? state.basemap.length : 0}`;
    try { await loadScript(); } catch { return; }
    if (!mapNode.isConnected || !state.day) return;
    window.GridMap.words = Field.words.map;
    if (!map) {
      map = window.GridMap.create(mapNode, { routes: features(), basemap: state.basemap ? JSON.parse(state.basemap) : null, numbered: true, colourBy: 'team', language: state.language, colours: state.day.colours });
      map.focus(ids());
    } else {
      map.map.invalidateSize({ animate: false, pan: false }); // it may stand in another frame now
      if (shown !== drawn) map.setData({ routes: features(), basemap: state.basemap ? JSON.parse(state.basemap) : null });
      if (shown !== drawn || moved) map.focus(ids());
    }
    mapNode.setAttribute('aria-label', say('route_line', { n: state.day.stops.length }));
    drawn = shown;
    moved = false;
    document.body.dataset.map = state.basemap ? 'ready' : 'route';
  }
  const ids = () => { const all = state.day.routes.features.filter((one) => one.properties.kind === 'route').map((one) => one.properties.id); return all.length === 1 ? all[0] : null; };
  let here = null;
  async function locate() {
    const place = await Field.position();
    if (!map || !place) return;
    if (here) here.remove();
    here = window.L.circleMarker([place[1], place[0]], { radius: 8, color: '#fff', weight: 3, fillColor: '#1B5676', fillOpacity: 1, interactive: false }).addTo(map.map);
    map.map.panTo([place[1], place[0]], { animate: false });
  }
  function mapPage() {
    if (!state.day || !state.day.routes) return today();
    return el('main', {}, head(), mapBox('tall'), el('details', { class: 'done-stops' }, el('summary', {}, say('route_line', { n: state.day.stops.length })), el('ol', { class: 'stops' }, state.day.stops.map(line))));
  }
  function forgetMap() { map = null; mapNode = null; drawn = ''; here = null; }

  // ---- outbox ----------------------------------------------------------------------------------------------------------

  const what = (item) => [Field.clock(item.at), say(`outcome_${item.outcome}`), item.findings ? say('findings_n', { n: item.findings }) : '', item.photos ? say('photos_n', { n: item.photos }) : '', item.note ? `“${item.note}”` : ''].filter(Boolean).join('　');
  function group(title, items, mark) {
    if (!items.length) return null;
    return el('section', { class: 'group' }, el('h2', {}, `${title}　${say('n_records', { n: items.length })}`), el('ol', { class: 'stops' }, items.map(mark)));
  }
  function outbox() {
    const by = (...names) => state.outbox.filter((item) => names.includes(item.state));
    const waiting = by('waiting');
    const look = by('conflict', 'refused');
    const arrived = by('applied');
    const photos = state.room ? Math.floor(state.room / 400000 / 100) * 100 : 0;
    return el('main', { class: 'outbox' }, el('header', { class: 'hand-head' }, el('h1', { class: 'grow' }, say('outbox')), el('span', { class: `chip ${navigator.onLine ? 'ok' : 'late'}`, id: 'network' }, `${navigator.onLine ? '●' : '○'} ${say(navigator.onLine ? 'stored' : 'offline')}`)),
      state.loggedOut ? el('section', { class: 'note late' }, el('div', {}, el('p', {}, say('log_in_to_send')), el('a', { class: 'btn lead', href: '/login?next=/field/' }, say('log_in')))) : null,
      waiting.length ? el('section', { class: 'note late safe' }, el('div', {}, el('h2', {}, say('safe', { n: waiting.length })), el('p', {}, say('safe_more')))) : el('section', { class: 'note ok safe' }, el('p', {}, say('all_sent'))),
      group(say('waiting'), waiting, (item) => el('li', { class: 'stop', 'data-state': item.state }, el('span', { class: 'stopno', 'data-team': String(state.day ? state.day.colour : 1) }, String(item.seq)), el('span', { class: 'grow' }, el('b', {}, item.name), el('br'), el('small', { class: 'mute' }, what(item))), el('span', { class: 'chip late' }, `◷ ${say('waits')}`), item.tried ? null : el('button', { class: 'btn sm', type: 'button', onclick: () => Field.app.undo(item) }, say('undo')))),
      group(say('look'), look, (item) => el('li', { class: 'stop tall', 'data-state': item.state }, el('span', { class: 'stopno dash' }, String(item.seq)), el('span', { class: 'grow' }, el('b', {}, item.name), ' ', el('span', { class: `chip ${item.state === 'conflict' ? 'find' : 'bad'}` }, `▲ ${say(item.state === 'conflict' ? 'conflict' : 'refused_by_office')}`), el('br'), el('small', { class: 'mute' }, what(item)), el('p', {}, pick(item.why)), item.seen ? null : el('button', { class: 'btn', type: 'button', onclick: () => Field.app.seen(item) }, say('understood'))))),
      group(say('arrived_today'), arrived, (item) => el('li', { class: 'stop', 'data-state': item.state }, el('span', { class: 'stopno done' }, '✓'), el('span', { class: 'grow' }, item.name, el('br'), el('small', { class: 'mute' }, what(item))), el('span', {}, Field.clock(Field.local(item.settled + state.skew))))),
      el('section', { class: 'group foot' }, el('p', {}, state.day && state.day.stops.length && state.basemap ? `✓ ${say('day_stored', { n: state.day.stops.length })}` : say('not_stored')), photos ? el('p', { class: 'mute' }, say('space', { n: photos })) : null,
        el('div', { class: 'row wrap' }, waiting.length ? el('button', { class: 'btn', id: 'send-now', type: 'button', onclick: () => Field.send.flush() }, say('send_now')) : null, waiting.length || by('conflict').length ? el('button', { class: 'btn', id: 'save-file', type: 'button', onclick: Field.app.saveFile }, say('save_file')) : null)));
  }

  // ---- away --------------------------------------------------------------------------------------------------------------

  function away() {
    const today = Field.local().slice(0, 10);
    const choice = (name, options) => el('select', { class: 'field', name }, options.map((one) => el('option', { value: one }, say(`away_${one}`))));
    const label = (word, field) => el('label', {}, say(word), field);
    const first = el('input', { class: 'field', type: 'date', name: 'first', value: today, min: today, required: '' });
    const last = el('input', { class: 'field', type: 'date', name: 'last', value: today, min: today, required: '' });
    first.addEventListener('change', () => { if (last.value < first.value) last.value = first.value; });
    const who = choice('who', ['me', 'team']);
    const reason = choice('reason', ['leave', 'vehicle', 'duty', 'training', 'other']);
    const told = el('p', { class: 'note', role: 'status', hidden: '' });
    const tell = (text, good) => { told.className = `note ${good ? 'ok' : 'bad'}`; told.textContent = text; told.hidden = false; };
    const send = el('button', { class: 'btn', id: 'away-send', type: 'submit' }, say('away_send'));
    const form = el('form', { class: 'away-form' }, el('p', { class: 'small mute' }, say('away_hint')), el('div', { class: 'pair' }, label('away_from', first), label('away_to', last)), label('away_who', who), label('away_why', reason), send, told);
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      send.disabled = true;
      try {
        const { csrf } = await (await fetch('hello.json')).json();
        const answer = await fetch('away', { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-CSRFToken': csrf }, body: JSON.stringify({ first: first.value, last: last.value, reason: reason.value, team: who.value === 'team' }) });
        const said = await answer.json();
        tell(pick(answer.ok ? said : said.error), answer.ok);
      } catch { tell(say('away_offline', { names: state.day && state.day.planners.length ? state.day.planners.join('、') : '—' }), false); }
      send.disabled = false;
    });
    return el('details', { class: 'away', id: 'away' }, el('summary', {}, say('away_title')), form);
  }

  // ---- the own page ----------------------------------------------------------------------------------------------------

  function own() {
    const language = el('div', { class: 'seg', role: 'group', 'aria-label': say('language') }, [['zh', '中文'], ['en', 'English']].map(([code, word]) => el('button', { type: 'button', lang: code === 'zh' ? 'zh-CN' : 'en', 'aria-pressed': String(state.language === code), onclick: () => Field.app.speak(code) }, word)));
    return el('main', {}, el('header', { class: 'hand-head' }, el('h1', { class: 'grow' }, state.who ? state.who.name : say('me'))), el('section', { class: 'hand-body' },
      el('p', { class: 'row' }, el('span', { class: 'grow' }, say('language')), language),
      state.notice ? el('p', { class: 'note ok', role: 'status' }, state.notice) : null,
      state.who && !state.loggedOut ? away() : null,
      el('button', { class: 'btn', id: 'refresh', type: 'button', onclick: Field.app.refresh }, say('refresh')), el('p', { class: 'mute small' }, say('install')),
      el('a', { class: 'btn', href: '/me' }, say('password')), el('a', { class: 'btn', href: '/today' }, say('plain')),
      state.who ? [el('p', { class: 'small mute' }, say('log_out_hint')), el('button', { class: 'btn', id: 'log-out', type: 'button', onclick: Field.app.logOut }, say('log_out'))] : el('a', { class: 'btn lead', href: '/login?next=/field/' }, say('log_in'))));
  }

  return { today, mapPage, outbox, own, drawMap, forgetMap };
})();
