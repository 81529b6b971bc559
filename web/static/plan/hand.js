// Moves a visit by hand: dragged on chart, list or map, lifted by key, or placed through the dialog. All ways end in one step.
import { V, clock, node, say } from './plan.js';
import { spotAt } from './gantt.js';

const FAR = 5; // pixels a pointer moves before it is a drag
const WAIT = 450; // milliseconds over a day's tab before that day is shown

export class Hand {
  constructor(plan, { gantt, map, side }) {
    Object.assign(this, { plan, gantt, map, side });
    this.chip = document.getElementById('lift');
    this.live = document.getElementById('live');
    this.dialog = document.getElementById('move-dialog');
    this.card = document.getElementById('card');
    this.waiting = null;
    document.addEventListener('pointerdown', (event) => this.press(event));
    map.element.addEventListener('pointerdown', (event) => this.pressMap(event), true);
    map.element.addEventListener('mousedown', (event) => { if (this.pressed && this.pressed.map) event.stopPropagation(); }, true);
    document.addEventListener('click', (event) => {
      const button = event.target.closest('[data-move]');
      if (button) this.open(Number(button.dataset.move));
      const block = event.target.closest('.block, .stop-row');
      if (block && !button && !this.dragged) this.pick(Number(block.dataset.visit));
    });
    document.addEventListener('dblclick', (event) => {
      const block = event.target.closest('.block, .stop-row');
      if (block) this.open(Number(block.dataset.visit));
    });
    plan.on('change', () => this.told());
    plan.on('refused', (error) => this.refused(error));
  }

  pick(visit) {
    const spot = this.plan.spots.get(visit);
    if (spot && (visit !== this.plan.visit || spot.route.team !== this.plan.team)) this.plan.choose({ team: spot.route.team, visit }, { zoom: spot.route.team !== this.plan.team });
  }
  may(visit) { return this.plan.model && this.plan.model.may.edit && !this.plan.isDone(visit) && !this.plan.busy; }

  // ---- drag ------------------------------------------------------------------------------------------------------------

  press(event) {
    if (event.button !== 0 || !this.plan.model) return;
    this.dragged = false;
    const from = event.target.closest('.block, .stop-row, .unplanned-item');
    if (!from || event.target.closest('button, a')) return;
    this.begin(event, Number(from.dataset.visit), false);
  }

  // A stop on the map is dragged; anywhere else the map itself is.
  pressMap(event) {
    if (event.button !== 0 || !this.plan.model || event.target.closest('.gm-zoom, .gm-card, .gm-legend')) return;
    const visit = this.map.visitAt(event.clientX, event.clientY);
    if (visit !== null && this.may(visit)) {
      this.map.map.map.dragging.disable();
      this.begin(event, visit, true);
    }
  }

  begin(event, visit, map) {
    if (!this.may(visit)) return;
    this.pressed = { visit, x: event.clientX, y: event.clientY, map, id: event.pointerId };
    const move = (next) => this.move(next);
    const end = (next) => {
      document.removeEventListener('pointermove', move);
      document.removeEventListener('pointerup', end);
      document.removeEventListener('pointercancel', end);
      if (map) this.map.map.map.dragging.enable();
      clearTimeout(this.waiting);
      const { lift } = this.plan;
      if (this.dragged && lift) { if (next.type === 'pointerup') this.drop(); else this.escape(); }
      this.pressed = null;
      document.body.classList.remove('dragging');
    };
    document.addEventListener('pointermove', move);
    document.addEventListener('pointerup', end);
    document.addEventListener('pointercancel', end);
  }

  lift(visit, how) {
    const spot = this.plan.spots.get(visit);
    const stop = spot ? spot.route.stops[spot.n] : null;
    this.plan.lift = {
      visit, how, to: null,
      was: spot ? { visit, team: spot.route.team, date: spot.route.date, shift: spot.route.shift, position: spot.n + 1, start: stop[4], leave: stop[5] } : null,
    };
    this.plan.visit = visit;
  }

  move(event) {
    if (!this.pressed) return;
    if (!this.plan.lift || this.plan.lift.how !== 'drag') {
      if (Math.hypot(event.clientX - this.pressed.x, event.clientY - this.pressed.y) < FAR) return;
      this.dragged = true;
      document.body.classList.add('dragging');
      this.lift(this.pressed.visit, 'drag');
    }
    event.preventDefault();
    const to = this.under(event);
    const before = JSON.stringify(this.plan.lift.to);
    this.plan.lift.to = to;
    this.chip.hidden = false;
    this.chip.style.left = `${Math.min(event.clientX + 14, window.innerWidth - 260)}px`;
    this.chip.style.top = `${event.clientY + 14}px`;
    this.chip.replaceChildren(node('b', {}, this.plan.name(this.plan.lift.visit)), node('span', { class: 'mute' }, this.words(to)));
    if (before !== JSON.stringify(to)) this.plan.tell('lift');
  }

