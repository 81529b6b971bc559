// Draws a plan on one canvas: base map, areas, routes and stops, from GeoJSON. Every text is set as text, never as HTML.
(function () {
  'use strict';

  // folium makes the map; whoever holds the element finds it there.
  L.Map.addInitHook(function () { this.getContainer().gridMap = this; });

  const WEAK = 0.38; // strength of the routes that are not chosen
  const NUMBERS_FROM = 13; // zoom from which the chosen stops show their numbers
  const ALL_NUMBERS_FROM = 14; // and all of them, when nothing is chosen
  const MANY = 400; // stops in view above which numbers give way to dots
  const LIGHT_FROM = 7; // teams 7–12 and days 1–6 are light: ink on them, ink round them
  const LEVELS = ['district', 'county', 'township', 'community', 'cell'];
  const LEVEL_FROM = { district: 0, county: 0, township: 0, community: 12.5, cell: 15 };
  const NAMES_FROM = { district: 99, county: 0, township: 0, community: 13.5, cell: 99 };
  const STREETS = [
    ['service', 'pedestrian', 'footway', 'path', 'cycleway', 'steps', 'track', 'corridor'],
    ['unclassified', 'residential', 'living_street', 'road', 'busway', 'ferry'],
    ['secondary', 'tertiary'],
    ['motorway', 'trunk', 'primary'],
  ];
  const STREET_WIDTH = [1, 2, 3.6, 5];
  const STREET_FROM = [15, 12, 0, 0];
  const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;

  const clock = (iso) => iso.slice(11, 16);
  const latlng = (c) => [c[1], c[0]];
  const flip = (c) => (typeof c[0] === 'number' ? latlng(c) : c.map(flip));
  const node = (tag, className, text) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const rank = (klass) => {
    const found = STREETS.findIndex((names) => names.includes(klass.replace(/_link$/, '')));
    return found < 0 ? 0 : found;
  };

  // A point layer that paints itself; `reach` bounds what it paints, the radius is what a pointer hits.
  const Sign = L.CircleMarker.extend({
    _updateBounds() {
      const reach = L.point(...this.options.reach);
      this._pxBounds = L.bounds(this._point.subtract(reach), this._point.add(reach));
    },
    _updatePath() {
      if (!this._renderer._drawing || this._empty()) return;
      const ctx = this._renderer._ctx;
      ctx.save();
      ctx.globalAlpha = 1; // the path before may have left its own
      ctx.setLineDash([]);
      this.options.paint(ctx, this._point.x, this._point.y);
      ctx.restore();
    },
  });

  function create(element, options) {
    const map = element.gridMap || L.map(element, { zoomControl: false, attributionControl: false, maxZoom: 19, zoomSnap: 0.5 });
    const canvas = L.canvas({ padding: 0.4, tolerance: 4 });
    const style = getComputedStyle(element);
    const token = (name) => style.getPropertyValue(`--${name}`).trim();
    const words = options.words || window.GridMap.words;
    const ground = L.layerGroup().addTo(map);
    const labels = L.layerGroup().addTo(map);
    const upper = L.layerGroup().addTo(map);
    const state = { language: options.language || 'zh', mode: options.colourBy || 'team', chosen: null, choropleth: Boolean(options.choropleth) };
    const data = {};
    const panel = controls();

    const say = (key, fields = {}) =>
      words[key][state.language === 'en' ? 1 : 0].replace(/\{(\w+)\}/g, (whole, name) => (name in fields ? fields[name] : whole));
    const font = (size, weight = 500) => `${weight} ${size}px ${token('sans')}`;
    const add = (group, layer) => { group.addLayer(layer); return layer; };
    const line = (group, shape, given) => add(group, L.polyline(shape, { renderer: canvas, interactive: false, lineCap: 'round', lineJoin: 'round', ...given }));
    const area = (group, shape, given) => add(group, L.polygon(shape, { renderer: canvas, interactive: false, stroke: false, fillOpacity: 1, ...given }));
    const sign = (group, at, paint, reach, given) => add(group, new Sign(at, { renderer: canvas, interactive: false, paint, reach, radius: 1, ...given }));

    // ---- colours ---------------------------------------------------------------------------------------------------

    const teamNumber = (team) => ((options.colours && options.colours[team]) || data.teams.indexOf(team) + 1);
    function colourOf(feature) {
      if (state.mode === 'day') {
        const step = data.days > 10 ? 1 + Math.round(((feature.day - 1) * 9) / (data.days - 1)) : feature.day;
        return { fill: token(`d${step}`), light: step < LIGHT_FROM };
      }
      if (state.mode === 'state') return { fill: token('ink-3'), light: false };
      const number = ((teamNumber(feature.team) - 1) % 12) + 1;
      return { fill: token(`t${number}`), light: number >= LIGHT_FROM };
    }
    function ramp(share) {
      const step = Math.min(Math.max(Math.round(share * 20) / 5, 0), 4);
      const low = Math.min(Math.floor(step), 3);
      const parts = [low, low + 1].map((n) => token(`c${n}`).match(/\w\w/g).map((hex) => parseInt(hex, 16)));
      return `rgb(${parts[0].map((from, n) => Math.round(from + (parts[1][n] - from) * (step - low))).join(',')})`;
    }
    function hatch() {
      const tile = node('canvas');
      tile.width = tile.height = 8;
      const ctx = tile.getContext('2d');
      ctx.strokeStyle = token('ochre');
      ctx.globalAlpha = 0.55;
      ctx.beginPath();
      for (const x of [-8, 0, 8]) { ctx.moveTo(x, 8); ctx.lineTo(x + 8, 0); }
      ctx.stroke();
      return ctx.createPattern(tile, 'repeat');
    }

    // ---- data ------------------------------------------------------------------------------------------------------

    function setData(given) {
      const features = (collection) => ((collection && collection.features) || []);
      if ('basemap' in given) data.basemap = features(given.basemap);
      if ('areas' in given) data.areas = features(given.areas);
      if ('routes' in given) {
        const all = features(given.routes);
        const of = (kind) => all.filter((f) => f.properties.kind === kind).map((f) => ({ ...f.properties, at: flip(f.geometry.coordinates) }));
        data.routes = of('route');
        data.bases = of('base');
        const ids = new Map(data.routes.map((route) => [`${route.team} ${route.date} ${route.shift}`, route.id]));
        data.stops = of('stop').map((stop) => ({ ...stop, route: ids.get(`${stop.team} ${stop.date} ${stop.shift}`) }));
        data.teams = [...new Set([...data.bases, ...data.routes].map((feature) => feature.team))];
        data.days = Math.max(1, ...data.routes.map((route) => route.day));
      }
      if (given.sites) data.sites = given.sites;
      close();
      draw();
    }
    const isChosen = (route) => !state.chosen || state.chosen.includes(route);
    const only = () => state.chosen && state.chosen.length === 1;

    // ---- ground: base map, areas, names ----------------------------------------------------------------------------

    function drawGround() {
      ground.clearLayers();
      const zoom = map.getZoom();
      const widest = LEVELS.find((level) => data.areas.some((f) => f.properties.level === level));
      const shapes = (list) => list.map((f) => (f.geometry.type === 'Polygon' ? [flip(f.geometry.coordinates)] : flip(f.geometry.coordinates))).flat();
      const land = data.areas.filter((f) => f.properties.level === widest);
      element.style.setProperty('--gm-behind', token(land.length ? 'm-out' : 'm-land'));
      if (land.length) area(ground, shapes(land), { fillColor: token('m-land') });
      for (const kind of ['green', 'water']) {
        const found = data.basemap.filter((f) => f.properties.kind === kind);
        const [lines, surfaces] = [true, false].map((wanted) => found.filter((f) => /Line/.test(f.geometry.type) === wanted));
        if (surfaces.length) area(ground, shapes(surfaces), { fillColor: token(`m-${kind}`) });
        if (lines.length) line(ground, lines.map((f) => flip(f.geometry.coordinates)), { color: token(`m-${kind}`), weight: Math.max(1.5, 4 * 2 ** ((zoom - 14) / 2)) });
      }
      const grow = Math.min(Math.max(2 ** ((zoom - 14) / 2), 0.45), 3);
      const streets = STREETS.map((_, n) => (zoom < STREET_FROM[n] ? [] : data.streets[n]));
      for (const edge of [1, 0]) {
        streets.forEach((shape, n) => {
          if (shape.length) line(ground, shape, { color: token(edge ? 'm-road-edge' : 'm-road'), weight: STREET_WIDTH[n] * grow + (edge ? 1.4 : 0), smoothFactor: 1.5 });
        });
      }
      if (state.choropleth) drawShares();
      for (const level of [...LEVELS].reverse()) {
        const found = data.areas.filter((f) => f.properties.level === level);
        if (!found.length || zoom < LEVEL_FROM[level]) continue;
        const weight = level === widest ? 1.6 : { cell: 0.5, community: 0.7 }[level] || 1;
        area(ground, shapes(found), { stroke: true, fill: false, color: token('m-border'), weight, opacity: level === 'cell' ? 0.6 : 0.9, dashArray: level === 'cell' ? '3 3' : null });
      }
    }
    function shared() {
      const level = [...LEVELS].reverse().find((name) => data.areas.some((f) => f.properties.level === name && 'promised' in f.properties));
      return data.areas.filter((f) => f.properties.level === level);
    }
    const isBehind = (figures) => figures.overdue >= (options.behind || 1);
    function drawShares() {
      const behind = hatch();
      for (const feature of shared()) {
        const shape = flip(feature.geometry.coordinates);
        const figures = feature.properties;
        const fill = area(ground, shape, { fillColor: figures.promised ? ramp(figures.coverage) : token('m-land'), fillOpacity: 0.88, interactive: true });
        fill.on('click', (event) => { L.DomEvent.stop(event); openArea(figures); });
        if (isBehind(figures)) area(ground, shape, { fillColor: behind });
      }
    }
    function drawNames() {
      labels.clearLayers();
      const zoom = map.getZoom();
      const taken = [];
      const place = (at, width, height) => {
        const middle = map.latLngToLayerPoint(at);
        const box = L.bounds(middle.subtract([width / 2, height / 2]), middle.add([width / 2, height / 2]));
        if (taken.some((other) => other.intersects(box))) return false;
        taken.push(box);
        return true;
      };
      if (state.choropleth) { drawFigures(place); return; }
      for (const level of LEVELS) {
        if (zoom < NAMES_FROM[level]) continue;
        const size = level === 'community' ? 12 : 14;
        for (const feature of data.areas.filter((f) => f.properties.level === level)) {
          const text = feature.properties.name;
          const width = text.length * (size + 3);
          if (place(latlng(feature.properties.at), width, size + 6)) nameAt(latlng(feature.properties.at), text, size, width, 0, '2px');
        }
      }
      if (zoom >= 15.5) {
        for (const street of data.names) {
          if (street.rank > 0 && place(street.at, street.name.length * 14, 20)) nameAt(street.at, street.name, 11, street.name.length * 12, street.angle, '1px');
        }
      }
    }
    function nameAt(at, text, size, width, angle, spacing) {
      sign(labels, at, (ctx, x, y) => {
        ctx.translate(x, y);
        ctx.rotate(angle);
        ctx.font = font(size);
        ctx.letterSpacing = spacing;
        ctx.textAlign = 'center';
        ctx.textBaseline = 'middle';
        ctx.lineJoin = 'round';
        ctx.lineWidth = 3;
        ctx.strokeStyle = token('m-land');
        ctx.strokeText(text, 0, 0);
        ctx.fillStyle = token('m-name');
        ctx.fillText(text, 0, 0);
      }, [width, width]);
    }
    function drawFigures(place) {
      for (const { properties: p } of shared()) {
        if (p.level === 'cell') continue;
        if (p.level === 'community' && !p.promised) continue;
        const share = p.promised ? `${Math.round(100 * p.coverage)} %` : '—';
        const lines = p.level === 'community' ? [share] : [p.name, p.overdue ? `${share} ▼${p.overdue}` : share];
        const width = Math.max(...lines.map((text) => [...text].reduce((sum, c) => sum + (c > '\u2e80' ? 13 : 7.5), 0))) + 14;
        const height = 17 * lines.length + 6;
        if (!place(latlng(p.at), width, height)) continue;
        sign(labels, latlng(p.at), (ctx, x, y) => {
          ctx.fillStyle = 'rgb(255 255 255 / .92)';
          ctx.strokeStyle = token(p.overdue ? 'ochre' : 'line-2');
          ctx.fillRect(x - width / 2, y - height / 2, width, height);
          ctx.strokeRect(x - width / 2, y - height / 2, width, height);
          ctx.textAlign = 'center';
          ctx.textBaseline = 'middle';
          lines.forEach((text, n) => {
            ctx.font = font(12, n === lines.length - 1 ? 600 : 500);
            ctx.fillStyle = token(p.overdue && n === lines.length - 1 ? 'ochre' : 'ink');
            ctx.fillText(text, x, y + 17 * (n - (lines.length - 1) / 2) + 1);
          });
        }, [width, height]);
      }
    }

    // ---- routes, stops, flags --------------------------------------------------------------------------------------

    function drawRoutes() {
      upper.clearLayers();
      const weak = data.routes.filter((route) => !isChosen(route.id));
      const strong = data.routes.filter((route) => isChosen(route.id));
      for (const route of weak) drawRoute(route, WEAK);
      drawStops(data.stops.filter((stop) => !isChosen(stop.route)), false);
      for (const route of strong) drawRoute(route, 1);
      drawStops(data.stops.filter((stop) => isChosen(stop.route)), true);
      drawFlags(new Set(strong.map((route) => route.team)));
    }
    function drawRoute(route, opacity) {
      const { fill, light } = colourOf(route);
      const weight = opacity < 1 ? 2 : 3.2;
      if (opacity === 1) line(upper, route.at, { color: token(light ? 'ink' : 'surface'), weight: weight + (light ? 1.4 : 2) });
      line(upper, route.at, { color: fill, weight, opacity, interactive: true }).on('click', (event) => {
        L.DomEvent.stop(event);
        select(route.id);
      });
    }
    function isCrowded() {
      if (data.stops.length <= MANY) return false;
      const seen = map.getBounds();
      return data.stops.filter((stop) => isChosen(stop.route) && seen.contains(stop.at)).length > MANY;
    }
    function drawStops(stops, strong) {
      const crowded = strong && isCrowded();
      if (strong) state.crowded = crowded;
      const numbered = strong && (only() || (map.getZoom() >= (state.chosen ? NUMBERS_FROM : ALL_NUMBERS_FROM) && !crowded));
      const places = new Map();
      for (const stop of stops) {
        const key = stop.at.join();
        if (places.has(key)) places.get(key).push(stop); else places.set(key, [stop]);
      }
      const radius = element.clientWidth < 500 ? 11 : 9;
      for (const group of places.values()) {
        const first = group[0];
        const { fill, light } = colourOf(first);
        const text = badge(group);
        const half = numbered ? Math.max(radius, 3.4 * text.length + 2) : 4;
        const paint = numbered
          ? (ctx, x, y) => paintStop(ctx, x, y, { text, fill, light, radius, half, state: state.mode === 'state' ? worst(group) : null })
          : (ctx, x, y) => paintDot(ctx, x, y, fill, light, strong ? 1 : WEAK);
        sign(upper, first.at, paint, [half + 3, radius + 4], { interactive: true, radius: half }).on('click', (event) => {
          L.DomEvent.stop(event);
          if (!isChosen(first.route)) select(first.route);
          openStops(group);
        });
      }
    }
    const worst = (group) => ['overdue', 'ahead', 'done'].find((name) => group.some((stop) => (stop.state || 'ahead') === name));
    function badge(group) {
      if (group.length === 1) return String(group[0].seq);
      const numbers = group.map((stop) => stop.seq).sort((a, b) => a - b);
      const oneRoute = group.every((stop) => stop.route === group[0].route);
      const inRow = numbers[numbers.length - 1] - numbers[0] === numbers.length - 1;
      return oneRoute && inRow ? `${numbers[0]}–${numbers[numbers.length - 1]}` : `×${group.length}`;
    }
    function paintDot(ctx, x, y, fill, light, strength) {
      ctx.globalAlpha = strength;
      ctx.beginPath();
      ctx.arc(x, y, 3, 0, 7);
      ctx.fillStyle = fill;
      ctx.fill();
      ctx.lineWidth = 1;
      ctx.strokeStyle = token(light ? 'ink' : 'surface');
      ctx.stroke();
    }
    function paintStop(ctx, x, y, { text, fill, light, radius, half, state: now }) {
      ctx.textAlign = 'center';
      ctx.textBaseline = 'middle';
      ctx.font = font(11.5, 600);
      if (now) { paintState(ctx, x, y, now, radius, text); return; }
      ctx.beginPath();
      ctx.roundRect(x - half, y - radius, 2 * half, 2 * radius, radius);
      ctx.fillStyle = fill;
      ctx.fill();
      ctx.lineWidth = 1.5;
      ctx.strokeStyle = token(light ? 'ink' : 'surface');
      ctx.stroke();
      ctx.fillStyle = token(light ? 'ink' : 'surface');
      ctx.fillText(text, x, y + 0.8);
    }
    // Colour, shape and (in legend and card) word: no state hangs on colour alone.
    function paintState(ctx, x, y, now, radius, text) {
      const fill = token({ done: 's-done', overdue: 's-overdue', unplanned: 's-unplanned' }[now] || 's-planned');
      ctx.lineWidth = 2;
      ctx.strokeStyle = fill;
      ctx.fillStyle = now === 'done' ? fill : token('surface');
      ctx.beginPath();
      if (now === 'overdue') { const r = radius + 2; ctx.moveTo(x, y - r); ctx.lineTo(x + r, y); ctx.lineTo(x, y + r); ctx.lineTo(x - r, y); ctx.closePath(); } else ctx.arc(x, y, radius, 0, 7);
      if (now === 'unplanned') ctx.setLineDash([3, 2]);
      ctx.fill();
      ctx.stroke();
      ctx.fillStyle = now === 'done' ? token('surface') : token('ink');
      ctx.fillText(now === 'done' ? '✓' : text, x, y + 0.8);
    }
    function drawFlags(teams) {
      const heights = new Map();
      for (const base of data.bases.filter((one) => teams.has(one.team))) {
        const { fill, light } = state.mode === 'team' ? colourOf(base) : { fill: token('surface'), light: true };
        const key = base.at.join();
        const raised = heights.get(key) || 0;
        heights.set(key, raised + 21);
        const width = [...base.name].reduce((sum, c) => sum + (c > '\u2e80' ? 12 : 7), 0) + 10;
        sign(upper, base.at, (ctx, x, y) => {
          const top = y - 34 - raised;
          ctx.lineWidth = 1.5;
          ctx.strokeStyle = token('ink');
          ctx.beginPath();
          ctx.moveTo(x, y);
          ctx.lineTo(x, top);
          ctx.stroke();
          ctx.lineWidth = 1;
          ctx.fillStyle = fill;
          ctx.fillRect(x, top, width, 18);
          ctx.strokeRect(x, top, width, 18);
          ctx.fillStyle = token('ink');
          ctx.fillRect(x - 3, y - 3, 6, 6);
          ctx.font = font(12, 600);
          ctx.textBaseline = 'middle';
          ctx.fillStyle = token(light ? 'ink' : 'surface');
          ctx.fillText(base.name, x + 5, top + 9.5);
        }, [width + 6, 60 + raised]);
      }
    }

    // ---- cards -----------------------------------------------------------------------------------------------------

    function openStops(group) {
      const first = group[0];
      const base = data.bases.find((one) => one.team === first.team);
      const list = node('div', 'gm-card-list');
      if (group.length > 1) list.append(node('p', 'gm-hint', say('same_place', { n: group.length })));
      for (const stop of group) {
        const { fill, light } = colourOf(stop);
        const mark = node('span', 'gm-mark', stop.seq);
        mark.style.background = state.mode === 'state' ? token('azurite') : fill;
        mark.style.color = token(light ? 'ink' : 'surface');
        const body = node('div', 'gm-card-body');
        body.append(node('b', '', stop.name));
        const site = data.sites && data.sites[stop.site];
        if (site && site.address) body.append(node('span', '', site.address));
        body.append(node('span', '', say('times', { arrive: clock(stop.arrive), leave: clock(stop.leave), minutes: stop.minutes })));
        const what = say('stop_of', { team: base ? base.name : stop.team, day: stop.day, seq: stop.seq });
        body.append(node('span', 'gm-hint', stop.state ? `${what} · ${say(stop.state)}` : what));
        const item = node('div', 'gm-card-item');
        item.append(mark, body);
        list.append(item);
      }
      openCard(list);
    }
    function openArea(figures) {
      const body = node('div', 'gm-card-body');
      body.append(node('b', '', figures.name), node('span', '', `${say('coverage')} ${figures.promised ? `${Math.round(100 * figures.coverage)} %` : '—'}`));
      body.append(node('span', '', ['done', 'ahead', 'overdue', 'unplanned'].map((name) => `${say(name)} ${figures[name]}`).join(' · ')));
      body.append(node('span', 'gm-hint', `${say('promised', { n: figures.promised })} · ${say('review')} ${figures.review}`));
      openCard(body);
    }
    // The card docks in the corner that hides the fewest chosen stops, never at the pin.
    function openCard(content) {
      const { x: width, y: height } = map.getSize();
      const hidden = { tl: 0, bl: 0, tr: 0 };
      for (const stop of data.stops.filter((one) => isChosen(one.route))) {
        const p = map.latLngToContainerPoint(stop.at);
        if (p.x < 0 || p.y < 0 || p.x > width || p.y > height) continue;
        if (p.x < 360) { if (p.y < 180) hidden.tl += 1; else if (p.y > height - 180) hidden.bl += 1; } else if (p.x > width - 320 && p.y < 220) hidden.tr += 1;
      }
      const corner = Object.keys(hidden).sort((a, b) => hidden[a] - hidden[b])[0];
      panel.card.className = `gm-card gm-${corner}`;
      const button = node('button', 'gm-close', '✕');
      button.type = 'button';
      button.setAttribute('aria-label', say('close'));
      button.addEventListener('click', close);
      panel.card.replaceChildren(content, button);
      panel.card.hidden = false;
    }
    function close() { panel.card.hidden = true; }

    // ---- controls --------------------------------------------------------------------------------------------------

    function controls() {
      const zoom = node('div', 'gm-zoom');
      const buttons = [['＋', 'zoom_in', () => map.zoomIn()], ['－', 'zoom_out', () => map.zoomOut()], ['', 'fit_title', () => fit()]].map(([text, title, act]) => {
        const button = node('button', '', text);
        button.type = 'button';
        button.addEventListener('click', act);
        zoom.append(button);
        return [button, title];
      });
      const card = node('section', 'gm-card');
      card.hidden = true;
      card.setAttribute('aria-live', 'polite');
      const legend = node('div', 'gm-legend');
      const credit = node('div', 'gm-credit');
      for (const part of [zoom, card, legend, credit]) {
        L.DomEvent.disableClickPropagation(part);
        L.DomEvent.disableScrollPropagation(part);
        element.append(part);
      }
      return { buttons, card, legend, credit };
    }
    function icon(paint) {
      const made = node('canvas', 'gm-icon');
      const ratio = window.devicePixelRatio || 1;
      made.width = made.height = 22 * ratio;
      const ctx = made.getContext('2d');
      ctx.scale(ratio, ratio);
      paint(ctx, 11, 11);
      return made;
    }
    function drawLegend() {
      const entry = (paint, text) => { const item = node('span', 'gm-key'); item.append(icon(paint), text); return item; };
      const swatch = (fill) => (ctx) => { ctx.fillStyle = fill; ctx.fillRect(4, 6, 14, 10); ctx.strokeStyle = 'rgb(0 0 0 / .2)'; ctx.strokeRect(4, 6, 14, 10); };
      const parts = [];
      if (state.choropleth) {
        if (shared().some((f) => isBehind(f.properties))) parts.push(entry(swatch(hatch()), say('behind', { n: options.behind || 1 })));
      } else if (state.mode === 'day' && data.routes.length) {
        parts.push(say('days'));
        for (const day of [...new Set(data.routes.map((route) => route.day))].sort((a, b) => a - b)) parts.push(entry(swatch(colourOf({ day }).fill), String(day)));
      } else if (state.mode === 'state' && data.routes.length) {
        for (const name of ['done', 'ahead', 'overdue']) parts.push(entry((ctx, x, y) => paintStop(ctx, x, y, { text: '1', radius: 7, state: name }), say(name)));
      } else if (data.routes.length) {
        parts.push(entry((ctx) => { ctx.fillStyle = token('ink'); ctx.fillRect(5, 3, 1.5, 16); ctx.fillRect(6, 3, 11, 8); }, say('flag')));
        parts.push(entry((ctx, x, y) => paintStop(ctx, x, y, { text: '1', fill: token('ink-2'), radius: 8, half: 8 }), say('number')));
      }
      const scale = node('span', 'gm-scale');
      const metres = map.distance(map.containerPointToLatLng([0, 0]), map.containerPointToLatLng([100, 0])) || 1;
      const power = 10 ** Math.floor(Math.log10(metres));
      const round = [5, 2, 1].find((n) => n * power <= metres) * power;
      const bar = node('i');
      bar.style.width = `${(100 * round) / metres}px`;
      scale.append(bar, round < 1000 ? say('metres', { n: round }) : say('kilometres', { n: round / 1000 }));
      panel.legend.replaceChildren(...parts, scale);
      panel.credit.textContent = data.basemap.length ? say('credit') : '';
      for (const [button, title] of panel.buttons) {
        button.title = say(title);
        button.setAttribute('aria-label', say(title));
        if (title === 'fit_title') button.textContent = say('fit');
      }
      element.setAttribute('role', 'application');
      element.setAttribute('aria-label', say('map'));
    }

    // ---- what a page may ask of the map ----------------------------------------------------------------------------

    function drawZoom() { drawGround(); drawNames(); drawRoutes(); drawLegend(); }
    function draw() {
      data.streets = STREETS.map(() => []);
      const longest = new Map();
      for (const f of data.basemap) {
        if (f.properties.kind !== 'street') continue;
        const shape = flip(f.geometry.coordinates);
        const lines = f.geometry.type === 'LineString' ? [shape] : shape;
        data.streets[rank(f.properties.klass)].push(...lines);
        if (!f.properties.name) continue;
        for (let n = 1; n < lines[0].length; n += 1) {
          const [a, b] = [lines[0][n - 1], lines[0][n]];
          const [dx, dy] = [(b[1] - a[1]) * Math.cos((a[0] * Math.PI) / 180), b[0] - a[0]];
          const length = Math.hypot(dx, dy);
          if (length > ((longest.get(f.properties.name) || {}).length || 0)) {
            const angle = Math.atan2(-dy, dx);
            longest.set(f.properties.name, { name: f.properties.name, rank: rank(f.properties.klass), length, at: [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2], angle: Math.abs(angle) > Math.PI / 2 ? angle + Math.PI : angle });
          }
        }
      }
      data.names = [...longest.values()].sort((a, b) => b.rank - a.rank || b.length - a.length);
      fit();
      drawZoom();
    }
    function show(shapes) {
      const bounds = L.latLngBounds([]);
      const extend = (part) => (typeof part[0] === 'number' ? bounds.extend(part) : part.forEach(extend));
      shapes.forEach(extend);
      if (bounds.isValid()) map.fitBounds(bounds, { padding: [36, 36], maxZoom: 17, animate: false });
    }
    function fit() {
      const places = [...data.routes, ...data.bases].map((feature) => feature.at);
      show(places.length ? places : data.areas.map((f) => flip(f.geometry.coordinates)));
    }
    function focus(ids, { zoom = true } = {}) {
      state.chosen = ids === null || ids === undefined ? null : [].concat(ids);
      close();
      if (zoom) {
        if (state.chosen) show(data.routes.filter((route) => isChosen(route.id)).map((route) => route.at)); else fit();
      }
      drawRoutes();
    }
    function select(id) {
      focus(id, { zoom: false });
      if (options.onSelect) options.onSelect(id);
    }
    function colourBy(mode) { state.mode = mode; drawRoutes(); drawLegend(); }
    function choropleth(rows) {
      state.choropleth = Boolean(rows);
      const figures = new Map((rows || []).map((row) => [row.code, row]));
      for (const f of data.areas) Object.assign(f.properties, figures.get(f.properties.code));
      drawZoom();
    }
    function language(code) { state.language = code; close(); drawLegend(); }

    map.on('zoomend', drawZoom);
    map.on('moveend', () => { if (isCrowded() !== state.crowded) drawRoutes(); });
    map.on('click', close);
    map.options.zoomAnimation = !still;
    new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(element);
    Object.assign(data, { basemap: [], areas: [], routes: [], stops: [], bases: [], teams: [], days: 1, sites: options.sites });
    setData({ basemap: options.basemap, areas: options.areas, routes: options.routes });
    return { setData, focus, colourBy, choropleth, language, fit, map };
  }

  window.GridMap = { create, words: {} };
})();
