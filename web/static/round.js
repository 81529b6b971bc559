// The page of a round: what is slid, ticked or typed becomes a form; the server answers at once by counting, and with care after a rest.
const data = JSON.parse(document.getElementById('round-data').textContent);
const token = document.querySelector('script[data-token]').dataset.token;
const REST_MS = 300, POLL_MS = 700, LONGEST_LIST_IN_ADDRESS = 60;
const form = data.form, base = data.base, words = data.words;
form.copies ??= 0;
const $ = (selector) => document.querySelector(selector);
const $$ = (selector) => [...document.querySelectorAll(selector)];
const put = (text, n) => text.replace('{n}', n);
let figures = data.figures, crews = data.crews, seal = data.seal;

// ---- the form and what shows it --------------------------------------------------------------------------------------

const assumed = () => (crews ? crews.assumed : 0);
const present = () => data.teams.length || assumed();
const chosen = () => (form.crews.length ? data.teams.filter((id) => form.crews.includes(id)) : data.teams);
const teams = () => (data.teams.length ? chosen().length : assumed()) + form.copies;

function set_teams(count) {
  const all = data.teams.length, most = present();
  form.copies = Math.max(0, count - most);
  if (!all) return;
  let out = chosen();
  const wanted = Math.min(count, all);
  out = out.slice(0, wanted);
  for (const id of data.teams) if (out.length < wanted && !out.includes(id)) out.push(id);
  form.crews = out.length === all ? [] : out;
}

// All kinds alike: the slider is a share of what the round has now, in per cent.
const minutes_at = (share) => Object.fromEntries(Object.entries(base.minutes).map(([kind, n]) => [kind, Math.min(600, Math.max(1, Math.round(n * share / 100)))]));

function fill_slider(input, value, text, unit) {
  input.value = value;
  const share = 100 * (input.value - input.min) / Math.max(1, input.max - input.min);
  input.style.setProperty('--v', `${share}%`);
  input.setAttribute('aria-valuetext', `${text} ${unit}`);
  const out = document.getElementById(`${input.id}-out`);
  out.textContent = text;
  const small = document.createElement('small');
  small.textContent = ` ${unit}`;
  out.append(small);
}

function bounds(id, low, high, low_text = low, high_text = high) {
  const input = document.getElementById(id);
  input.min = low; input.max = high;
  document.getElementById(`${id}-low`).textContent = low_text;
  document.getElementById(`${id}-high`).textContent = high_text;
}

function show_form() {
  if (figures) {
    bounds('teams', Math.max(1, data.teams.length ? 1 : assumed()), Math.max(figures.most_teams, teams()));
    bounds('days', 1, Math.max(figures.most_days, form.rule.max_days));
    const hours = figures.hours - form.overtime_min / 60;
    bounds('overtime', -120, 240, (hours - 2).toFixed(1), (hours + 4).toFixed(1));
    fill_slider($('#overtime'), form.overtime_min, (hours + form.overtime_min / 60).toFixed(1), words.hours);
    const share = Number($('#minutes').value);
    fill_slider($('#minutes'), share, figures.mean_min, words.min);
    document.getElementById('minutes-low').textContent = '40 %';
    document.getElementById('minutes-high').textContent = '200 %';
  }
  fill_slider($('#teams'), teams(), teams(), words.teams);
  fill_slider($('#days'), form.rule.max_days, form.rule.max_days, words.days);
  $('#copies-note').textContent = form.copies ? put(words.copies, form.copies) : '';
  for (const box of $$('[data-team-id]')) box.checked = chosen().includes(box.dataset.teamId);
  if ($('#crews-chip')) $('#crews-chip').textContent = form.crews.length ? put(words.chosen, form.crews.length) : words.all;
  for (const box of $$('[data-list]')) {
    const list = form.scope[box.dataset.list];
    box.checked = list.includes(box.value) || (box.dataset.list === 'kinds' && !list.length);
  }
  for (const chip of $$('[data-summary]')) {
    const list = form.scope[chip.dataset.summary];
    chip.textContent = list.length ? put(words.chosen, list.length) : words.all;
    chip.classList.toggle('on', list.length > 0);
  }
  for (const chip of $$('[data-exclude]')) chip.setAttribute('aria-pressed', form.scope.exclude_status.includes(chip.dataset.exclude));
  for (const field of $$('[data-field]')) {
    const [section, key] = field.dataset.field.split('.');
    const value = key ? form[section][key] : form[section];
    if (document.activeElement !== field && String(field.value) !== String(value)) field.value = value;
  }
  for (const field of $$('[data-minutes]')) if (document.activeElement !== field) field.value = form.minutes[field.dataset.minutes];
  for (const text of $$('[data-minutes-of]')) text.textContent = put(words.each, form.minutes[text.dataset.minutesOf]);
  $('#sites-chip').textContent = form.scope.sites.length ? put(words.chosen, form.scope.sites.length) : words.all;
  show_buttons();
}

