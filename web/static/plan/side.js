// The right column: the stops of the chosen team-day, the certificate, what is unplanned, who changed what.
import { V, clock, node, say } from './plan.js';
import { follow } from './jobs.js';

export class Side {
  constructor(plan, root) {
    Object.assign(this, { plan, root });
    this.pane = (name) => document.getElementById(`pane-${name}`);
    for (const name of ['model', 'change', 'choose', 'lift']) plan.on(name, () => this.drawStops());
    for (const name of ['model', 'change']) plan.on(name, () => { this.drawCertificate(); this.drawUnplanned(); this.stale = true; if (!this.pane('history').hidden) this.drawHistory(); });
    for (const tab of root.querySelectorAll('[role=tab]')) {
      tab.addEventListener('click', () => this.open(tab.id.slice(4)));
      tab.addEventListener('keydown', (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        event.stopPropagation();
        const tabs = [...root.querySelectorAll('[role=tab]')];
        const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
        this.open(next.id.slice(4));
        next.focus();
      });
    }
  }

  open(name) {
    for (const tab of this.root.querySelectorAll('[role=tab]')) {
      const on = tab.id === `tab-${name}`;
      tab.setAttribute('aria-selected', String(on));
      tab.tabIndex = on ? 0 : -1;
      document.getElementById(tab.getAttribute('aria-controls')).hidden = !on;
    }
    document.getElementById('certificate-foot').hidden = name === 'certificate';
    if (name === 'history' && this.stale) this.drawHistory();
  }

  // ---- stops ---------------------------------------------------------------------------------------------------------

  drawStops() {
    const { plan } = this;
    const team = plan.teams.get(plan.team);
    const routes = plan.ofTeam();
    const pane = this.pane('stops');
    const scrolled = pane.scrollTop;
    const head = node('div', { class: 'route-head' }, node('span', { class: 'team-mark', 'data-team': team.colour }), node('b', { class: 'nowrap' }, `${team.name} ${say('day_n', { n: plan.day + 1 })}`), node('span', { class: 'mute small clip grow' }, `${team.base}${routes[0] ? ` ${clock(routes[0].depart)}` : ''}`), node('span', { class: 'small nowrap' }, say('n_sites', { n: plan.countOf(plan.team) })));
    if (!routes.length) {
      pane.replaceChildren(head, node('p', { class: 'empty' }, say(plan.shifts(plan.team).length ? 'team_idle_hint' : 'team_off')));
      return;
    }
    const body = node('tbody');
    for (const route of routes) {
      const shift = team.shifts.find((one) => one.name === route.shift);
      let fed = !route.lunch;
      if (routes.length > 1) body.append(node('tr', { class: 'mute' }, node('td'), node('td', { colspan: 3, class: 'small' }, shift ? `${shift.night ? `${say('night')} ` : ''}${clock(shift.start)}–${clock(shift.end)}` : route.shift)));
      route.stops.forEach((stop, n) => {
        if (!fed && route.lunch[0] <= stop[4]) { body.append(this.lunchRow(route)); fed = true; }
        body.append(this.stopRow(team, route, stop, n));
      });
      if (!fed) body.append(this.lunchRow(route));
      const late = shift && route.back > shift.end;
      body.append(node('tr', { class: late ? 'row-breach' : 'mute' }, node('td'), node('td', {}, clock(route.back)), node('td', { colspan: 2 }, late ? say('back_at_late', { by: Math.ceil((route.back - shift.end) / 60) }) : say('back_at'))));
    }
    const short = plan.bad.teamDays.get(`${plan.team} ${plan.date()}`) || [];
    const others = short.filter((one) => one.promise === 'daily_minimum').map((one) => node('p', { class: 'pad small breach' }, `✕ ${one.text}`));
    pane.replaceChildren(head, node('table', {}, node('caption', { class: 'hush' }, say('stops_of', { team: team.name, day: plan.day + 1 })), body), ...others);
    pane.scrollTop = scrolled;
    const on = pane.querySelector('.stop-row.on');
    if (on && !this.plan.lift) on.scrollIntoView({ block: 'nearest' });
  }

