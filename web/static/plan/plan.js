// The plan as the page holds it: what the server told, indexes over it, what is chosen; others listen.
const words = JSON.parse(document.getElementById('plan-words').textContent);
export const say = (key, fields = {}) => (key in words ? words[key] : key).replace(/\{(\w+)\}/g, (whole, name) => (name in fields ? fields[name] : whole));
export const clock = (s) => `${String(Math.floor(s / 3600)).padStart(2, '0')}:${String(Math.floor((s % 3600) / 60)).padStart(2, '0')}`;
export const node = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (key === 'class') made.className = value; else if (key.startsWith('on')) made.addEventListener(key.slice(2), value); else made.setAttribute(key, value === true ? '' : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
};
// What the page's head began to fetch is taken once; anything else is fetched now.
export const get = (url) => {
  const begun = (window.early || {})[url];
  if (begun) delete window.early[url];
  return begun || fetch(url, { headers: { Accept: 'application/json' } });
};
// The fields of a visit in its row.
export const V = { id: 0, name: 1, kind: 2, address: 3, minutes: 4, lon: 5, lat: 6, state: 7 };

export class Plan {
  constructor(root) {
    this.root = root;
    this.listeners = new Map();
    this.model = null;
    this.day = 0;
    this.team = null;
    this.visit = null;
    this.lift = null;
    this.ghost = null;
    this.waiting = 0;
    this.last = Promise.resolve();
  }

  get busy() { return this.waiting > 0; }

  on(name, act) { this.listeners.set(name, [...(this.listeners.get(name) || []), act]); }
  tell(name, detail) { for (const act of this.listeners.get(name) || []) act(detail); }

  take(model) {
    this.model = model;
    const { kinds, letters, states, visits, unit_deg: unit } = model;
    visits.forEach((row, n) => {
      row[V.kind] = kinds[row[V.kind]];
      row[V.lon] *= unit;
      row[V.lat] *= unit;
      row.push(letters[states[n]]);
    });
    this.routes = new Map(model.routes.map((route) => [route.id, route]));
    this.teams = new Map(model.teams.map((team, n) => [team.id, { ...team, n }]));
    this.byId = new Map(model.visits.map((visit, n) => [visit[V.id], n]));
    this.index();
    const asked = new URLSearchParams(location.search);
    const days = model.days.map((day) => day.date);
    // In the middle of a round the page opens on today, or on the next day with work; before and after it on the first day.
    const worked = [...new Set([...this.routes.values()].map((route) => route.date))].sort();
    const begun = worked.length && worked[0] <= model.today ? worked.find((date) => date >= model.today) : undefined;
    this.day = Math.max(0, days.indexOf(asked.get('day') || begun || worked[0] || days[0]));
    const here = this.ofDay(this.day).map((route) => route.team).sort((a, b) => this.teams.get(a).n - this.teams.get(b).n);
    this.team = this.teams.has(asked.get('team')) ? asked.get('team') : here[0] || model.teams[0].id;
    this.tell('model');
  }

  index() {
    this.spots = new Map();
    this.days = new Map(this.model.days.map((day) => [day.date, []]));
    for (const route of this.routes.values()) {
      route.stops.forEach((stop, n) => this.spots.set(stop[0], { route, n }));
      if (!this.days.has(route.date)) this.days.set(route.date, []);
      this.days.get(route.date).push(route);
    }
    for (const routes of this.days.values()) routes.sort((a, b) => a.depart - b.depart);
    this.pins = new Set(this.model.pinned);
    this.bad = { routes: new Map(), visits: new Map(), days: new Map(), teamDays: new Map() };
    const add = (map, key, one) => { if (key !== undefined) map.set(key, [...(map.get(key) || []), one]); };
    for (const one of this.model.violations) {
      add(this.bad.routes, one.route, one);
      add(this.bad.visits, one.visit, one);
      if (one.date && one.team) add(this.bad.teamDays, `${one.team} ${one.date}`, one);
      if (one.date) add(this.bad.days, one.date, one);
    }
  }

  date(n = this.day) { return this.model.days[n].date; }
  ofDay(n = this.day) { return this.days.get(this.date(n)) || []; }
  ofTeam(team = this.team, n = this.day) { return this.ofDay(n).filter((route) => route.team === team); }
  visitOf(n) { return this.model.visits[n]; }
  name(n) { return this.model.visits[n][V.name]; }
  isDone(n) { return this.model.visits[n][V.state] === 'done'; }
  // The route of a team, day and shift; a team may have none yet.
  routeAt(team, date, shift) { return (this.days.get(date) || []).find((route) => route.team === team && route.shift === shift) || null; }
  shifts(team, n = this.day) {
    const noun = this.teams.get(team);
    return noun.shifts.filter((shift) => noun.works[n].includes(shift.name));
  }
  countOf(team, n = this.day) { return this.ofTeam(team, n).reduce((sum, route) => sum + route.stops.length, 0); }

  choose({ day = this.day, team = this.team, visit = null }, how = {}) {
    this.day = Math.min(Math.max(day, 0), this.model.days.length - 1);
    this.team = team;
    this.visit = visit;
    const asked = new URLSearchParams(location.search);
    asked.set('day', this.date());
    asked.set('team', team);
    asked.delete('saved');
    history.replaceState(null, '', `?${asked}`);
    this.tell('choose', how);
  }
  find(visit) {
    const spot = this.spots.get(visit);
    if (spot) this.choose({ day: this.model.days.findIndex((day) => day.date === spot.route.date), team: spot.route.team, visit });
  }

  async ask(path, body) {
    const answer = await fetch(`${this.root.dataset.base}${path}`, body === undefined
      ? { headers: { Accept: 'application/json' } }
      : { method: 'POST', headers: { Accept: 'application/json', 'Content-Type': 'application/json', 'X-CSRFToken': this.root.dataset.token }, body: JSON.stringify(body) });
    const told = await answer.json().catch(() => null);
    if (answer.ok && told) return told;
    const text = told && told.error ? told.error[this.root.dataset.language] : say('lost');
    throw Object.assign(new Error(text), { status: answer.status });
  }

  // One step in the planner's own copy; everything that differs comes back, what is not saved included. Steps asked for while one
  // is under way come after it, none is lost: keys may be pressed faster than the office answers. `when`: whether it still can be.
  step(path, body, ghost = null, when = () => true) {
    this.waiting += 1;
    const one = this.last.then(() => (when() ? this.oneStep(path, body, ghost) : null)).finally(() => { this.waiting -= 1; });
    this.last = one;
    return one;
  }

  async oneStep(path, body, ghost) {
    const began = performance.now();
    try {
      const told = await this.ask(path, { ...body, version: this.model.version });
      this.change(told, ghost);
      this.root.dataset.lastMs = String(Math.round(performance.now() - began));
      return told;
    } catch (error) {
      this.tell('refused', error);
      return null;
    }
  }

  change(told, ghost) {
    const { routes, gone, features, ...state } = told;
    this.ghost = ghost;
    for (const id of gone) this.routes.delete(id);
    for (const route of routes) this.routes.set(route.id, route);
    Object.assign(this.model, state);
    this.index();
    for (const n of this.byId.values()) {
      const row = this.model.visits[n];
      if (row[V.state] === 'unplanned' && this.spots.has(n)) row[V.state] = 'ahead';
      else if (row[V.state] === 'ahead' && !this.spots.has(n)) row[V.state] = 'unplanned';
    }
    this.tell('change', { features: features.features, gone });
  }
}