function show_counts() {
  for (const place of $$('[data-count]')) {
    const [filter, value] = place.dataset.count.split('|');
    const row = (data.facets[filter] || []).find((one) => one[0] === value);
    place.textContent = row ? row[1].toLocaleString('en') : '0';
    place.classList.toggle('none', !row || !row[1]);
  }
  if (!figures) return;
  $('#promised').textContent = figures.promised.toLocaleString('en');
  $('#review-note').textContent = figures.review ? put(words.review, figures.review) : '';
}

const plain = ({ copies, ...rest }) => JSON.stringify(Object.entries(flat(rest)).sort());
function flat(of) {
  const found = {};
  for (const [key, value] of Object.entries(of)) {
    if (value && typeof value === 'object' && !Array.isArray(value)) for (const [name, item] of Object.entries(value)) found[`${key}.${name}`] = item;
    else found[key] = value;
  }
  return found;
}
const changed = () => plain(form) !== plain(base);

function show_buttons() {
  const dirty = changed();
  if ($('#keep')) $('#keep').disabled = !dirty;
  const start = $('#start-draft');
  if (!start) return;
  const no = seal === 'no' || seal === 'empty';
  start.disabled = no || form.copies > 0;
  $('#draft-anyway').hidden = !(seal === 'no' || form.copies > 0);
  $('#first-possible').hidden = seal !== 'no' || data.busy;
  $('#drafts-what').textContent = dirty && !data.busy ? words.unsaved : '';
}

// The address holds what differs from the round: back, reload and sharing show the same.
function show_address() {
  const was = flat({ ...base, copies: 0 }), query = new URLSearchParams();
  if (data.like) query.set('like', data.like);
  for (const [name, value] of Object.entries(flat(form))) {
    if (JSON.stringify(was[name]) === JSON.stringify(value)) continue;
    if (Array.isArray(value) && value.length > LONGEST_LIST_IN_ADDRESS) continue;
    query.set(name, Array.isArray(value) ? value.join(',') : value);
  }
  const text = query.toString().replaceAll('%2C', ',');
  history.replaceState(null, '', location.pathname + (text ? `?${text}` : '') + location.hash);
}

// ---- answers ---------------------------------------------------------------------------------------------------------

let asking = false, again = false, resting = 0, number = 0;

function ask() {
  number += 1;
  show_form();
  show_address();
  clearTimeout(resting);
  const careful = $('#careful');
  if (careful) { careful.textContent = words.working; careful.classList.remove('ok'); }
  resting = setTimeout(() => send(true), REST_MS);
  if (asking) { again = true; return; }
  send(false);
}

async function send(careful) {
  const mine = number;
  if (!careful) asking = true;
  try {
    const answer = await fetch(data.urls.try, {
      method: 'POST', headers: { 'Content-Type': 'application/json', 'X-CSRFToken': token, Accept: 'application/json' },
      body: JSON.stringify({ form, careful, like: data.like }),
    });
    if (answer.status === 401 || answer.redirected) { location.reload(); return; }
    const told = await answer.json();
    // What was asked before the last move is old news, and so is a count beside a diagnosis.
    if (mine === number) show_answer(told, answer.ok);
  } catch (error) {
    show_wrong(words.offline);
    clearTimeout(resting);
    resting = setTimeout(() => send(true), 3000);
  } finally {
    if (!careful) {
      asking = false;
      if (again) { again = false; send(false); }
    }
  }
}