  lunchRow(route) {
    return node('tr', { class: 'mute' }, node('td'), node('td', {}, clock(route.lunch[0])), node('td', { colspan: 2 }, say('lunch', { minutes: Math.round((route.lunch[1] - route.lunch[0]) / 60) })));
  }

  stopRow(team, route, stop, n) {
    const { plan } = this;
    const visit = stop[0], noun = plan.visitOf(visit);
    const bad = plan.bad.visits.get(visit);
    const moved = plan.ghost && plan.ghost.visit === visit;
    const to = plan.lift && plan.lift.to;
    const here = to && !to.out && to.team === route.team && to.date === route.date && to.shift === route.shift;
    const others = route.stops.filter((one) => one[0] !== (plan.lift && plan.lift.visit));
    const at = others.indexOf(stop);
    const drop = here && at >= 0 ? (to.position === at + 1 ? ' drop-before' : to.position === others.length + 1 && at === others.length - 1 ? ' drop-after' : '') : '';
    const done = plan.isDone(visit);
    return node('tr', { class: `stop-row${bad ? ' breach' : ''}${visit === plan.visit ? ' on' : ''}${plan.lift && plan.lift.visit === visit ? ' ghost' : ''}${drop}`, 'data-visit': visit, title: bad ? bad.map((one) => one.text).join('\n') : null },
      node('td', {}, node('span', { class: 'stopno', 'data-team': team.colour }, done ? '✓' : String(n + 1))),
      node('td', { class: 'nowrap' }, clock(stop[3])),
      node('td', { class: 'clip name' }, noun[V.name], plan.pins.has(visit) ? node('span', { class: 'pin', title: say('pinned') }, '◥') : null, moved ? node('span', { class: 'chip on' }, say('moved_in')) : null, bad ? node('span', { class: 'hush' }, bad.map((one) => one.text).join('；')) : null),
      node('td', { class: 'acts' }, done || !plan.model.may.edit ? node('span', { class: 'mute' }, done ? say('done') : noun[V.kind]) : node('button', { type: 'button', class: 'btn sm bare', 'data-move': visit, 'aria-label': say('move_name', { name: noun[V.name] }) }, say('move'))));
  }

  // ---- certificate ---------------------------------------------------------------------------------------------------

  lines() {
    const { model } = this.plan;
    return Object.entries(model.breaches).map(([key, breaches]) => {
      const checked = model.checked[key] || 0;
      return { key, breaches, checked, text: breaches ? `${breaches}` : String(checked) };
    }).filter((line) => line.checked || line.breaches);
  }

  drawCertificate() {
    const { model } = this.plan;
    const broken = model.violations.length;
    const lines = this.lines();
    const item = (line) => node('li', { class: line.breaches ? 'breach' : null }, node('span', { class: line.breaches ? 'mark-no' : 'mark-yes' }, line.breaches ? '✕' : '✓'), node('span', {}, say(`promise_${line.key}`)), node('span', {}, line.breaches ? say('n_breaches', { n: line.breaches }) : line.text));
    const chip = node('span', { class: `chip ${broken ? 'bad' : 'ok'}` }, broken ? say('n_breaches', { n: broken }) : say('all_kept'));
    const sorted = [...lines].sort((a, b) => (b.breaches > 0) - (a.breaches > 0));
    document.getElementById('certificate-foot').replaceChildren(node('div', { class: 'row' }, node('h2', {}, say('certificate')), chip), node('ul', {}, ...sorted.slice(0, 10).map(item)));
    this.pane('certificate').replaceChildren(
      node('ul', { class: 'cert' }, ...lines.map(item)),
      node('ul', { class: 'pad' }, ...model.violations.map((one) => node('li', { class: 'small breach' }, '✕ ', one.visit === undefined && one.team === undefined ? one.text : node('button', { type: 'button', class: 'btn bare sm breach', onclick: () => this.show(one) }, one.text)))),
      node('p', { class: 'pad small mute' }, model.bound_text),
      ...model.notes.map((note) => node('p', { class: 'pad small' }, `· ${note}`)),
    );
  }

