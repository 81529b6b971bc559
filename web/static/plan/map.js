// The map of the plan: which routes are drawn, breaches as red dashes, the old way dotted, what is lifted ringed.
import { V, clock, get } from './plan.js';

const key = (point) => `${point[0].toFixed(6)},${point[1].toFixed(6)}`;

export class PlanMap {
  constructor(plan, root) {
    Object.assign(this, { plan, root, map: null, show: 'chosen', before: null, decorations: 0 });
    this.element = document.querySelector('#map-sheet .folium-map');
    plan.on('model', () => this.load());
    plan.on('change', ({ features, gone }) => this.change(features, gone));
    plan.on('choose', (how) => this.focus(how && how.zoom !== undefined ? how.zoom : true));
    plan.on('lift', () => { if (this.map) this.map.redraw(); });
  }

  async load() {
    const { dataset } = this.root;
    const read = async (url) => { const answer = await get(url); return answer.ok ? answer.json() : null; };
    const [areas, basemap] = await Promise.all([read(dataset.areas), read(dataset.basemap)]);
    const { model } = this.plan;
    const colours = Object.fromEntries(model.teams.map((team) => [team.id, team.colour]));
    this.map = window.GridMap.create(this.element, {
      areas, routes: this.drawn(), basemap, colours, tiles: JSON.parse(dataset.tiles), colourBy: 'team', language: dataset.language,
      begin: this.view(),
      decorate: (tools) => this.decorate(tools),
      onSelect: (id) => { const route = this.plan.routes.get(id); if (route) this.plan.choose({ team: route.team, day: model.days.findIndex((day) => day.date === route.date) }, { zoom: false }); },
      onStops: (group) => { const n = this.plan.byId.get(group[0].visit); if (n !== undefined) { this.plan.visit = n; this.plan.tell('choose', { zoom: false }); } },
    });
    performance.mark('plan-ready');
    document.body.dataset.map = 'ready';
  }

  // The routes of the model as the map takes them; a line is unpacked from its steps.
  drawn() {
    const { model } = this.plan;
    const days = new Map(model.days.map((day, n) => [day.date, n + 1]));
    const iso = (date, s) => `${date}T${clock(s)}`;
    const routes = [], stops = [];
    for (const { id, team, date, shift, depart, back, stops: own } of this.plan.routes.values()) {
      const day = days.get(date);
      const steps = model.lines[id] || [];
      const at = [];
      for (let n = 0, x = 0, y = 0; n < steps.length; n += 2) { x += steps[n]; y += steps[n + 1]; at.push([x * model.unit_deg, y * model.unit_deg]); }
      routes.push({ kind: 'route', id, team, date, day, shift, stops: own.length, depart: iso(date, depart), back: iso(date, back), at });
      own.forEach(([n, , , arrive, , leave], seq) => {
        const visit = model.visits[n];
        stops.push({ kind: 'stop', team, date, day, shift, route: id, seq: seq + 1, visit: visit[V.id], name: visit[V.name], arrive: iso(date, arrive), leave: iso(date, leave), minutes: visit[V.minutes], state: visit[V.state], at: [visit[V.lon], visit[V.lat]] });
      });
    }
    return { routes, stops, bases: model.teams.map((team) => ({ kind: 'base', team: team.id, name: team.name, at: team.at })) };
  }

  // Each stop says what it is by now: the words of the map's states.
  stamp(collection) {
    for (const { properties } of (collection && collection.features) || []) {
      if (properties.kind !== 'stop') continue;
      const n = this.plan.byId.get(properties.visit);
      if (n !== undefined) properties.state = this.plan.visitOf(n)[V.state];
    }
  }

  change(features, gone) {
    if (!this.map) return;
    const fresh = new Set([...gone, ...features.filter((f) => f.properties.kind === 'route').map((f) => f.properties.id)]);
    this.before = { routes: this.map.data.routes.filter((route) => fresh.has(route.id)), stops: this.map.data.stops.filter((stop) => fresh.has(stop.route)) };
    this.stamp({ features });
    this.map.replaceRoutes(features, gone);
    this.focus(false);
  }

  chosen() { return this.plan.ofTeam().map((route) => route.id); }

  // Which routes are drawn, which of them at full strength, and which the map is moved to; null is all.
  view() {
    const day = this.plan.ofDay().map((route) => route.id);
    const mine = this.chosen();
    const one = this.show === 'chosen' && mine.length > 0;
    const touched = this.before ? this.before.routes.map((route) => route.id).filter((id) => this.plan.routes.has(id)) : [];
    return {
      shown: this.show === 'all' ? null : [...new Set([...day, ...(this.show === 'chosen' ? touched : [])])],
      chosen: one ? [...new Set([...mine, ...this.touchedToday()])] : null,
      fit: one ? mine : this.show === 'all' ? null : day,
    };
  }

  focus(zoom) { if (this.map) this.map.view(this.view(), zoom); }

  touchedToday() {
    if (!this.before) return [];
    const today = new Set(this.plan.ofDay().map((route) => route.id));
    return this.before.routes.map((route) => route.id).filter((id) => today.has(id));
  }

  setShow(show) { this.show = show; this.focus(true); }