let told_with_care = 0;
function show_answer(told, good) {
  if (!good) { show_wrong(told.error ? (document.documentElement.lang === 'en' ? told.error.en : told.error.zh) : ''); return; }
  if (!told.careful && told_with_care === number) return;
  if (told.careful) told_with_care = number;
  show_wrong('');
  figures = told.figures; crews = told.crews; seal = told.verdict.seal; data.facets = told.facets;
  for (const [part, id] of [['verdict', 'verdict'], ['matrix', 'matrix'], ['days', 'days-chart'], ['scarce', 'scarce']]) swap(document.getElementById(id), told.html[part]);
  $('#span').textContent = told.span;
  const anyway = $('#draft-anyway');
  if (anyway) anyway.textContent = put(words.anyway, told.verdict.short.toLocaleString('en'));
  show_form();
  show_counts();
  document.body.dataset.answered = told.careful ? 'careful' : 'quick';
}

// Puts a new piece in place; who stood on a cell or button stays there.
function swap(place, html) {
  const held = document.activeElement;
  const key = place.contains(held) ? [held.dataset.teams, held.dataset.days, held.dataset.patch, held.dataset.try] : null;
  const open = Boolean(place.querySelector('details[open]'));
  place.innerHTML = html;
  if (open) place.querySelector('details')?.setAttribute('open', '');
  if (!key) return;
  const next = [...place.querySelectorAll('button')].find((one) => key.every((value, at) => value === [one.dataset.teams, one.dataset.days, one.dataset.patch, one.dataset.try][at]));
  next?.focus();
}

function show_wrong(text) {
  $('#wrong').hidden = !text;
  $('#wrong').querySelector('span').textContent = text;
}

// ---- what a planner does ---------------------------------------------------------------------------------------------

function apply(patch) {
  if (patch.teams !== undefined) set_teams(patch.teams);
  if (patch.days !== undefined) form.rule.max_days = patch.days;
  if (patch.overtime_min !== undefined) form.overtime_min = patch.overtime_min;
  Object.assign(form.rule, patch.rule || {});
  Object.assign(form.minutes, patch.minutes || {});
}