  under(event) {
    const visit = this.plan.lift.visit;
    const there = document.elementFromPoint(event.clientX, event.clientY);
    clearTimeout(this.waiting);
    if (!there) return null;
    const tab = there.closest('#days [data-day]');
    if (tab && Number(tab.dataset.day) !== this.plan.day) {
      this.waiting = setTimeout(() => { this.plan.choose({ day: Number(tab.dataset.day), visit }, { zoom: false }); }, WAIT);
      return null;
    }
    if (there.closest('#gantt')) return this.gantt.target(event.clientX, event.clientY, visit);
    if (there.closest('#tab-unplanned, #pane-unplanned')) return this.plan.spots.has(visit) ? { out: true } : null;
    const row = there.closest('.stop-row');
    if (row) return this.beside(row, event.clientY, visit);
    if (there.closest('#map-sheet')) { const to = this.map.target(event.clientX, event.clientY, visit); return to && to.nowhere ? null : to; }
    return null;
  }

  beside(row, y, visit) {
    const spot = this.plan.spots.get(Number(row.dataset.visit));
    if (!spot) return null;
    const others = spot.route.stops.filter((stop) => stop[0] !== visit);
    const at = others.findIndex((stop) => stop[0] === Number(row.dataset.visit));
    if (at < 0) return this.plan.lift.was;
    const box = row.getBoundingClientRect();
    return { team: spot.route.team, date: spot.route.date, shift: spot.route.shift, position: at + (y > box.top + box.height / 2 ? 2 : 1) };
  }

  words(to) {
    if (!to) return say('drop_nowhere');
    if (to.out) return say('drop_out');
    if (to.refused) return to.refused;
    const day = this.plan.model.days.find((one) => one.date === to.date);
    return say('drop_to', { team: this.plan.teams.get(to.team).name, day: day ? day.label : to.date, position: to.position });
  }

  // ---- lifted by key ---------------------------------------------------------------------------------------------------

  liftByKey(visit) {
    if (!this.may(visit)) return;
    this.lift(visit, 'key');
    const { was } = this.plan.lift;
    this.plan.lift.to = was ? { team: was.team, date: was.date, shift: was.shift, position: was.position } : this.first();
    this.plan.tell('lift');
    this.say(say('lifted', { name: this.plan.name(visit), to: this.words(this.plan.lift.to) }));
  }
  first() {
    const shift = this.plan.shifts(this.plan.team)[0];
    return shift ? { team: this.plan.team, date: this.plan.date(), shift: shift.name, position: 1 } : null;
  }

  // Moves what is lifted: along the route, to the next team or day; positions stay as near in time as they can.
  carry(key) {
    const { plan } = this;
    const { lift } = plan;
    const to = lift.to || this.first();
    if (!to) return;
    const route = () => plan.routeAt(to.team, to.date, to.shift);
    const count = (one) => (one ? one.stops.filter((stop) => stop[0] !== lift.visit).length : 0);
    const time = () => { const here = route(); const stops = here ? here.stops.filter((stop) => stop[0] !== lift.visit) : []; const near = stops[Math.min(to.position - 1, stops.length - 1)]; return near ? near[4] : 10 * 3600; };
    if (key === 'ArrowLeft' || key === 'ArrowRight') {
      const next = to.position + (key === 'ArrowRight' ? 1 : -1);
      if (next < 1 || next > count(route()) + 1) return;
      lift.to = { ...to, position: next };
      plan.tell('lift');
    } else {
      const seconds = time();
      let { team } = to, day = plan.day;
      const teams = plan.model.teams.map((one) => one.id);
      for (let step = 0; step < Math.max(teams.length, plan.model.days.length); step += 1) {
        if (key === 'ArrowUp' || key === 'ArrowDown') { const n = teams.indexOf(team) + (key === 'ArrowDown' ? 1 : -1); if (n < 0 || n >= teams.length) return; team = teams[n]; } else { day += key === ']' ? 1 : -1; if (day < 0 || day >= plan.model.days.length) return; }
        if (plan.shifts(team, day).length) break;
      }
      if (!plan.shifts(team, day).length) return;
      plan.day = day;
      lift.to = spotAt(plan, team, seconds, lift.visit);
      plan.choose({ day, team, visit: lift.visit }, { zoom: false });
      plan.tell('lift');
    }
    this.say(this.words(lift.to));
  }