  show(one) {
    if (one.visit !== undefined && this.plan.spots.has(one.visit)) this.plan.find(one.visit);
    else if (one.team) this.plan.choose({ team: one.team, day: this.plan.model.days.findIndex((day) => day.date === one.date) });
  }

  // Made once: what a trial tells stays while the hand goes on.
  makeTrial() {
    const { plan } = this;
    const kinds = [['teams', 1], ['days', 1], ['minutes_per_day', 30], ['shift', 1]];
    const told = node('p', { class: 'small', role: 'status' });
    const bar = node('progress', { max: 1, value: 0, hidden: true });
    const keep = node('button', { type: 'button', class: 'btn sm lead', hidden: true }, say('trial_keep'));
    const tryIt = async (kind, change, kept) => {
      for (const button of buttons) button.disabled = true;
      told.textContent = say('trial_runs');
      keep.hidden = true;
      try {
        const { job } = await plan.ask('/trial', { kind, change, keep: kept });
        const end = await follow(job, bar, told);
        if (end.page) told.append(' ', node('a', { href: end.page }, say('open_new')));
        else if (end.state === 'done') { keep.hidden = false; keep.onclick = () => tryIt(kind, change, true); }
      } catch (error) { told.textContent = error.message; }
      for (const button of buttons) button.disabled = false;
    };
    const buttons = kinds.map(([kind, change]) => node('button', { type: 'button', class: 'btn sm', 'data-trial': kind, onclick: () => tryIt(kind, change, false) }, say(`try_${kind}`)));
    return node('section', { class: 'trial' }, node('h3', {}, say('remedies')), ...buttons, bar, told, keep);
  }

  // ---- unplanned -----------------------------------------------------------------------------------------------------

  drawUnplanned() {
    const { plan } = this;
    const { unplanned, review } = plan.model;
    document.getElementById('tab-unplanned').textContent = `${say('tab_unplanned')}${unplanned.length ? ` ${unplanned.length}` : ''}`;
    const items = unplanned.map((item) => node('div', { class: 'unplanned-item', 'data-visit': item.visit },
      node('div', { class: 'row' }, node('span', { class: 'stopno dash' }, '·'), node('b', { class: 'grow clip' }, plan.name(item.visit)), plan.model.may.edit ? node('button', { type: 'button', class: 'btn sm', 'data-move': item.visit, 'aria-label': say('plan_name', { name: plan.name(item.visit) }) }, say('plan_it')) : null),
      node('div', { class: 'small' }, item.text), node('div', { class: 'small mute' }, item.remedy)));
    const trial = unplanned.length || plan.model.violations.length ? this.trial || (this.trial = this.makeTrial()) : null;
    const doubtful = review.length ? [node('h3', {}, say('without_place', { n: review.length })), node('table', {}, node('tbody', {}, ...review.map((one) => node('tr', {}, node('td', { class: 'name clip' }, one.name), node('td', { class: 'small mute' }, one.text)))))] : [];
    this.pane('unplanned').replaceChildren(...[unplanned.length ? null : node('p', { class: 'empty' }, say('all_planned')), trial, ...items, ...doubtful].filter(Boolean));
  }

  // ---- who changed what ----------------------------------------------------------------------------------------------

  async drawHistory() {
    const { plan } = this;
    this.stale = false;
    const { steps, cursor, made } = plan.model;
    const own = steps.map((text, n) => node('li', { class: n < cursor ? 'own' : 'undone' }, `${n + 1}. ${text}`, n >= made && n < cursor ? node('span', { class: 'chip late' }, say('unsaved')) : null)).reverse();
    let told = [];
    try { told = await plan.ask('/history.json'); } catch { /* the list of steps is enough for now */ }
    this.pane('history').replaceChildren(node('ol', { class: 'history' }, ...(own.length ? [node('h3', {}, say('steps')), ...own] : []), node('h3', {}, say('log')), ...told.map((one) => node('li', {}, node('span', { class: 'mute' }, `${one.at} `), node('b', {}, one.who), ` v${one.version} `, one.text))));
  }
}
