// The map that opens with no network: wires the list of team-days to the map. Texts are set as text, never as HTML.
(function () {
  'use strict';
  const data = JSON.parse(document.getElementById('gridplan-data').textContent);
  const { plan } = data;
  const view = { language: 'zh', tab: 'routes', day: 1, route: null };
  const find = (id) => document.getElementById(id);
  const say = (key, fields = {}) => GridMap.words[key][view.language === 'en' ? 1 : 0].replace(/\{(\w+)\}/g, (_, name) => fields[name]);
  const own = (pair) => pair[view.language === 'en' ? 1 : 0];
  const clock = (iso) => iso.slice(11, 16);
  const node = (tag, className, ...content) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    made.append(...content.map((part) => (part instanceof Node ? part : String(part))));
    return made;
  };
  const button = (act, ...content) => {
    const made = node('button', '', ...content);
    made.type = 'button';
    made.addEventListener('click', act);
    return made;
  };

  const of = (kind) => data.routes.features.map((f) => f.properties).filter((p) => p.kind === kind);
  const bases = of('base');
  const names = new Map(bases.map((base) => [base.team, base.name]));
  const order = new Map(bases.map((base, n) => [base.team, n]));
  const routes = of('route').sort((a, b) => a.day - b.day || order.get(a.team) - order.get(b.team) || a.depart.localeCompare(b.depart));
  const stopsOf = (route) => of('stop').filter((s) => s.team === route.team && s.date === route.date && s.shift === route.shift);
  const days = [...new Set(routes.map((route) => route.day))];
  if (days.length) [view.day] = days;

  const map = GridMap.create(document.querySelector('.folium-map'), {
    areas: data.areas, routes: data.routes, basemap: data.basemap, tiles: data.tiles, sites: plan.sites, language: view.language,
    onSelect(id) {
      Object.assign(view, { tab: 'routes', route: id, day: routes.find((route) => route.id === id).day });
      drawSide();
    },
  });

  const ofDay = () => routes.filter((route) => view.day === null || route.day === view.day);
  function showDay(day, zoom) {
    Object.assign(view, { day, route: null });
    map.focus(day === null ? null : ofDay().map((route) => route.id), { zoom });
    drawSide();
  }
  function showRoute(id) {
    if (view.route === id) { showDay(view.day, true); return; }
    view.route = id;
    map.focus(id);
    drawSide();
  }

  function drawHead() {
    document.documentElement.lang = view.language === 'en' ? 'en' : 'zh-CN';
    document.title = say('title', { name: plan.name });
    find('crumb').textContent = [plan.district, plan.name, say('offline')].filter(Boolean).join(' / ');
    find('title').textContent = document.title;
    const kind = { kept: 'yes', unknown: 'open' }[plan.verdict] || 'no';
    const { figures } = plan;
    const seal = say(`seal_${plan.verdict}`);
    find('verdict').className = `verdict ${kind}`;
    find('seal').textContent = view.language === 'zh' && seal.length === 2 ? [...seal].join('\n') : seal;
    find('seal').classList.toggle('tall', view.language === 'zh' && seal.length === 2);
    find('sentence').textContent = say(`say_${plan.verdict}`, { ...figures, violations: plan.violations.length, review: plan.review.length })
      + (plan.verdict === 'kept' && plan.review.length ? ` ${say('waits', { n: plan.review.length })}` : '');
    const shown = [['visits', figures.visits], ['planned', figures.planned], ['left_out', figures.unplanned], ['team_days', figures.team_days], ['day_count', figures.days], ['travel', Math.round(figures.travel_min)], ['gap', `≤ ${(100 * plan.gap).toFixed(1)} %`]];
    find('figures').replaceChildren(...shown.map(([key, value]) => node('div', '', node('dt', '', say(key)), node('dd', '', value))));
    find('colour-label').textContent = say('colour_by');
    for (const one of document.querySelectorAll('[data-colour]')) one.textContent = say(`by_${one.dataset.colour}`);
  }

  function drawSide() {
    const left = plan.unplanned.length + plan.review.length;
    const tabs = [['routes', say('tab_routes')], ['left_out', say('tab_left_out', { n: left })], ['notes', say('tab_notes')]];
    find('tabs').replaceChildren(...tabs.map(([key, text]) => {
      const tab = button(() => { view.tab = key; drawSide(); find('tabs').querySelector('[aria-selected=true]').focus(); }, text);
      tab.setAttribute('role', 'tab');
      tab.setAttribute('aria-selected', String(view.tab === key));
      tab.setAttribute('aria-controls', 'pane');
      return tab;
    }));
    find('pane').replaceChildren(...{ routes: drawRoutes, left_out: drawLeftOut, notes: drawNotes }[view.tab]());
    const open = document.querySelector('.route.on');
    if (open) open.scrollIntoView({ block: 'nearest' }); else find('pane').scrollTop = 0;
  }
  function drawRoutes() {
    if (!routes.length) return [node('p', 'empty', say('no_routes'))];
    const strip = node('div', 'days', ...[null, ...days].map((day) => {
      const here = routes.filter((route) => day === null || route.day === day);
      const visits = here.reduce((sum, route) => sum + route.stops, 0);
      const tab = button(() => showDay(day, true), day === null ? say('all') : `${day}\u2002${here[0].date.slice(5).replace('-', '/')}`, node('small', '', say('n_visits', { n: visits })));
      tab.setAttribute('aria-pressed', String(view.day === day));
      return tab;
    }));
    return [strip, ...ofDay().map(drawRoute)];
  }
  function drawRoute(route) {
    const open = view.route === route.id;
    const swatch = node('span', 'swatch');
    swatch.style.background = `var(--t${(order.get(route.team) % 12) + 1})`;
    const head = button(() => showRoute(route.id), swatch, node('b', '', names.get(route.team)), node('span', 'mute small grow', [view.day === null ? say('day', { day: route.day }) : '', say('span', { depart: clock(route.depart), back: clock(route.back) })].join(' ')), node('span', '', say('n_visits', { n: route.stops })));
    head.setAttribute('aria-expanded', String(open));
    const item = node('div', open ? 'route on' : 'route', head);
    item.dataset.route = route.id;
    if (open) item.append(node('p', 'mute small way', say('way', { km: (route.distance_m / 1000).toFixed(1), minutes: Math.round(route.travel_min) })), drawStops(route));
    return item;
  }
  function drawStops(route) {
    const light = order.get(route.team) % 12 >= 6;
    const row = (mark, time, ...text) => node('li', '', mark, node('span', '', time), node('span', '', ...text.filter((part) => part !== null)));
    const legs = data.directions.routes[route.id] || [];
    const wayTo = (leg) => {
      if (!legs[leg]) return null;
      const list = node('ol', '', ...legs[leg].map((n) => node('li', '', own(data.directions.texts[n]))));
      return node('details', 'turns', node('summary', '', say('way_to')), list);
    };
    const rows = stopsOf(route).map((stop) => {
      const mark = node('span', 'gm-mark', stop.seq);
      mark.style.background = `var(--t${(order.get(route.team) % 12) + 1})`;
      mark.style.color = `var(--${light ? 'ink' : 'surface'})`;
      return [stop.arrive, row(mark, clock(stop.arrive), stop.name, node('span', 'mute', plan.sites[stop.site].address), wayTo(stop.seq - 1))];
    });
    const lunch = plan.lunches[route.id];
    if (lunch) rows.push([lunch[0], row(node('span'), clock(lunch[0]), node('span', 'mute', say('lunch', { end: clock(lunch[1]) })))]);
    rows.push([route.back, row(node('span'), clock(route.back), node('span', 'mute', say('back')), wayTo(route.stops))]);
    return node('ol', 'stops', ...rows.sort((a, b) => a[0].localeCompare(b[0])).map(([, made]) => made));
  }
  function drawLeftOut() {
    const item = (name, ...texts) => node('li', '', node('b', '', name), ...texts.filter(Boolean).map((text) => node('span', 'mute', text)));
    const parts = plan.unplanned.map((one) => item(one.name, own(one.text), own(one.remedy)));
    const waiting = plan.review.map((one) => item(one.name, one.address, own(one.text)));
    if (!parts.length && !waiting.length) return [node('p', 'empty', say('nothing_left_out'))];
    return [node('ul', 'list', ...parts), ...(waiting.length ? [node('h2', '', say('waits', { n: waiting.length })), node('ul', 'list', ...waiting)] : [])];
  }
  function drawNotes() {
    const list = (texts, className) => node('ul', `list ${className || ''}`, ...texts.map((text) => node('li', '', own(text))));
    return [
      ...(plan.violations.length ? [node('h2', '', say('breaches', { n: plan.violations.length })), list(plan.violations, 'breach')] : []),
      ...(plan.remedies.length ? [node('h2', '', say('remedies')), list(plan.remedies)] : []),
      ...(plan.notes.length ? [node('h2', '', say('tab_notes')), list(plan.notes)] : []),
    ];
  }

  const press = (group, chosen) => { for (const one of group) one.setAttribute('aria-pressed', String(one === chosen)); };
  const languages = document.querySelectorAll('[data-language]');
  for (const one of languages) {
    one.addEventListener('click', () => {
      view.language = one.dataset.language;
      press(languages, one);
      map.language(view.language);
      drawHead();
      drawSide();
    });
  }
  const colours = document.querySelectorAll('[data-colour]');
  for (const one of colours) one.addEventListener('click', () => { press(colours, one); map.colourBy(one.dataset.colour); });

  drawHead();
  if (days.length) showDay(view.day, false); else drawSide();
  document.body.dataset.map = 'ready';
})();
