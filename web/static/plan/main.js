// Wires the plan's page: the model, the map, the chart, the side column, the table, the hand and the keys.
import { Plan, get, node, say } from './plan.js';
import { Gantt } from './gantt.js';
import { Side } from './side.js';
import { PlanMap } from './map.js';
import { Hand } from './hand.js';
import { Table } from './table.js';
import { follow } from './jobs.js';

const root = document.getElementById('plan');
const by = (id) => document.getElementById(id);
const plan = new Plan(root);
const gantt = new Gantt(plan, by('gantt'), by('days'));
const side = new Side(plan, by('side'));
const map = new PlanMap(plan, root);
const hand = new Hand(plan, { gantt, map, side });
const table = new Table(plan, by('table'), by('map-sheet'));
const narrow = window.matchMedia('(max-width: 1359px)');

// ---- head and figures ------------------------------------------------------------------------------------------------

function drawHead() {
  const { model } = plan;
  const kept = model.verdict === 'kept';
  const seal = by('seal');
  seal.textContent = say(`seal_${model.verdict}`);
  seal.className = `seal mini ${kept ? 'yes' : 'no open'}`;
  seal.setAttribute('aria-label', model.verdict_word);
  by('figures').replaceChildren(...model.figures.map((one) => node('div', {}, node('dt', {}, one.label), node('dd', { class: one.key === 'breaches' && one.value !== '0' ? 'breach' : null }, one.value, one.delta ? node('small', { class: 'delta' }, ` ${one.delta}`) : null, one.small ? node('small', {}, ` ${one.small}`) : null))));
  const now = by('now');
  now.hidden = !model.dirty && !model.may.redo;
  now.dataset.kind = model.broken_count ? 'bad' : model.dirty ? 'late' : 'ok';
  const steps = Math.abs(model.cursor - model.made);
  by('now-text').replaceChildren(node('b', {}, model.dirty ? say(model.cursor < model.made ? 'back_n' : 'changed_n', { steps, n: model.broken_count }) : say('nothing_changed')), model.dirty ? ` ${say('unsaved')}` : '');
  by('undo').disabled = !model.may.undo;
  by('redo').hidden = !model.may.redo;
  for (const form of document.querySelectorAll('#save-form, #discard-form, #newer form')) form.querySelector('[name=version]').value = model.version;
  by('save-form').hidden = !model.dirty;
  by('discard-form').hidden = !model.dirty;
  by('save').disabled = !model.may.save;
  by('save-broken').hidden = !model.may.save_broken;
  const publish = by('publish');
  if (publish) publish.disabled = !model.may.publish;
  const compare = by('compare');
  if (compare && model.dirty) { compare.dataset.stored = compare.dataset.stored || compare.href; compare.href = `${root.dataset.base}/compare/${model.id}?mine`; } else if (compare && compare.dataset.stored) compare.href = compare.dataset.stored;
  by('newer').hidden = !model.newer;
  if (model.newer) {
    by('newer-text').textContent = say('newer', { who: model.newer.who, at: model.newer.at, number: model.newer.number });
    by('newer-compare').href = `${root.dataset.base.replace(/\d+$/, model.newer.id)}/compare/${model.id}?mine`;
  }
  by('editors').hidden = !model.editors.length;
  if (model.editors.length) by('editors').textContent = model.editors.map((one) => say('also_editing', { who: one.who, n: one.steps, at: one.at })).join(' · ');
}
plan.on('model', drawHead);
plan.on('change', drawHead);
plan.on('choose', () => { if (plan.visit === null) by('card').hidden = true; });

by('undo').addEventListener('click', () => hand.seek(-1));
by('redo').addEventListener('click', () => hand.seek(1));
for (const button of document.querySelectorAll('[data-colour]')) {
  button.addEventListener('click', () => {
    for (const other of document.querySelectorAll('[data-colour]')) other.setAttribute('aria-pressed', String(other === button));
    if (map.map) map.map.colourBy(button.dataset.colour);
  });
}
for (const button of document.querySelectorAll('[data-show]')) {
  button.addEventListener('click', () => {
    for (const other of document.querySelectorAll('[data-show]')) other.setAttribute('aria-pressed', String(other === button));
    map.setShow(button.dataset.show);
  });
}
by('table-open').addEventListener('click', () => table.toggle());
function drawer(open) {
  by('side').classList.toggle('open', open);
  by('drawer-open').setAttribute('aria-expanded', String(open));
  if (open) by('side').querySelector('[role=tab][aria-selected=true]').focus(); else if (narrow.matches) by('drawer-open').focus();
}
by('drawer-open').addEventListener('click', () => drawer(!by('side').classList.contains('open')));
by('drawer-close').addEventListener('click', () => drawer(false));
by('keys-open').addEventListener('click', () => by('keys').showModal());

// ---- keys --------------------------------------------------------------------------------------------------------------