  escape() {
    if (!this.plan.lift) return false;
    this.plan.lift = null;
    this.chip.hidden = true;
    this.plan.tell('lift');
    this.say(say('put_back'));
    return true;
  }

  drop() {
    const { lift } = this.plan;
    const { to, was, visit } = lift;
    this.plan.lift = null;
    this.chip.hidden = true;
    this.plan.tell('lift');
    if (!to || to.refused) { this.say(say('put_back')); return; }
    if (to.out) { this.step({ kind: 'leave_out', visit }, was); return; }
    if (was && was.team === to.team && was.date === to.date && was.shift === to.shift && was.position === to.position) { this.say(say('put_back')); return; }
    this.step({ kind: 'move', visit, ...to }, was);
  }

  // ---- steps -----------------------------------------------------------------------------------------------------------

  async step(edit, was = null) {
    const { plan } = this;
    const told = await plan.step('/edits', { edit: { ...edit, visit: plan.visitOf(edit.visit)[V.id], ...(edit.other !== undefined ? { other: plan.visitOf(edit.other)[V.id] } : {}) } }, was ? { ...was, visit: edit.visit } : edit.kind === 'move' ? { visit: edit.visit } : null);
    if (!told) return;
    if (edit.kind === 'move') plan.find(edit.visit);
    if (edit.kind !== 'pin' && edit.kind !== 'release') this.show(edit, was);
  }
  seek(steps) {
    this.card.hidden = true;
    return this.plan.step('/seek', { steps }, null, () => (steps < 0 ? this.plan.model.may.undo : this.plan.model.may.redo));
  }
  pin(visit) {
    if (!this.may(visit) || !this.plan.spots.has(visit)) return;
    this.step({ kind: this.plan.pins.has(visit) ? 'release' : 'pin', visit }, null).then(() => this.say(say(this.plan.pins.has(visit) ? 'now_pinned' : 'now_released', { name: this.plan.name(visit) })));
  }

  // ---- the card that names each breach, and places that work -----------------------------------------------------------

  show(edit, was) {
    const { plan, card } = this;
    const { broken, broken_count: count } = plan.model;
    const spot = plan.spots.get(edit.visit);
    const from = was ? plan.teams.get(was.team).name : say('tab_unplanned');
    const to = spot ? `${plan.teams.get(spot.route.team).name} ${say('stop_n', { n: spot.n + 1 })}` : say('tab_unplanned');
    const colour = spot ? plan.teams.get(spot.route.team).colour : null;
    const travel = plan.model.figures.find((one) => one.key === 'travel');
    card.className = `over breach-card${count ? ' bad' : ''}`;
    const close = node('button', { type: 'button', class: 'btn bare sm', 'aria-label': say('close'), onclick: () => { card.hidden = true; } }, '✕');
    const offers = node('div', { class: 'offers' });
    card.replaceChildren(
      node('header', {}, spot ? node('span', { class: 'stopno', 'data-team': colour }, String(spot.n + 1)) : node('span', { class: 'stopno dash' }, '·'), node('b', { class: 'grow clip' }, plan.name(edit.visit)), node('span', { class: 'mute small nowrap' }, `${from} → ${to}`), close),
      node('ul', {}, ...broken.slice(0, 6).map((one) => node('li', { class: 'breach' }, `✕ ${one.text}`)), count > 6 ? node('li', { class: 'breach' }, say('more_breaches', { n: count - 6 })) : null, node('li', { class: count ? '' : 'up' }, count ? `${say('fig_travel')} ${travel.value} ${travel.small} ${travel.delta}` : `✓ ${say('all_kept')} · ${say('fig_travel')} ${travel.delta || '±0'} ${travel.small}`)),
      offers,
    );
    card.hidden = false;
    card.classList.toggle('left', this.map.fewerLeft(card));
    if (count) this.offer(edit.visit, offers);
  }

  async offer(visit, into) {
    into.replaceChildren(node('span', { class: 'mute' }, say('looking')));
    // A hand that goes on dragging does not wait for places it no longer asks for.
    await new Promise((wake) => { setTimeout(wake, 200); });
    if (!into.isConnected || this.pressed) return;
    try {
      const found = await this.plan.ask(`/offers/${encodeURIComponent(this.plan.visitOf(visit)[V.id])}`);
      into.replaceChildren(node('span', { class: 'mute' }, found.offers.length ? say('works_at') : `${say('works_nowhere')} ${found.reason}`), ...found.offers.map((one) => node('button', { type: 'button', 'data-offer': `${one.team} ${one.date} ${one.position}`, onclick: () => { this.dialog.close(); const spot = this.plan.spots.get(visit); const stop = spot && spot.route.stops[spot.n]; this.step({ kind: 'move', visit, team: one.team, date: one.date, shift: one.shift, position: one.position }, spot ? { team: spot.route.team, date: spot.route.date, start: stop[4], leave: stop[5] } : null); } }, one.text)));
    } catch (error) { into.replaceChildren(node('span', { class: 'mute' }, error.message)); }
  }

