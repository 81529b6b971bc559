// Starts the app from what lies on the phone, then asks the office; draws the page that the address names.
Field.app = (function () {
  'use strict';

  const { el, say, state, store } = { ...Field };
  const body = document.getElementById('app');
  const EVERY_MS = 30000;
  let page = '';

  // What is known of a stop: what was reported here, else what the office knows.
  function reportOf(stop) {
    const own = state.outbox.filter((item) => item.visit === stop.visit && item.state !== 'refused' && item.day === state.day.day).pop();
    if (own) return { outcome: own.outcome, at: Field.clock(own.at), note: own.note, by: state.who ? state.who.name : '' };
    return stop.result;
  }

  function tabs(current) {
    const waiting = state.outbox.filter((item) => item.state === 'waiting').length;
    const look = state.outbox.filter((item) => (item.state === 'conflict' || item.state === 'refused') && !item.seen).length;
    const tab = (name, word, count) => el('a', { href: `#/${name}`, 'aria-current': current === name ? 'page' : null }, say(word), count ? el('span', { class: 'count' }, String(count)) : null);
    return el('nav', { class: 'tabs', 'aria-label': say('navigation_label') }, tab('', 'today', 0), tab('map', 'map', 0), tab('outbox', 'outbox', waiting + look), tab('me', 'me', 0));
  }
  async function show() {
    const [name, visit] = location.hash.replace(/^#\/?/, '').split('/');
    const moved = page !== location.hash;
    page = location.hash;
    document.documentElement.lang = state.language === 'en' ? 'en' : 'zh-CN';
    if (name === 'stop' && state.day) {
      if (!moved && body.querySelector('.stop-page')) return;
      const found = await Field.stop.open(decodeURIComponent(visit || ''));
      if (found) { body.replaceChildren(found); if (moved) window.scrollTo(0, 0); return; }
    }
    await Field.stop.leave();
    const views = { map: Field.views.mapPage, outbox: Field.views.outbox, me: Field.views.own };
    const { scrollY } = window;
    const unfolded = [...body.querySelectorAll('details[open]')].map((one) => one.className);
    body.replaceChildren((views[name] || Field.views.today)(), tabs(name in views ? name : ''));
    if (!moved) for (const one of body.querySelectorAll('details')) if (unfolded.includes(one.className)) one.open = true;
    window.scrollTo(0, moved ? 0 : scrollY);
    document.body.dataset.state = state.day ? 'stored' : state.loggedOut ? 'out' : 'empty';
    state.notice = null;
  }
  const go = (hash) => { if (location.hash === hash) show(); else location.hash = hash; };

  // ---- what the pages call -----------------------------------------------------------------------------------------------

  function reported(item) {
    state.justSaved = item;
    go('#/');
    Field.send.flush();
  }
  async function undo(item) {
    const back = await store.takeBack(item.key, item.draft);
    state.justSaved = null;
    await store.loadOutbox();
    if (!back) { state.notice = say('sent_already'); show(); return; }
    go(`#/stop/${encodeURIComponent(item.visit)}`);
  }
  async function seen(item) { await store.put('outbox', { ...item, seen: true }); await store.loadOutbox(); show(); }
  async function read(notice) {
    state.day.notices = state.day.notices.filter((one) => one !== notice);
    await store.put('own', { id: store.dayId(state.who.login, state.day.day), day: state.day, at: Date.now() });
    show();
    if (!navigator.onLine) return;
    const { csrf } = await (await fetch('hello.json')).json().catch(() => ({}));
    if (csrf) fetch(`notices/${notice.id}`, { method: 'POST', headers: { 'X-CSRFToken': csrf } }).catch(() => {});
  }
  function speak(code) { state.language = code; localStorage.setItem('gridplan-language', code); Field.views.forgetMap(); show(); }
  async function refresh() {
    try { await Field.send.refresh(); state.basemap = await Field.send.basemap(); state.notice = say('refreshed', { time: Field.clock(Field.local()) }); } catch { state.notice = say('offline'); }
    show();
  }
  async function logOut() {
    const { login } = state.who;
    let csrf = '';
    if (navigator.onLine) csrf = await fetch('hello.json').then((answer) => (answer.ok ? answer.json() : {})).then((told) => told.csrf || '').catch(() => '');
    await store.wipe(login);
    Object.assign(state, { outbox: [], lastLogin: '', basemap: null, loggedOut: true });
    Field.views.forgetMap();
    if (csrf) { const form = el('form', { method: 'post', action: '/logout' }, el('input', { type: 'hidden', name: 'csrf_token', value: csrf })); document.body.append(form); form.submit(); return; }
    localStorage.setItem('gridplan-log-out', login); // the office hears of it when there is a network
    go('#/');
  }
  async function saveFile() {
    const link = el('a', { href: URL.createObjectURL(await Field.send.file()), download: `gridplan-outbox-${Field.local().slice(0, 10)}.json` });
    link.click();
    await store.loadOutbox();
    show();
  }
  function doors() { return state.who && !state.loggedOut ? null : el('p', { class: 'row doors' }, el('a', { class: 'btn lead grow', href: '/login?next=/field/' }, say('log_in'))); }

  // ---- start -----------------------------------------------------------------------------------------------------------

  async function measure() {
    if (!navigator.storage || !navigator.storage.estimate) return;
    const { quota = 0, usage = 0 } = await navigator.storage.estimate();
    state.room = Math.min(quota - usage, 400e6);
  }
  async function endSession() {
    // Logged out while there was no network: the session is ended before anything else is asked.
    const login = localStorage.getItem('gridplan-log-out');
    if (!login || !navigator.onLine) return;
    const told = await fetch('hello.json').then((answer) => (answer.ok ? answer.json() : null)).catch(() => undefined);
    if (told === undefined) return;
    if (told && told.login === login) await fetch('/logout', { method: 'POST', redirect: 'manual', headers: { 'X-CSRFToken': told.csrf } }).catch(() => {});
    localStorage.removeItem('gridplan-log-out');
  }
  async function start() {
    state.chosenDay = new URLSearchParams(location.search).get('day') || '';
    const brought = document.getElementById('day'); // the first time the day comes with the page
    if (brought && !localStorage.getItem('gridplan-log-out')) await Field.send.receive(JSON.parse(brought.textContent));
    const found = await store.load(state.chosenDay);
    state.expired = found === 'expired';
    await store.loadOutbox();
    if (state.who) { const kept = await store.get('own', `${state.who.login}/map`); state.basemap = kept ? kept.text : null; }
    window.addEventListener('hashchange', show);
    await show();
    document.body.dataset.app = 'ready';
    Field.send.onChange(show);
    if ('serviceWorker' in navigator) navigator.serviceWorker.register('sw.js', { scope: '/field/' }).catch(() => {});
    await endSession();
    await Field.send.flush({ fresh: !brought });
    const text = await Field.send.basemap();
    if (text !== state.basemap) { state.basemap = text; Field.views.drawMap(); }
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => {});
    await measure();
    document.body.dataset.synced = String(Date.now());
    await show();
    window.addEventListener('online', () => Field.send.flush({ fresh: true }));
    window.addEventListener('offline', show);
    document.addEventListener('visibilitychange', () => { if (!document.hidden) Field.send.flush({ fresh: true }); });
    setInterval(() => {
      if (state.who && Field.now() >= state.who.until) { state.expired = true; store.wipe(state.who.login).then(show); return; }
      if (state.outbox.some((item) => item.state === 'waiting' || item.state === 'conflict')) Field.send.flush();
    }, EVERY_MS);
  }
  // All parts are loaded before the first is used.
  queueMicrotask(start);

  return { reportOf, reported, undo, seen, read, speak, refresh, logOut, saveFile, doors, show };
})();
