// What lies on the phone: the own day and base map (wiped at log-out, expiry, revocation), drafts, and the outbox, which outlives the log-in.
Field.store = (function () {
  'use strict';

  const { state } = Field;
  let opened = null;

  function open() {
    opened = opened || new Promise((done, failed) => {
      const asked = indexedDB.open('gridplan-field', 1);
      asked.onupgradeneeded = () => {
        const db = asked.result;
        db.createObjectStore('meta', { keyPath: 'id' });
        db.createObjectStore('own', { keyPath: 'id' });
        db.createObjectStore('drafts', { keyPath: 'id' });
        db.createObjectStore('outbox', { keyPath: 'key' });
        db.createObjectStore('photos', { keyPath: 'key' });
      };
      asked.onsuccess = () => { asked.result.onversionchange = () => asked.result.close(); done(asked.result); };
      asked.onerror = () => failed(asked.error);
    });
    return opened;
  }
  // Runs `act(stores…)` in one transaction: all of it is on the disk when the promise holds, or nothing.
  async function within(names, mode, act) {
    const db = await open();
    return new Promise((done, failed) => {
      const t = db.transaction(names, mode, { durability: 'strict' });
      let asked;
      t.oncomplete = () => done(asked ? asked.result : undefined);
      t.onerror = () => failed(t.error);
      t.onabort = () => failed(t.error);
      asked = act(...names.map((name) => t.objectStore(name)));
    });
  }
  const get = (name, id) => within([name], 'readonly', (store) => store.get(id));
  const all = (name) => within([name], 'readonly', (store) => store.getAll());
  const put = (name, value) => within([name], 'readwrite', (store) => { store.put(value); });
  const remove = (name, id) => within([name], 'readwrite', (store) => { store.delete(id); });

  const mine = (login) => IDBKeyRange.bound(`${login}/`, `${login}/\uffff`);
  const dayId = (login, day) => `${login}/day/${day}`;

  async function keepDay(found) {
    await within(['own', 'meta'], 'readwrite', (own, meta) => {
      own.put({ id: dayId(found.login, found.day), day: found, at: Date.now() });
      meta.put({ id: 'who', login: found.login, name: found.name, day: found.day, until: found.until_ms, skew: found.now_ms - Date.now() });
    });
  }
  // Nothing of a route stays: at log-out, when the log-in ended, when another person logs in. The outbox stays.
  async function wipe(login) {
    await within(['own', 'meta'], 'readwrite', (own, meta) => { own.delete(mine(login)); meta.delete('who'); });
    state.who = null;
    state.day = null;
  }
  async function load(day) {
    const who = await get('meta', 'who');
    if (!who) return null;
    state.skew = who.skew || 0;
    if (Field.now() >= who.until) { await wipe(who.login); return 'expired'; }
    state.who = who;
    const kept = await get('own', dayId(who.login, day || who.day));
    state.day = kept ? kept.day : null;
    return 'stored';
  }
  async function loadOutbox() {
    const login = state.who ? state.who.login : state.lastLogin || '';
    state.outbox = (await all('outbox')).filter((one) => one.login === login).sort((a, b) => a.made - b.made);
    return state.outbox;
  }
  // The result leaves the draft and enters the outbox in one step.
  const post = (item, draft) => within(['outbox', 'drafts'], 'readwrite', (outbox, drafts) => { outbox.put(item); drafts.delete(draft); });
  // And back, unless somebody tried to send it meanwhile: then the office may have it.
  async function takeBack(key, draft) {
    let back = false;
    await within(['outbox', 'drafts'], 'readwrite', (outbox, drafts) => {
      const asked = outbox.get(key);
      asked.onsuccess = () => {
        if (!asked.result || asked.result.tried) return;
        back = true;
        outbox.delete(key);
        drafts.put(draft || asked.result.draft);
      };
    });
    return back;
  }
  async function photosOf(result) { return (await all('photos')).filter((one) => one.result === result); }

  return { get, all, put, remove, keepDay, wipe, load, loadOutbox, post, takeBack, photosOf, dayId };
})();