document.addEventListener('keydown', (event) => {
  if (!plan.model || document.querySelector('dialog[open]') || event.target.closest('input, select, textarea')) return;
  const { key } = event;
  const done = () => { event.preventDefault(); event.stopPropagation(); };
  if ((event.ctrlKey || event.metaKey) && !event.altKey) {
    if (key === 'z' && !event.shiftKey) { done(); hand.seek(-1); } else if (key === 'y' || (key === 'Z' && event.shiftKey)) { done(); hand.seek(1); }
    return;
  }
  if (event.altKey) return;
  if (plan.lift && plan.lift.how === 'key') {
    if (['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', '[', ']'].includes(key)) { done(); hand.carry(key); } else if (key === 'Enter' || key === ' ') { done(); hand.drop(); } else if (key === 'Escape') { done(); hand.escape(); }
    return;
  }
  const held = document.activeElement && document.activeElement.closest ? document.activeElement.closest('[data-visit]') : null;
  const visit = held ? Number(held.dataset.visit) : plan.visit;
  const teams = plan.model.teams.map((team) => team.id);
  if (key === '[' || key === ']') { done(); plan.choose({ day: plan.day + (key === ']' ? 1 : -1) }); } else if ((key === 'ArrowUp' || key === 'ArrowDown') && !event.target.closest('[role=tab], .side-pane, .plan-table, .folium-map')) {
    const next = teams[teams.indexOf(plan.team) + (key === 'ArrowDown' ? 1 : -1)];
    if (next) { done(); plan.choose({ team: next }); }
  } else if ((key === 'ArrowLeft' || key === 'ArrowRight') && event.target.closest('#days')) {
    done();
    plan.choose({ day: plan.day + (key === 'ArrowRight' ? 1 : -1) });
    by('days').children[plan.day].focus();
  } else if (key === 'm' || key === 'M') { if (visit !== null) { done(); hand.liftByKey(visit); } } else if (key === 'p' || key === 'P') { if (visit !== null) { done(); hand.pin(visit); } } else if (key === 'c' || key === 'C') { if (by('compare')) { done(); by('compare').click(); } } else if (key === 't' || key === 'T') { done(); if (narrow.matches && !table.open) drawer(!by('side').classList.contains('open')); else table.toggle(); } else if (key === 'Escape') {
    if (plan.lift) { done(); hand.escape(); } else if (by('side').classList.contains('open')) drawer(false); else if (!by('card').hidden) by('card').hidden = true;
  } else if (key === 'Enter' && held && held.classList.contains('block')) { done(); hand.open(visit); }
});
by('gantt').addEventListener('focusin', (event) => {
  const block = event.target.closest('.block');
  if (block && Number(block.dataset.visit) !== plan.visit) { plan.visit = Number(block.dataset.visit); side.drawStops(); if (map.map) map.map.redraw(); }
});

// ---- replan --------------------------------------------------------------------------------------------------------------

const again = by('replan-dialog');
if (again) {
  by('replan-open').addEventListener('click', () => {
    const option = (value, text) => node('option', { value }, text);
    const { days, teams, today } = plan.model;
    by('replan-as-of').replaceChildren(...days.map((day, n) => option(day.date, say('day_label', { n: n + 1, label: day.label }))));
    by('replan-as-of').value = (days.find((day) => day.date >= today) || days[0]).date;
    by('replan-from').replaceChildren(option('', say('from_start')), ...days.map((day) => option(day.date, day.label)));
    by('replan-teams').replaceChildren(...teams.map((team) => node('label', {}, node('input', { type: 'checkbox', name: 'without', value: team.id }), team.name)));
    by('replan-days').replaceChildren(...days.map((day) => node('label', {}, node('input', { type: 'checkbox', name: 'lost', value: day.date }), day.label)));
    by('replan-joined').replaceChildren(by('replan-joined').options[0], ...teams.map((team) => option(team.id, say('like_team', { team: team.name }))));
    by('replan-told').textContent = '';
    by('replan-page').hidden = true;
    again.showModal();
  });
  by('replan-close').addEventListener('click', () => again.close());
  by('replan-form').addEventListener('submit', async (event) => {
    event.preventDefault();
    const told = by('replan-told');
    by('replan-go').disabled = true;
    told.textContent = say('trial_runs');
    try {
      const answer = await fetch(event.target.action, { method: 'POST', headers: { Accept: 'application/json' }, body: new FormData(event.target) });
      const data = await answer.json();
      if (!answer.ok) throw new Error(data.error[root.dataset.language]);
      const job = await follow(data.job, by('replan-progress'), told);
      if (job.page) { by('replan-page').href = job.page; by('replan-page').hidden = false; }
    } catch (error) { told.textContent = error.message; }
    by('replan-go').disabled = false;
  });
}

// ---- begin ---------------------------------------------------------------------------------------------------------------

get(root.dataset.model)
  .then((answer) => { if (!answer.ok) throw new Error(String(answer.status)); return answer.json(); })
  .then((model) => { plan.take(model); document.body.dataset.plan = 'ready'; })
  .catch(() => { by('notices').append(node('p', { class: 'note bad', role: 'alert' }, say('lost'), ' ', node('button', { type: 'button', class: 'btn sm', onclick: () => location.reload() }, say('reload')))); });
