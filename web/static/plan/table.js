// The table beside the map and the chart: the same stops with the same actions; many rows are drawn as they come into view.
import { V, clock, node, say } from './plan.js';

const ROW = 28, SPARE = 20, MANY = 2000;

export class Table {
  constructor(plan, element, sheet) {
    Object.assign(this, { plan, element, sheet, all: false });
    for (const name of ['model', 'change', 'choose']) plan.on(name, () => { if (!element.hidden) this.draw(); });
    element.addEventListener('scroll', () => this.window());
  }
  get open() { return !this.element.hidden; }
  toggle() {
    const on = this.element.hidden;
    this.element.hidden = !on;
    this.sheet.hidden = on;
    document.getElementById('table-open').setAttribute('aria-pressed', String(on));
    if (on) this.draw();
  }
  rows() {
    const { plan } = this;
    const days = this.all ? plan.model.days.map((_, n) => n) : [plan.day];
    return days.flatMap((n) => plan.ofDay(n).slice().sort((a, b) => plan.teams.get(a.team).n - plan.teams.get(b.team).n || a.depart - b.depart).flatMap((route) => route.stops.map((stop, at) => ({ day: n, route, stop, at }))));
  }
  draw() {
    const { plan, element } = this;
    this.found = this.rows();
    const scope = node('span', { class: 'seg', role: 'group' }, ...[[false, 'table_day'], [true, 'table_all']].map(([all, key]) => node('button', { type: 'button', 'aria-pressed': String(this.all === all), onclick: () => { this.all = all; this.draw(); } }, say(key))));
    this.body = node('tbody');
    element.replaceChildren(
      node('header', {}, node('h2', {}, say('table_of')), scope, node('span', { class: 'mute small' }, say(this.found.length > MANY ? 'table_many' : 'table_rows', { n: this.found.length })), node('span', { class: 'grow' }), node('button', { type: 'button', class: 'btn sm', onclick: () => this.toggle() }, say('map'))),
      node('table', {}, node('thead', {}, node('tr', {}, ...['day', 'team', 'order', 'arrive', 'leave', 'site', 'kind', 'travel_min', 'state', ''].map((key) => node('th', {}, key ? say(key) : node('span', { class: 'hush' }, say('actions')))))), this.body),
    );
    void plan;
    this.window();
  }
  window() {
    if (!this.found) return;
    const few = this.found.length <= 300;
    const top = Math.max(0, Math.floor((this.element.scrollTop - 70) / ROW) - SPARE);
    const first = few ? 0 : top;
    const last = few ? this.found.length : Math.min(this.found.length, top + Math.ceil(this.element.clientHeight / ROW) + 2 * SPARE);
    const pad = (rows) => { const made = node('tr', { 'aria-hidden': 'true' }, node('td', { colspan: 10 })); made.firstChild.style.height = `${rows * ROW}px`; return made; };
    this.body.replaceChildren(...(first ? [pad(first)] : []), ...this.found.slice(first, last).map((row) => this.row(row)), ...(last < this.found.length ? [pad(this.found.length - last)] : []));
  }
  row({ day, route, stop, at }) {
    const { plan } = this;
    const noun = plan.visitOf(stop[0]);
    const team = plan.teams.get(route.team);
    const bad = plan.bad.visits.get(stop[0]);
    const state = bad ? node('span', { class: 'breach' }, `✕ ${bad[0].name}`) : plan.pins.has(stop[0]) ? `◥ ${say('pinned')}` : say(`state_${noun[V.state]}`);
    return node('tr', { class: stop[0] === plan.visit ? 'on' : null },
      node('td', { class: 'nowrap' }, `${day + 1} · ${plan.model.days[day].label}`), node('td', { class: 'nowrap' }, node('span', { class: 'team-mark', 'data-team': team.colour }), ` ${team.name}`), node('td', { class: 'num' }, String(at + 1)), node('td', {}, clock(stop[3])), node('td', {}, clock(stop[5])), node('td', {}, noun[V.name]), node('td', { class: 'mute nowrap' }, noun[V.kind]), node('td', { class: 'num' }, String(Math.round(stop[1] / 60))), node('td', { class: 'nowrap' }, state),
      node('td', { class: 'num' }, plan.isDone(stop[0]) || !plan.model.may.edit ? null : node('button', { type: 'button', class: 'btn sm bare', 'data-move': stop[0], 'aria-label': say('move_name', { name: noun[V.name] }) }, say('move'))));
  }
}
