// The chart of team-days: one row a team, drawn as SVG for the width there is, never scaled.
import { V, clock, node, say } from './plan.js';

const SVG = 'http://www.w3.org/2000/svg';
const LEFT = 168, RIGHT = 64, AXIS = 20;
const draw = (parent, tag, attributes = {}, text) => {
  const made = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(attributes)) if (value !== null && value !== undefined) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  parent.append(made);
  return made;
};

export class Gantt {
  constructor(plan, element, days) {
    Object.assign(this, { plan, element, days, rows: [], width: 0 });
    new ResizeObserver(() => { if (plan.model && this.element.clientWidth !== this.width) this.draw(); }).observe(element);
    plan.on('model', () => this.draw());
    plan.on('change', () => this.draw());
    plan.on('choose', () => this.draw());
    plan.on('lift', () => this.mark());
    window.addEventListener('beforeprint', () => { if (plan.model) this.draw(Math.min(this.element.clientWidth, 1060)); });
    window.addEventListener('afterprint', () => { if (plan.model) this.draw(); });
  }

  drawDays() {
    const { plan } = this;
    this.days.replaceChildren(...plan.model.days.map((day, n) => {
      const count = (plan.days.get(day.date) || []).reduce((sum, route) => sum + route.stops.length, 0);
      return node('button', {
        type: 'button', role: 'tab', 'data-day': n, 'aria-selected': String(n === plan.day), tabindex: n === plan.day ? 0 : -1,
        class: plan.bad.days.has(day.date) ? 'has-breach' : null, onclick: () => plan.choose({ day: n }),
      }, node('b', {}, String(n + 1)), node('small', {}, day.label), node('small', {}, say('n_sites', { n: count })));
    }));
    const on = this.days.children[plan.day];
    if (on) on.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  draw(width = this.element.clientWidth) {
    const { plan, element } = this;
    const focused = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.visit : null;
    const inside = element.contains(document.activeElement);
    this.width = width;
    this.drawDays();
    const teams = plan.model.teams;
    const height = teams.length > 16 ? 18 : 21;
    const routes = plan.ofDay();
    const shifts = teams.flatMap((team) => plan.shifts(team.id));
    const ends = [...shifts.map((shift) => shift.end), ...routes.map((route) => route.back)];
    const begins = [...shifts.map((shift) => shift.start), ...routes.map((route) => route.depart)];
    this.from = Math.floor(Math.min(...begins, 9 * 3600) / 1800) * 1800 - 600;
    this.to = Math.ceil(Math.max(...ends, 17 * 3600) / 1800) * 1800 + 2400;
    this.scale = (Math.max(width, 480) - LEFT - RIGHT) / (this.to - this.from);
    const x = (s) => LEFT + (s - this.from) * this.scale;
    this.x = x;
    const total = AXIS + teams.length * height + 4;
    const svg = document.createElementNS(SVG, 'svg');
    svg.setAttribute('width', Math.max(width, 480));
    svg.setAttribute('height', total);
    svg.setAttribute('role', 'group');
    svg.setAttribute('aria-label', say('chart_label', { day: plan.day + 1, teams: new Set(routes.map((route) => route.team)).size, n: routes.reduce((sum, route) => sum + route.stops.length, 0) }));
    const defs = draw(svg, 'defs');
    const hatch = draw(defs, 'pattern', { id: 'lunch', width: 6, height: 6, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' });
    draw(hatch, 'rect', { width: 6, height: 6, fill: '#EDECE4' });
    draw(hatch, 'path', { d: 'M0 0V6', stroke: '#B4B0A1' });
    for (let s = Math.ceil(this.from / 3600) * 3600; s < this.to - 900; s += 3600) {
      draw(svg, 'path', { class: 'grid', d: `M${x(s)} ${AXIS - 4}V${total}` });
      draw(svg, 'text', { class: 'axis', x: x(s), y: 12, 'text-anchor': 'middle' }, `${s / 3600}:00`);
    }
    draw(svg, 'text', { class: 'axis', x: Math.max(width, 480) - 8, y: 12, 'text-anchor': 'end' }, say('sites_least', { least: plan.model.unit === 'team' ? `≥ ${plan.model.minimum}` : '' }));
    this.rows = teams.map((team, n) => this.row(svg, team, AXIS + n * height, height, x, Math.max(width, 480)));
    this.svg = svg;
    element.replaceChildren(svg);
    this.mark();
    if (inside && focused) { const again = svg.querySelector(`[data-visit="${focused}"]`); if (again) again.focus({ preventScroll: true }); }
    const chosen = this.rows.find((row) => row.team === plan.team);
    if (chosen && element.scrollHeight > element.clientHeight && (chosen.top < element.scrollTop || chosen.top + height > element.scrollTop + element.clientHeight)) element.scrollTop = chosen.top - 40;
  }

  row(svg, team, top, height, x, width) {
    const { plan } = this;
    const routes = plan.ofTeam(team.id);
    const key = `${team.id} ${plan.date()}`;
    const bad = plan.bad.teamDays.has(key);
    const n = plan.teams.get(team.id).n;
    const band = bad ? 'row-bad' : team.id === plan.team ? 'row-on' : n % 2 ? null : 'band';
    const group = draw(svg, 'g', { 'data-row': team.id });
    draw(group, 'rect', { class: band, x: 0, y: top, width, height, fill: band ? null : 'transparent' });
    if (bad && team.id === plan.team) draw(group, 'rect', { x: 0, y: top, width: 3, height, fill: '#1B5676' });
    draw(group, 'rect', { class: 'swatch', 'data-team': team.colour, x: 8, y: top + height / 2 - 6, width: 12, height: 12 });
    draw(group, 'text', { class: 'team', x: 26, y: top + height / 2 + 4 }, team.name.slice(0, 8));
    draw(group, 'text', { class: 'base', x: LEFT - 10, y: top + height / 2 + 4, 'text-anchor': 'end' }, team.base.length > 6 ? `${team.base.slice(0, 6)}…` : team.base);
    group.addEventListener('click', (event) => { if (!event.target.closest('.block')) plan.choose({ team: team.id }); });
    const mid = top + height / 2;
    const shifts = plan.shifts(team.id);
    for (const shift of shifts) draw(group, 'rect', { class: 'trough', x: x(shift.start), y: mid - 6, width: (shift.end - shift.start) * this.scale, height: 12 });
    if (!shifts.length) draw(group, 'text', { class: 'none', x: x(this.from + 1800), y: mid + 4 }, say('team_off'));
    else if (!routes.length) draw(group, 'text', { class: 'none', x: x(shifts[0].start) + 6, y: mid + 4 }, say('team_idle'));
    const late = [];
    for (const route of routes) {
      const shift = team.shifts.find((one) => one.name === route.shift);
      draw(group, 'path', { class: 'way', d: `M${x(route.depart)} ${mid}H${x(route.back)}` });
      if (route.lunch) draw(group, 'rect', { class: 'hatch', x: x(route.lunch[0]), y: mid - 7, width: (route.lunch[1] - route.lunch[0]) * this.scale, height: 14 });
      route.stops.forEach((stop, at) => this.block(group, team, route, stop, at, mid, height, shift));
      if (shift && route.back > shift.end) {
        draw(group, 'path', { class: 'end', d: `M${x(shift.end)} ${top}v${height}` });
        late.push(say('back_late', { back: clock(route.back), by: Math.ceil((route.back - shift.end) / 60) }));
      }
    }
    if (late.length) {
      const end = x(Math.max(...routes.map((route) => route.back)));
      const room = width - RIGHT - end > 126;
      draw(group, 'text', { class: 'late', x: room ? end + 6 : width - RIGHT + 18, y: mid + 4, 'text-anchor': room ? null : 'end' }, room ? late.join(' ') : '✕');
    }
    const count = plan.countOf(team.id);
    const short = (plan.bad.teamDays.get(key) || []).some((one) => one.promise === 'daily_minimum');
    if (routes.length) draw(group, 'text', { class: `count${short ? ' late' : ''}`, x: width - 8, y: mid + 4, 'text-anchor': 'end' }, short ? `${count} < ${plan.model.minimum}` : String(count));
    return { team: team.id, top, height };
  }

  block(group, team, route, stop, at, mid, height, shift) {
    const { plan, x } = this;
    const visit = stop[0];
    const left = x(stop[4]), wide = Math.max((stop[5] - stop[4]) * this.scale - 0.5, 2);
    const done = plan.isDone(visit);
    const bad = plan.bad.visits.has(visit);
    const over = shift && stop[5] > shift.end;
    const mine = team.id === plan.team;
    const made = draw(group, 'g', {
      class: `block${bad ? ' bad' : ''}${over ? ' over' : ''}${visit === plan.visit ? ' on' : ''}${done ? ' done' : ''}`,
      'data-team': team.colour, 'data-visit': visit, tabindex: mine ? 0 : null, role: mine ? 'button' : null,
      'aria-label': mine ? say('stop_label', { seq: at + 1, name: plan.name(visit), arrive: clock(stop[3]), leave: clock(stop[5]) }) + (plan.pins.has(visit) ? ` ${say('pinned')}` : '') + (done ? ` ${say('done')}` : '') + (bad ? ` ${plan.bad.visits.get(visit).map((one) => one.text).join('；')}` : '') : null,
    });
    draw(made, 'title', {}, `${at + 1} ${plan.name(visit)} ${clock(stop[4])}–${clock(stop[5])}`);
    draw(made, 'rect', { x: left, y: mid - height / 2 + 3, width: wide, height: height - 6 });
    const text = done ? '✓' : String(at + 1);
    if (wide > 7 * text.length + 2) draw(made, 'text', { x: left + wide / 2, y: mid + 4, 'text-anchor': 'middle' }, text);
    if (plan.pins.has(visit)) draw(group, 'path', { class: 'pin', d: `M${left + wide - 8} ${mid - height / 2 + 2}h8v8Z` });
  }

  // Where a visit was before it was moved, and where it would be dropped.
  mark() {
    if (!this.svg) return;
    for (const old of this.svg.querySelectorAll('.ghost,.drop,.drop-head')) old.remove();
    const { plan, x } = this;
    const ghost = plan.lift ? plan.lift.was : plan.ghost;
    if (ghost && ghost.date === plan.date()) {
      const row = this.rows.find((one) => one.team === ghost.team);
      if (row) draw(this.svg, 'rect', { class: 'ghost', x: x(ghost.start), y: row.top + 4, width: Math.max((ghost.leave - ghost.start) * this.scale, 4), height: row.height - 8, 'pointer-events': 'none' });
    }
    const to = plan.lift && plan.lift.to;
    if (!to || to.out || to.date !== plan.date()) return;
    const row = this.rows.find((one) => one.team === to.team);
    if (!row) return;
    const route = plan.routeAt(to.team, to.date, to.shift);
    const stops = route ? route.stops.filter((stop) => stop[0] !== plan.lift.visit) : [];
    const shift = plan.teams.get(to.team).shifts.find((one) => one.name === to.shift);
    const before = stops[to.position - 2], after = stops[to.position - 1];
    const at = before && after ? (x(before[5]) + x(after[4])) / 2 : before ? x(before[5]) + 4 : after ? x(after[4]) - 4 : x(shift.start) + 4;
    draw(this.svg, 'path', { class: 'drop', d: `M${at} ${row.top + 1}v${row.height - 2}`, 'pointer-events': 'none' });
    draw(this.svg, 'path', { class: 'drop-head', d: `M${at - 5} ${row.top - 1}h10l-5 6Z`, 'pointer-events': 'none' });
  }

  // What a pointer over the chart would drop into: team by row, shift and position by time.
  target(clientX, clientY, visit) {
    const box = this.svg.getBoundingClientRect();
    const row = this.rows.find((one) => clientY - box.top >= one.top && clientY - box.top < one.top + one.height);
    if (!row) return null;
    const seconds = this.from + (clientX - box.left - LEFT) / this.scale;
    return this.plan.shifts(row.team).length ? spotAt(this.plan, row.team, seconds, visit) : { refused: say('team_off'), team: row.team };
  }
}

export function spotAt(plan, team, seconds, visit) {
  const shifts = plan.shifts(team);
  const away = (shift) => Math.max(shift.start - seconds, seconds - shift.end, 0);
  const shift = [...shifts].sort((a, b) => away(a) - away(b))[0];
  const route = plan.routeAt(team, plan.date(), shift.name);
  const stops = route ? route.stops.filter((stop) => stop[0] !== visit) : [];
  return { team, date: plan.date(), shift: shift.name, position: 1 + stops.filter((stop) => (stop[4] + stop[5]) / 2 < seconds).length };
}
