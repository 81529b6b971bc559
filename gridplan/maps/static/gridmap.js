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
  const BORDERS = { cell: { weight: 0.5, opacity: 0.6, dash: [3, 3] }, community: { weight: 0.7, opacity: 0.9, dash: [] } };
  const BORDER = { weight: 1, opacity: 0.9, dash: [] };
  const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;

  const clock = (iso) => iso.slice(11, 16);
  const node = (tag, className, text) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
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
    const canvas = L.canvas({ padding: 0.4, tolerance: 4 }).addTo(map);
    const style = getComputedStyle(element);
    const tokens = new Map(); // read once: a map asks for them thousands of times
    const token = (name) => { if (!tokens.has(name)) tokens.set(name, style.getPropertyValue(`--${name}`).trim()); return tokens.get(name); };
    const words = options.words || window.GridMap.words;
    const shift = GridGround.shiftTo(options.tiles && options.tiles.datum);
    const latlng = (c) => { const [lon, lat] = shift(c); return [lat, lon]; };
    const flip = (c) => (typeof c[0] === 'number' ? latlng(c) : c.map(flip));
    const shares = L.layerGroup().addTo(map);
    const upper = L.layerGroup().addTo(map);
    const begin = options.begin || {}; // which routes are drawn, chosen and moved to at first
    const asSet = (ids) => (ids ? new Set(ids) : null);
    const state = { language: options.language || 'zh', mode: options.colourBy || 'team', shown: asSet(begin.shown), chosen: begin.chosen || null, choropleth: Boolean(options.choropleth), tiles: '', quiet: false };
    const data = { ground: null, land: [], borders: [], areas: [], routes: [], stops: [], bases: [], teams: [], days: 1, sites: options.sites };
    const panel = controls();
    const paintGround = (ctx, bounds) => { if (!state.quiet && state.tiles !== 'shown') GridGround.paint(ctx, bounds, { map, data: data.ground, land: data.land, token }); };
    const canvases = {
      ground: GridGround.canvasIn(map, 'gm-ground', 250, 0.35, paintGround),
      names: GridGround.canvasIn(map, 'gm-names', 380, 0.25, paintNames),
    };

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
      if ('basemap' in given) data.ground = given.basemap && given.basemap.streets.length ? GridGround.unpack(given.basemap, shift) : null;
      if ('areas' in given) setAreas(given.areas && given.areas.unit ? GridGround.unpackAreas(given.areas, shift) : features(given.areas));
      if ('routes' in given) {
        Object.assign(data, given.routes && given.routes.stops ? ownRoutes(given.routes) : routesOf(features(given.routes)));
        data.teams = [...new Set([...data.bases, ...data.routes].map((feature) => feature.team))];
        data.days = Math.max(1, ...data.routes.map((route) => route.day));
      }
      if (given.sites) data.sites = given.sites;
      close();
      draw();
    }
    // Routes from GeoJSON; a stop finds its route by team, day and shift.
    function routesOf(features) {
      const of = (kind) => features.filter((f) => f.properties.kind === kind).map((f) => ({ ...f.properties, at: flip(f.geometry.coordinates) }));
      const routes = of('route');
      const ids = new Map(routes.map((route) => [`${route.team} ${route.date} ${route.shift}`, route.id]));
      return { routes, bases: of('base'), stops: of('stop').map((stop) => ({ ...stop, route: ids.get(`${stop.team} ${stop.date} ${stop.shift}`) })) };
    }
    // Routes that a page made itself: as above, places longitude first.
    function ownRoutes({ routes, stops, bases }) {
      const placed = (list) => list.map((one) => { one.at = flip(one.at); return one; });
      return { routes: placed(routes), stops: placed(stops), bases: placed(bases) };
    }
    // Some routes in place of those of the same ids; the map stays where it is.
    function replaceRoutes(features, gone) {
      const fresh = routesOf(features);
      const out = new Set([...gone, ...fresh.routes.map((route) => route.id)]);
      data.routes = [...data.routes.filter((route) => !out.has(route.id)), ...fresh.routes];
      data.stops = [...data.stops.filter((stop) => !out.has(stop.route)), ...fresh.stops];
      drawRoutes();
    }
    function showOnly(ids) { state.shown = asSet(ids); drawRoutes(); }
    // What is drawn, what is strong, and (with `move`) where the map goes, in one go; null is all.
    function view({ shown, chosen, fit: ids }, move) {
      state.shown = asSet(shown);
      state.chosen = chosen;
      close();
      if (move) quietly(() => goTo(ids));
      drawRoutes();
    }
    function goTo(ids) {
      state.owed = element.clientWidth ? null : { ids }; // a hidden map has no size to fit into: it moves when it is seen again
      if (state.owed) return;
      const wanted = asSet(ids);
      const bounds = L.latLngBounds([]);
      for (const route of data.routes) if (!wanted || wanted.has(route.id)) for (const at of route.at) bounds.extend(at);
      if (bounds.isValid()) map.fitBounds(bounds, { padding: [44, 44], maxZoom: 16, animate: false }); else fit();
    }
    // The map moves without drawing anything on the way; the ground and the layers are painted once, after it.
    function quietly(move) {
      const zoom = map.getZoom();
      state.quiet = true;
      upper.clearLayers();
      move();
      state.quiet = false;
      if (map.getZoom() !== zoom) { drawShares(); drawLegend(); }
      repaint();
    }
    // The drawn stop nearest to a place of the element, within so many pixels.
    function stopAt(x, y, reach) {
      let found = null, best = reach;
      for (const stop of data.stops) {
        if (!isShown(stop.route)) continue;
        const p = map.latLngToContainerPoint(stop.at);
        const away = Math.hypot(p.x - x, p.y - y) - (isChosen(stop.route) ? 1 : 0);
        if (away < best) { best = away; found = stop; }
      }
      return found;
    }
    function setAreas(features) {
      data.areas = features;
      const widest = LEVELS.find((level) => features.some((f) => f.properties.level === level));
      data.borders = [...features].reverse().map((f) => {
        const { level } = f.properties;
        const look = BORDERS[level] || BORDER;
        return { ...(f.outline || GridGround.unpackArea(f.geometry, shift)), ...look, level, weight: level === widest ? 1.6 : look.weight };
      });
      data.land = data.borders.filter((one) => one.level === widest);
      element.style.setProperty('--gm-behind', `var(--${data.land.length ? 'm-out' : 'm-land'})`);
    }
    const isShown = (route) => !state.shown || state.shown.has(route);
    const isChosen = (route) => !state.chosen || state.chosen.includes(route);
    const only = () => state.chosen && state.chosen.length === 1;

    // ---- shares of areas, borders and names ----------------------------------------------------------------------------

    function shared() {
      const level = [...LEVELS].reverse().find((name) => data.areas.some((f) => f.properties.level === name && 'promised' in f.properties));
      return data.areas.filter((f) => f.properties.level === level);
    }
    const isBehind = (figures) => figures.overdue >= (options.behind || 1);
    function drawShares() {
      shares.clearLayers();
      map.getPane('gm-names').style.zIndex = state.choropleth ? 450 : 380; // borders and figures lie on the shares, else below the routes
      if (!state.choropleth) return;
      const behind = hatch();
      for (const feature of shared()) {
        const shape = flip(feature.geometry.coordinates);
        const figures = feature.properties;
        const fill = area(shares, shape, { fillColor: figures.promised ? ramp(figures.coverage) : token('m-land'), fillOpacity: 0.88, interactive: true });
        fill.on('click', (event) => { L.DomEvent.stop(event); openArea(figures); });
        if (isBehind(figures)) area(shares, shape, { fillColor: behind });
      }
    }
    function paintNames(ctx, bounds) {
      if (state.quiet) return;
      const zoom = map.getZoom();
      const room = new GridGround.Room();
      GridGround.borders(ctx, bounds, { map, token, areas: data.borders.filter((one) => zoom >= LEVEL_FROM[one.level]) });
      const place = (at, width, height) => {
        const { x, y } = map.latLngToLayerPoint(at);
        return bounds.contains([x, y]) && room.take([GridGround.around(x, y, width, height)]) ? { x, y } : null;
      };
      if (state.choropleth) { drawFigures(ctx, place); return; }
      const write = (name) => { ctx.save(); GridGround.write(ctx, name, token); ctx.restore(); };
      for (const level of LEVELS) {
        if (zoom < NAMES_FROM[level]) continue;
        const size = level === 'community' ? 12 : 14;
        for (const { properties: p } of data.areas.filter((f) => f.properties.level === level)) {
          const at = place(latlng(p.at), p.name.length * (size + 3), size + 6);
          if (at) write({ ...at, text: p.name, size, angle: 0, kind: 'area', spacing: '2px' });
        }
      }
      if (data.ground && state.tiles !== 'shown') for (const name of GridGround.names(map, bounds, data.ground, room)) write(name);
    }
    function drawFigures(ctx, place) {
      for (const { properties: p } of shared()) {
        if (p.level === 'cell') continue;
        if (p.level === 'community' && !p.promised) continue;
        const share = p.promised ? `${Math.round(100 * p.coverage)} %` : '—';
        const lines = p.level === 'community' ? [share] : [p.name, p.overdue ? `${share} ▼${p.overdue}` : share];
        const width = Math.max(...lines.map((text) => [...text].reduce((sum, c) => sum + (c > '\u2e80' ? 13 : 7.5), 0))) + 14;
        const height = 17 * lines.length + 6;
        const at = place(latlng(p.at), width, height);
        if (at) paintFigures(ctx, p, lines, at, width, height);
      }
    }
    function paintFigures(ctx, p, lines, { x, y }, width, height) {
      ctx.lineWidth = 1;
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
    }

    // ---- routes, stops, flags --------------------------------------------------------------------------------------

    function drawRoutes() {
      if (state.quiet) return;
      upper.clearLayers();
      const there = data.routes.filter((route) => isShown(route.id));
      const stops = data.stops.filter((stop) => isShown(stop.route));
      const strong = there.filter((route) => isChosen(route.id));
      for (const route of there) if (!isChosen(route.id)) drawRoute(route, WEAK);
      drawStops(stops.filter((stop) => !isChosen(stop.route)), false);
      for (const route of strong) drawRoute(route, 1);
      drawStops(stops.filter((stop) => isChosen(stop.route)), true);
      drawFlags(new Set(strong.map((route) => route.team)));
      if (options.decorate) options.decorate({ line: (shape, given) => line(upper, shape, given), sign: (at, paint, reach, given) => sign(upper, at, paint, reach, given), token, font, colourOf, latlng, data, state, map });
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
      return data.stops.filter((stop) => isShown(stop.route) && isChosen(stop.route) && seen.contains(stop.at)).length > MANY;
    }
    function drawStops(stops, strong) {
      const crowded = strong && isCrowded();
      if (strong) state.crowded = crowded;
      const numbered = strong && (options.numbered || only() || (map.getZoom() >= (state.chosen ? NUMBERS_FROM : ALL_NUMBERS_FROM) && !crowded));
      const places = new Map();
      for (const stop of stops) {
        const key = stop.at.join();
        if (places.has(key)) places.get(key).push(stop); else places.set(key, [stop]);
      }
      const radius = element.clientWidth < 500 ? 11 : 9;
      for (const group of places.values()) {
        const first = group[0];
        const { fill, light } = colourOf(first);
        const next = group.find((stop) => stop.progress === 'next');
        const text = next ? String(next.seq) : badge(group);
        const half = numbered ? Math.max(radius, 3.4 * text.length + 2) : 4;
        const paint = numbered
          ? (ctx, x, y) => paintStop(ctx, x, y, { text, fill, light, radius, half, state: state.mode === 'state' ? worst(group) : progress(group) })
          : (ctx, x, y) => paintDot(ctx, x, y, fill, light, strong ? 1 : WEAK);
        sign(upper, first.at, paint, [Math.max(half, 16) + 3, Math.max(radius, 15) + 4], { interactive: true, radius: half }).on('click', (event) => {
          L.DomEvent.stop(event);
          if (!isChosen(first.route)) select(first.route);
          if (options.onStops) options.onStops(group);
          openStops(group);
        });
      }
    }
    // On the way: what is reported, and the one that comes next.
    const progress = (group) => (group.some((stop) => stop.progress === 'next') ? 'next' : group.every((stop) => stop.progress === 'done') ? 'done' : null);
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
      if (now === 'next') { paintNext(ctx, x, y, text); return; }
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
    function paintNext(ctx, x, y, text) {
      ctx.beginPath();
      ctx.arc(x, y, 17, 0, 7);
      ctx.fillStyle = token('azurite');
      ctx.fill();
      ctx.lineWidth = 3;
      ctx.strokeStyle = token('surface');
      ctx.stroke();
      ctx.font = font(16, 700);
      ctx.fillStyle = token('surface');
      ctx.fillText(text, x, y + 1);
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
    function credit() {
      if (state.tiles === 'shown') return say('tiles', { host: new URL(options.tiles.url.replace(/[{}]/g, '')).host, datum: options.tiles.datum.toUpperCase() });
      return [data.ground ? say('credit') : '', state.tiles === 'lost' ? say('tiles_lost') : ''].filter(Boolean).join(' ');
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
      panel.credit.textContent = credit();
      for (const [button, title] of panel.buttons) {
        button.title = say(title);
        button.setAttribute('aria-label', say(title));
        if (title === 'fit_title') button.textContent = say('fit');
      }
      element.setAttribute('role', 'application');
      element.setAttribute('aria-label', say('map'));
    }

    // ---- what a page may ask of the map ----------------------------------------------------------------------------

    function drawZoom() { drawShares(); drawRoutes(); drawLegend(); }
    function draw() {
      quietly(() => { if (begin.fit !== undefined) { goTo(begin.fit); delete begin.fit; } else fit(); });
      drawShares();
      drawRoutes();
      drawLegend();
    }
    function repaint() { for (const one of Object.values(canvases)) one.redraw(); }
    function show(shapes) {
      const bounds = L.latLngBounds([]);
      const extend = (part) => (typeof part[0] === 'number' ? bounds.extend(part) : part.forEach(extend));
      shapes.forEach(extend);
      if (bounds.isValid()) map.fitBounds(bounds, { padding: [36, 36], maxZoom: 17, animate: false });
    }
    function fit() {
      const routes = data.routes.filter((route) => isShown(route.id));
      const places = (state.shown && routes.length ? routes : [...data.routes, ...data.bases]).map((feature) => feature.at);
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
      repaint();
    }
    function language(code) { state.language = code; close(); drawLegend(); }

    // On paper: black on white, twice as fine, and the same part of the map on a sheet of another size.
    const screen = L.Browser.retina;
    let seen = null;
    function print(on) {
      if (on === element.classList.contains('gm-print')) return;
      if (on) seen = { bounds: map.getBounds(), centre: map.getCenter(), zoom: map.getZoom() };
      document.documentElement.classList.toggle('gm-printing', on);
      element.classList.toggle('gm-print', on);
      tokens.clear();
      L.Browser.retina = on || screen;
      if (on) canvas._draw = drawAll; else delete canvas._draw;
      map.invalidateSize({ animate: false, pan: false });
      if (on) map.fitBounds(seen.bounds, { animate: false }); else map.setView(seen.centre, seen.zoom, { animate: false });
      drawZoom();
      canvas._update();
      repaint();
    }
    // A canvas is printed by replaying what was done to it, and clearing one clears those below: so all goes onto one.
    function drawAll() {
      const onto = (painter) => { this._ctx.save(); painter(this._ctx, this._bounds); this._ctx.restore(); };
      onto(paintGround);
      if (!state.choropleth) onto(paintNames);
      L.Canvas.prototype._draw.call(this);
      if (state.choropleth) onto(paintNames);
    }
    window.addEventListener('beforeprint', () => print(true));
    window.addEventListener('afterprint', () => print(false));

    // Tiles of the user's own. Until one comes our own ground is shown; where none does, that is said.
    function showTiles({ url }) {
      const layer = L.tileLayer(url, { maxZoom: 19, keepBuffer: 4 }).addTo(map);
      const turn = (now) => {
        if (state.tiles === now || (now === 'lost' && state.tiles)) return;
        state.tiles = now;
        repaint();
        drawLegend();
      };
      layer.on('tileload', () => turn('shown'));
      layer.on('tileerror', () => turn('lost'));
    }

    map.on('zoomend', () => { if (!state.quiet) drawZoom(); });
    map.on('moveend', () => { if (!state.quiet && isCrowded() !== state.crowded) drawRoutes(); });
    map.on('click', close);
    map.options.zoomAnimation = !still;
    map.invalidateSize({ animate: false, pan: false }); // the page may have grown since folium made the map: seen while nothing is drawn
    new ResizeObserver(() => {
      if (!element.clientWidth) return;
      map.invalidateSize({ animate: false });
      if (state.owed) { const { ids } = state.owed; quietly(() => goTo(ids)); drawRoutes(); }
    }).observe(element);
    if (options.tiles) showTiles(options.tiles);
    setData({ basemap: options.basemap, areas: options.areas, routes: options.routes });
    return { setData, replaceRoutes, showOnly, view, stopAt, redraw: drawRoutes, focus, colourBy, choropleth, language, fit, print, map, data };
  }

  window.GridMap = { create, words: {} };
})();
