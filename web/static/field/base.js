// What all parts of the phone's app share: words, elements, the office's clock, keys. Text is always set as text.
window.Field = (function () {
  'use strict';

  const words = JSON.parse(document.getElementById('words').textContent);
  const state = { language: localStorage.getItem('gridplan-language') || 'zh', skew: 0, who: null, day: null, outbox: [], loggedOut: false, notice: null };

  const fill = (text, fields) => text.replace(/\{(\w+)\}/g, (whole, name) => (name in fields ? String(fields[name]) : whole));
  const say = (key, fields = {}) => fill(words.app[key][state.language === 'en' ? 1 : 0], fields);
  const pick = (both) => (both ? both[state.language] || both.zh : '');

  function el(tag, given = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(given)) {
      if (value === null || value === undefined || value === false) continue;
      if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
      else if (name === 'class') made.className = value;
      else if (name in made && typeof value !== 'string') made[name] = value;
      else made.setAttribute(name, value === true ? '' : value);
    }
    made.append(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== false && child !== ''));
    return made;
  }

  // The office's time: a phone's clock may be wrong, and a day that was stored knows by how much.
  const now = () => Date.now() + state.skew;
  // Local time of the one time zone of the country, to the second.
  const local = (ms = now()) => new Date(ms + 8 * 3600e3).toISOString().slice(0, 19);
  const clock = (iso) => iso.slice(11, 16);
  const short = (day) => (state.language === 'en' ? day : `${Number(day.slice(5, 7))}月${Number(day.slice(8, 10))}日`);

  function uuid() {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }
  async function sha256(text) {
    if (!crypto.subtle) return '';
    const sum = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
    return [...new Uint8Array(sum)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  // Metres between two places.
  function metres(a, b) {
    const [lon1, lat1, lon2, lat2] = [...a, ...b].map((degree) => (degree * Math.PI) / 180);
    const h = Math.sin((lat2 - lat1) / 2) ** 2 + Math.cos(lat1) * Math.cos(lat2) * Math.sin((lon2 - lon1) / 2) ** 2;
    return Math.round(2 * 6371008.8 * Math.asin(Math.sqrt(h)));
  }
  // Where the phone is, once, only when asked; null where it is not told.
  const position = () => new Promise((done) => {
    if (!navigator.geolocation) { done(null); return; }
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => done([Number(coords.longitude.toFixed(6)), Number(coords.latitude.toFixed(6))]),
      () => done(null),
      { enableHighAccuracy: true, timeout: 8000, maximumAge: 0 },
    );
  });

  return { words, state, say, pick, el, now, local, clock, short, uuid, sha256, metres, position };
})();