  // The leg that leads to each stop and the one home, cut out of the route's line at its doors.
  legs(route, stops) {
    const found = [];
    let from = 0;
    for (const stop of [...stops, null]) {
      const door = stop ? key(stop.at) : null;
      let to = stop ? route.at.findIndex((at, n) => n >= from && key(at) === door) : route.at.length - 1;
      if (to < 0) to = from;
      found.push(route.at.slice(from, to + 1));
      from = to;
    }
    return found;
  }

  decorate({ line, sign, token, latlng, data, font, state }) {
    const { plan } = this;
    if (!plan.model) return;
    const moved = plan.ghost ? plan.model.visits[plan.ghost.visit] : null;
    const movedId = moved ? moved[V.id] : null;
    if (this.before && moved) {
      for (const route of this.before.routes) {
        const stops = this.before.stops.filter((stop) => stop.route === route.id).sort((a, b) => a.seq - b.seq);
        const at = stops.findIndex((stop) => stop.visit === movedId);
        if (at < 0) continue;
        const legs = this.legs(route, stops);
        for (const leg of [legs[at], legs[at + 1]]) if (leg.length > 1) line(leg, { color: token('ink'), weight: 2, dashArray: '2 4' });
      }
    }
    const day = new Set(plan.ofDay().map((route) => route.id));
    const shown = this.show === 'all' ? new Set(data.routes.map((route) => route.id)) : day;
    for (const route of data.routes) {
      if (!shown.has(route.id)) continue;
      const bad = plan.bad.routes.get(route.id);
      if (!bad) continue;
      const stops = data.stops.filter((stop) => stop.route === route.id).sort((a, b) => a.seq - b.seq);
      const legs = this.legs(route, stops);
      const named = new Set(bad.filter((one) => one.visit !== undefined).map((one) => plan.model.visits[one.visit][V.id]));
      const at = stops.findIndex((stop) => stop.visit === movedId);
      const mine = new Set();
      if (at >= 0) { mine.add(at); mine.add(at + 1); }
      stops.forEach((stop, n) => { if (named.has(stop.visit)) mine.add(n); });
      if (!mine.size) mine.add(legs.length - 1);
      for (const n of mine) if (legs[n] && legs[n].length > 1) { line(legs[n], { color: token('surface'), weight: 6 }); line(legs[n], { color: token('cinnabar'), weight: 3.6, dashArray: '9 5' }); this.decorations += 1; }
    }
    for (const item of plan.model.unplanned) {
      const visit = plan.model.visits[item.visit];
      sign(latlng([visit[V.lon], visit[V.lat]]), (ctx, x, y) => {
        ctx.beginPath(); ctx.arc(x, y, 7, 0, 7); ctx.fillStyle = token('surface'); ctx.globalAlpha = 0.9; ctx.fill(); ctx.globalAlpha = 1;
        ctx.setLineDash([3, 2]); ctx.lineWidth = 1.6; ctx.strokeStyle = token('s-unplanned'); ctx.stroke();
      }, [10, 10]);
    }
    const ring = plan.lift ? plan.model.visits[plan.lift.visit] : moved || (plan.visit !== null ? plan.model.visits[plan.visit] : null);
    if (ring) {
      const n = plan.byId.get(ring[V.id]);
      const spot = plan.spots.get(n);
      const bad = !plan.lift && plan.ghost && (plan.bad.visits.has(n) || (spot && plan.bad.routes.has(spot.route.id)));
      sign(latlng([ring[V.lon], ring[V.lat]]), (ctx, x, y) => { ctx.beginPath(); ctx.arc(x, y, 15, 0, 7); ctx.lineWidth = 2.5; ctx.strokeStyle = token(bad ? 'cinnabar' : 'azurite'); ctx.stroke(); }, [18, 18]);
    }
    void font; void state;
  }

  // What a pointer over the map would drop into: behind the nearest stop of a route that is drawn.
  target(clientX, clientY, visit) {
    if (!this.map) return null;
    const box = this.element.getBoundingClientRect();
    if (clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom) return null;
    const stop = this.map.stopAt(clientX - box.left, clientY - box.top, 40);
    if (!stop) return { nowhere: true };
    const route = this.plan.routes.get(stop.route);
    if (!route) return { nowhere: true };
    const stops = route.stops.filter((one) => one[0] !== visit);
    const at = stops.findIndex((one) => this.plan.visitOf(one[0])[V.id] === stop.visit);
    return { team: route.team, date: route.date, shift: route.shift, position: at < 0 ? stops.length + 1 : at + 2 };
  }

  // Whether a card hides fewer chosen stops in the left half of the map than in the right one.
  fewerLeft(card) {
    if (!this.map) return false;
    const { x: width } = this.map.map.getSize();
    const chosen = new Set(this.chosen());
    let left = 0, right = 0;
    for (const stop of this.map.data.stops) {
      if (!chosen.has(stop.route)) continue;
      const p = this.map.map.latLngToContainerPoint(stop.at);
      if (p.y > card.offsetTop + card.offsetHeight + 20) continue;
      if (p.x < card.offsetWidth + 30) left += 1;
      if (p.x > width - card.offsetWidth - 30) right += 1;
    }
    return left < right;
  }

  visitAt(clientX, clientY) {
    if (!this.map) return null;
    const box = this.element.getBoundingClientRect();
    const stop = this.map.stopAt(clientX - box.left, clientY - box.top, 12);
    const n = stop ? this.plan.byId.get(stop.visit) : undefined;
    return n === undefined ? null : n;
  }
}