  told() {
    const { broken_count: count, dirty } = this.plan.model;
    this.say(dirty ? say('now_changed', { steps: Math.abs(this.plan.model.cursor - this.plan.model.made), n: count }) : say('nothing_changed'));
  }
  refused(error) {
    this.card.className = 'over breach-card bad';
    this.card.replaceChildren(node('header', {}, node('b', { class: 'grow' }, say('not_done')), node('button', { type: 'button', class: 'btn bare sm', 'aria-label': say('close'), onclick: () => { this.card.hidden = true; } }, '✕')), node('ul', {}, node('li', {}, error.message), error.status === 409 ? node('li', {}, node('button', { type: 'button', class: 'btn sm', onclick: () => location.reload() }, say('reload'))) : null));
    this.card.hidden = false;
    this.say(error.message);
  }
  say(text) { this.live.textContent = ''; requestAnimationFrame(() => { this.live.textContent = text; }); }

  // ---- the dialog: every move without dragging -------------------------------------------------------------------------

  open(visit) {
    if (!this.may(visit)) return;
    const { plan, dialog } = this;
    const spot = plan.spots.get(visit);
    const noun = plan.visitOf(visit);
    const option = (value, text, on) => { const made = node('option', { value }, text); made.selected = on; return made; };
    const day = node('select', { class: 'field' }, ...plan.model.days.map((one, n) => option(n, `${n + 1} · ${one.label}`, n === plan.day)));
    const team = node('select', { class: 'field' });
    const place = node('select', { class: 'field' });
    const fillTeams = () => {
      const on = team.value || (spot ? spot.route.team : plan.team);
      team.replaceChildren(...plan.model.teams.flatMap((one) => plan.shifts(one.id, Number(day.value)).map((shift) => { const value = `${one.id}\u0000${shift.name}`; return option(value, shift.night ? `${one.name} ${say('night')}` : one.name, value === on || one.id === on); })));
      fillPlaces();
    };
    const fillPlaces = () => {
      const [id, shift] = team.value.split('\u0000');
      const route = plan.routeAt(id, plan.date(Number(day.value)), shift);
      const stops = route ? route.stops.filter((stop) => stop[0] !== visit) : [];
      place.replaceChildren(option('', say('best_order'), true), ...stops.map((stop, n) => option(n + 1, say('before_stop', { n: n + 1, name: plan.name(stop[0]) }), false)), option(stops.length + 1, say('at_the_end'), false));
    };
    day.addEventListener('change', fillTeams);
    team.addEventListener('change', fillPlaces);
    fillTeams();
    const offers = node('div', { class: 'offers' });
    const was = spot ? { team: spot.route.team, date: spot.route.date, start: spot.route.stops[spot.n][4], leave: spot.route.stops[spot.n][5] } : null;
    const go = () => {
      const [id, shift] = team.value.split('\u0000');
      dialog.close();
      this.step({ kind: 'move', visit, team: id, shift, date: plan.date(Number(day.value)), ...(place.value ? { position: Number(place.value) } : {}) }, was);
    };
    const act = (text, edit) => node('button', { type: 'button', class: 'btn', onclick: () => { dialog.close(); this.step({ ...edit, visit }, was); } }, text);
    dialog.replaceChildren(node('h2', { id: 'move-title' }, say('move_name', { name: noun[V.name] })),
      node('p', { class: 'small mute' }, `${noun[V.kind]} · ${noun[V.address]} · ${noun[V.minutes]} ${say('minutes')}`),
      node('div', { class: 'fields' }, node('label', {}, say('day'), day), node('label', {}, say('team'), team), node('label', {}, say('order'), place), offers,
        node('div', { class: 'row wrap' }, node('button', { type: 'button', class: 'btn lead', id: 'move-go', onclick: go }, say('move')), spot ? act(say(plan.pins.has(visit) ? 'release' : 'pin'), { kind: plan.pins.has(visit) ? 'release' : 'pin' }) : null, spot ? act(say('leave_out'), { kind: 'leave_out' }) : null, node('button', { type: 'button', class: 'btn bare', onclick: () => dialog.close() }, say('close')))));
    dialog.showModal();
    this.offer(visit, offers);
  }
}

export { clock };
