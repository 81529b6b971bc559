// Sends what lies in the outbox: each result once, by its own person only, kept here until the office has applied it.
Field.send = (function () {
  'use strict';

  const { state, store } = { state: Field.state, store: Field.store };
  const KEEP_DAYS = 7;
  let changed = () => {};
  let again = false;
  let wanted = false; // the day too, not only the outbox
  let running = null;

  class Offline extends Error {}
  class LoggedOut extends Error {}

  async function ask(path, options = {}) {
    if (!navigator.onLine) throw new Offline();
    let answer;
    try {
      answer = await fetch(path, { ...options, redirect: 'manual', cache: 'no-store', headers: { Accept: 'application/json', ...(options.headers || {}) }, signal: AbortSignal.timeout(60000) });
    } catch { throw new Offline(); }
    if (answer.status === 401 || answer.type === 'opaqueredirect') throw new LoggedOut();
    if (answer.status >= 500 || answer.status === 429) throw new Offline();
    return answer;
  }

  // Who the office thinks is there. Another person's route is wiped at once; what the other has not sent stays the other's.
  async function hello() {
    const answer = await ask('hello.json');
    if (!answer.ok) throw new LoggedOut();
    const told = await answer.json();
    state.loggedOut = false;
    if (state.who && state.who.login !== told.login) await store.wipe(state.who.login);
    return told;
  }

  async function refresh(day) {
    const asked = day || state.chosenDay || '';
    const answer = await ask(`day.json${asked ? `?day=${asked}` : ''}`);
    if (answer.status === 403) throw new LoggedOut();
    if (!answer.ok) return false;
    const found = await answer.json();
    await receive(found);
    await store.load(found.day);
    await store.loadOutbox();
    return true;
  }
  // Keeps a day that came; another person's is wiped first.
  async function receive(found) {
    const who = await store.get('meta', 'who');
    if (who && who.login !== found.login) await store.wipe(who.login);
    await store.keepDay(found);
  }
  // The base map is large and changes seldom: fetched once, then only asked whether it is still the same.
  async function basemap() {
    if (!state.who) return null;
    const id = `${state.who.login}/map`;
    const kept = await store.get('own', id);
    try {
      const answer = await ask('/basemap.json', { headers: kept ? { 'If-None-Match': kept.tag } : {} });
      if (answer.status === 200) {
        const text = await answer.text();
        await store.put('own', { id, text, tag: answer.headers.get('ETag') || '' });
        return text;
      }
    } catch (error) { if (!(error instanceof Offline || error instanceof LoggedOut)) throw error; }
    return kept ? kept.text : null;
  }

  async function sendPhoto(photo, csrf) {
    const answer = await ask(`photos/${photo.key}?result=${photo.result}&finding=${photo.finding || ''}`, {
      method: 'POST', body: photo.blob, headers: { 'Content-Type': 'image/jpeg', 'X-CSRFToken': csrf },
    });
    photo.sent = answer.ok ? 'arrived' : 'refused';
    await store.put('photos', photo);
  }
  async function sendOne(item, csrf) {
    if (!item.tried) { item.tried = true; await store.put('outbox', item); }
    for (const photo of await store.photosOf(item.key)) if (!photo.sent) await sendPhoto(photo, csrf);
    const answer = await ask('results', { method: 'POST', body: item.body, headers: { 'Content-Type': 'application/json', 'X-CSRFToken': csrf } });
    const told = await answer.json();
    if (answer.ok) await settle(item, told);
    else await store.put('outbox', { ...item, state: 'refused', why: told.error || null, settled: Date.now() });
  }
  // A receipt counts only for exactly what lies here: its key and its hash.
  async function settle(item, receipt) {
    if (receipt.key !== item.key || (item.hash && receipt.hash !== item.hash)) return;
    const now = receipt.state === 'duplicate' ? 'applied' : receipt.state;
    await store.put('outbox', { ...item, state: now, why: receipt.why, settled: Date.now(), seen: item.state === now && item.seen });
    if (now === 'applied') for (const photo of await store.photosOf(item.key)) await store.remove('photos', photo.key);
  }

  async function round() {
    const told = await hello();
    const items = (await store.all('outbox')).filter((one) => one.login === told.login).sort((a, b) => a.made - b.made);
    for (const item of items.filter((one) => one.state === 'waiting')) { await sendOne(item, told.csrf); await store.loadOutbox(); changed(); }
    const open = items.filter((one) => one.state === 'conflict');
    if (open.length) {
      const answer = await ask(`receipts.json?${open.map((one) => `key=${one.key}`).join('&')}`);
      if (answer.ok) for (const receipt of await answer.json()) { const item = open.find((one) => one.key === receipt.key); if (item && receipt.state !== item.state) await settle(item, receipt); }
    }
    for (const item of items) if (item.state === 'applied' && Date.now() - item.settled > KEEP_DAYS * 864e5) await store.remove('outbox', item.key);
  }

  // One tab sends at a time; whoever asks meanwhile is served by one more round.
  async function flush({ fresh = false } = {}) {
    wanted = wanted || fresh;
    if (running) { again = true; return running; }
    const act = async () => {
      try {
        do {
          again = false;
          await round();
          if (wanted || !state.day) { wanted = false; await refresh(); }
        } while (again);
      } catch (error) {
        if (error instanceof LoggedOut) { if (state.who) { state.lastLogin = state.who.login; await store.wipe(state.who.login); } state.loggedOut = true; } else if (!(error instanceof Offline)) throw error;
      }
    };
    running = (navigator.locks ? navigator.locks.request('gridplan-send', { ifAvailable: true }, (lock) => (lock ? act() : null)) : act());
    try { await running; } finally { running = null; }
    await store.loadOutbox();
    changed();
    return null;
  }

  // The outbox as a file that the planner can bring in: results as they would have been sent, photos beside them.
  async function file() {
    const base64 = (blob) => new Promise((done) => { const reader = new FileReader(); reader.onload = () => done(reader.result.split(',')[1]); reader.readAsDataURL(blob); });
    const open = state.outbox.filter((one) => one.state === 'waiting' || one.state === 'conflict');
    const photos = [];
    for (const item of open) {
      for (const photo of await store.photosOf(item.key)) photos.push({ key: photo.key, result: photo.result, finding: photo.finding || '', content: await base64(photo.blob) });
      if (!item.tried) await store.put('outbox', { ...item, tried: true });
    }
    return new Blob([JSON.stringify({ kind: 'gridplan-outbox', login: state.who ? state.who.login : state.lastLogin, made: Field.local(), results: open.map((one) => one.body), photos })], { type: 'application/json' });
  }

  return { flush, refresh, receive, basemap, file, onChange: (act) => { changed = act; } };
})();