function listen() {
  $('#teams').addEventListener('input', (event) => { set_teams(Number(event.target.value)); ask(); });
  $('#days').addEventListener('input', (event) => { form.rule.max_days = Number(event.target.value); ask(); });
  $('#minutes').addEventListener('input', (event) => { form.minutes = { ...form.minutes, ...minutes_at(Number(event.target.value)) }; ask(); });
  $('#overtime').addEventListener('input', (event) => { form.overtime_min = Number(event.target.value); ask(); });
  $('#reset').addEventListener('click', () => { Object.assign(form, structuredClone(base), { copies: 0 }); $('#minutes').value = 100; $('#sites').value = form.scope.sites.join('\n'); ask(); });
  document.addEventListener('input', (event) => {
    const box = event.target;
    if (box.dataset.find !== undefined) {
      for (const one of box.nextElementSibling.children) one.hidden = !one.textContent.includes(box.value.trim());
    } else if (box.dataset.teamId !== undefined) {
      const out = $$('[data-team-id]').filter((one) => one.checked).map((one) => one.dataset.teamId);
      if (!out.length) { box.checked = true; return; }
      form.crews = out.length === data.teams.length ? [] : out;
      form.copies = 0;
      ask();
    } else if (box.dataset.list) {
      const own = $$(`[data-list="${box.dataset.list}"]`);
      const list = own.filter((one) => one.checked).map((one) => one.value);
      if (box.dataset.list === 'kinds' && !list.length) { box.checked = true; return; }
      form.scope[box.dataset.list] = box.dataset.list === 'kinds' && list.length === own.length ? [] : list;
      ask();
    } else if (box.dataset.minutes) {
      if (box.checkValidity() && box.value) { form.minutes[box.dataset.minutes] = Number(box.value); ask(); }
    } else if (box.dataset.field) {
      if (!box.checkValidity() || box.value === '') return;
      const [section, key] = box.dataset.field.split('.');
      const value = box.dataset.whole !== undefined ? Number(box.value) : box.value;
      if (key) form[section][key] = value; else form[section] = value;
      ask();
    } else if (box.id === 'sites') {
      form.scope.sites = [...new Set(box.value.split(/[\s,;，；、]+/).filter(Boolean))];
      ask();
    }
  });
  document.addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (!button) return;
    if (button.dataset.exclude) {
      const list = form.scope.exclude_status, state = button.dataset.exclude;
      form.scope.exclude_status = list.includes(state) ? list.filter((one) => one !== state) : [...list, state];
      ask();
    } else if (button.dataset.teams && button.dataset.days) {
      apply({ teams: Number(button.dataset.teams), days: Number(button.dataset.days) });
      ask();
    } else if (button.dataset.patch) {
      apply(JSON.parse(button.dataset.patch));
      ask();
    } else if (button.dataset.try) {
      const wanted = JSON.parse(button.dataset.try);
      const kept = structuredClone(form);
      if (wanted.patch) apply(wanted.patch);
      const sent = $('#trial-form');
      sent.elements.form.value = JSON.stringify(form);
      sent.elements.proposal.value = wanted.proposal ? JSON.stringify(wanted.proposal) : '';
      sent.elements.label.value = wanted.label;
      Object.assign(form, kept);
      sent.submit();
    }
  });
  for (const sent of $$('form[data-send]')) {
    sent.addEventListener('submit', () => {
      sent.elements.form.value = JSON.stringify(form);
      if (sent.elements.base) sent.elements.base.value = JSON.stringify(base);
      sessionStorage.setItem('round-before', JSON.stringify({ path: location.pathname, base }));
    });
  }
  for (const sent of $$('form[data-sure]')) sent.addEventListener('submit', (event) => { if (!confirm(sent.dataset.sure)) event.preventDefault(); });
  $('#like')?.addEventListener('change', (event) => { location.search = event.target.value ? `?like=${event.target.value}` : ''; });
  // Enter drafts, unless somebody types or stands on a control of its own.
  document.addEventListener('keydown', (event) => {
    const typing = event.target.closest('input:not([type=range]), select, textarea, button, a, summary');
    if (event.key !== 'Enter' || typing || event.isComposing) return;
    const lead = $('#start-draft') || $('#make');
    if (lead && !lead.disabled && !lead.closest('form').hidden) lead.click();
  });
  const before = JSON.parse(sessionStorage.getItem('round-before') || 'null');
  const undo = $('#undo');
  if (undo && before && before.path === location.pathname && $('#keep-form') && JSON.stringify(before.base) !== JSON.stringify(base)) {
    undo.hidden = false;
    undo.addEventListener('click', () => { Object.assign(form, before.base, { copies: 0 }); $('#keep').disabled = false; $('#keep').click(); });
  }
}

// ---- the draft -------------------------------------------------------------------------------------------------------

let tag = null, trying = data.trying;
async function poll() {
  try {
    const answer = await fetch(data.urls.progress, { headers: { Accept: 'application/json', ...(tag ? { 'If-None-Match': tag } : {}) } });
    if (answer.ok && !answer.redirected) {
      tag = answer.headers.get('ETag');
      const told = await answer.json();
      swap($('#draft-now'), told.draft);
      swap($('#trials'), told.trials);
      if (told.version !== data.version && !told.busy) show_stale();
      if (data.busy && !told.busy) { location.reload(); return; }
      trying = told.trying;
      data.busy = told.busy;
    }
  } catch (error) { /* the network is away for a moment: the job goes on, ask again */ }
  if (data.busy || trying) setTimeout(poll, POLL_MS);
}

function show_stale() {
  if ($('#stale')) return;
  const note = document.createElement('p');
  note.className = 'note late'; note.id = 'stale';
  const text = document.createElement('span'), link = document.createElement('a');
  text.textContent = words.stale; text.className = 'grow';
  link.href = location.pathname; link.textContent = words.reload;
  note.append(text, link);
  $('#told').append(note);
}

listen();
show_form();
show_counts();
if (figures) { number += 1; resting = setTimeout(() => send(true), REST_MS); }
if (data.urls.progress && (data.busy || trying)) poll();
