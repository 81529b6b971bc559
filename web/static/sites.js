// The register: filters ask the server, the table draws only the rows in view, the map shows the same sites as dots on one canvas.
(function () {
  const source = document.getElementById('sites-data');
  if (!source) return;
  const form = document.getElementById('filters');
  const holder = document.getElementById('rows');
  const table = document.getElementById('sites-table');
  const body = table.tBodies[0];
  const byId = (id) => document.getElementById(id);
  const ROW = 29, SPARE = 20, ALL = 400; // px a row as the style sheet has it; rows beyond the view; fewer are all drawn
  let rows = [], words = {}, drawn = '', asked = 0, dots = null, chosen = '';

  const cell = (text, className) => {
    const made = document.createElement('td');
    if (className) made.className = className;
    made.textContent = text;
    return made;
  };
  function line(row, number) {
    const [id, name, kind, township, community, address, state, licence, , , , others] = row;
    const made = document.createElement('tr');
    made.setAttribute('aria-rowindex', number + 2);
    made.dataset.id = id;
    if (id === chosen) made.className = 'on';
    made.append(cell(id, 'mute'));
    const link = document.createElement('a');
    link.href = `${source.dataset.card}?site=${encodeURIComponent(id)}`;
    link.textContent = name;
    const named = cell('', 'clip');
    named.append(link);
    made.append(named, cell(kind), cell(township), cell(community), cell(address, 'clip'), cell(licence));
    const chip = document.createElement('span');
    chip.className = `chip ${{ located: 'ok', review: 'late', rejected: '', new: 'find' }[state]}`;
    chip.textContent = words[state];
    const place = cell('');
    place.append(chip);
    made.append(place, cell(others ? source.dataset.differ.replace('{count}', others) : '', 'small mute'));
    return made;
  }
  const spacer = (height) => {
    const made = document.createElement('tr');
    made.setAttribute('aria-hidden', 'true');
    const one = document.createElement('td');
    one.colSpan = 9;
    one.style.height = `${height}px`;
    made.append(one);
    return made;
  };
  function draw(force) {
    const all = rows.length <= ALL || matchMedia('print').matches;
    const first = all ? 0 : Math.max(0, Math.floor(holder.scrollTop / ROW) - SPARE);
    const last = all ? rows.length : Math.min(rows.length, Math.ceil((holder.scrollTop + holder.clientHeight) / ROW) + SPARE);
    if (!force && drawn === `${first}-${last}`) return;
    drawn = `${first}-${last}`;
    body.replaceChildren(...(first ? [spacer(first * ROW)] : []), ...rows.slice(first, last).map((row, n) => line(row, first + n)), ...(last < rows.length ? [spacer((rows.length - last) * ROW)] : []));
    table.setAttribute('aria-rowcount', rows.length + 1);
  }
  const query = () => new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  async function load() {
    const turn = ++asked;
    const bones = setTimeout(() => { byId('bones').hidden = false; }, 300);
    byId('failed').hidden = true;
    try {
      const answer = await fetch(`${source.dataset.rows}?${query()}`, { headers: { Accept: 'application/json' } });
      if (!answer.ok) throw new Error(answer.status);
      const told = await answer.json();
      if (turn !== asked) return;
      rows = told.rows;
      words = told.words;
      byId('found').textContent = source.dataset.found.replace('{found}', told.found.toLocaleString()).replace('{total}', told.total.toLocaleString());
      byId('list-note').textContent = told.found > rows.length ? source.dataset.many : rows.length > 2000 ? source.dataset.virtual : '';
      byId('none').hidden = rows.length > 0;
      table.hidden = !rows.length;
      holder.scrollTop = 0;
      draw(true);
      if (dots) dots(rows);
      const base = byId('export').dataset.base;
      byId('export').href = `${base}?${query()}`;
    } catch (error) {
      if (turn === asked) byId('failed').hidden = false;
    } finally {
      clearTimeout(bones);
      if (turn === asked) byId('bones').hidden = true;
      document.body.dataset.rows = turn === asked ? 'ready' : '';
    }
  }
  function filter() {
    document.body.dataset.rows = '';
    history.replaceState(null, '', `${location.pathname}?${query()}`);
    load();
  }
  let typing = 0;
  form.addEventListener('input', (event) => { clearTimeout(typing); typing = setTimeout(filter, event.target.type === 'search' ? 250 : 0); });
  form.addEventListener('submit', (event) => { event.preventDefault(); clearTimeout(typing); filter(); });
  byId('filter').hidden = true;
  byId('again').addEventListener('click', load);
  holder.addEventListener('scroll', () => requestAnimationFrame(() => draw(false)));
  window.addEventListener('beforeprint', () => draw(true));
  document.addEventListener('keydown', (event) => {
    if (event.target.matches('input, select, textarea') || event.ctrlKey || event.metaKey || event.altKey) return;
    const now = rows.findIndex((row) => row[0] === chosen);
    const move = { j: 1, k: -1 }[event.key];
    if (move && rows.length) {
      const next = Math.min(Math.max(now + move, 0), rows.length - 1);
      show(rows[next][0], true);
      event.preventDefault();
    } else if (event.key === 'Enter' && chosen && event.target.tagName !== 'A' && event.target.tagName !== 'BUTTON') {
      location.href = `${source.dataset.card}?site=${encodeURIComponent(chosen)}`;
    }
  });
  let centre = null;
  function show(id, move) {
    chosen = id;
    const at = rows.findIndex((row) => row[0] === id);
    if (at < 0) return;
    const top = at * ROW;
    if (top < holder.scrollTop || top > holder.scrollTop + holder.clientHeight - 2 * ROW) holder.scrollTop = Math.max(0, top - holder.clientHeight / 2);
    draw(true);
    if (centre) centre(rows[at], move);
  }
  body.addEventListener('click', (event) => {
    const row = event.target.closest('tr[data-id]');
    if (row && event.target.tagName !== 'A') show(row.dataset.id, true);
  });

  // ---- the map -------------------------------------------------------------------------------------------------------
  const element = document.querySelector('.folium-map');
  const get = async (url) => { const answer = await fetch(url, { headers: { Accept: 'application/json' } }); return answer.ok ? answer.json() : null; };
  if (element && window.GridMap) {
    const tiles = JSON.parse(source.dataset.tiles);
    const shift = GridGround.shiftTo(tiles && tiles.datum);
    const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
    Promise.all([get(source.dataset.areas), get(source.dataset.basemap)]).then(([areas, basemap]) => {
      const { map } = window.GridMap.create(element, { areas, routes: null, basemap, tiles, colourBy: 'team', language: source.dataset.language });
      const canvas = L.canvas({ padding: 0.4, tolerance: 4 }).addTo(map);
      const layer = L.layerGroup().addTo(map);
      const look = {
        located: { radius: 3.4, weight: 1, color: '#fff', fillColor: colour('azurite'), fillOpacity: 1 },
        review: { radius: 4, weight: 1.6, color: colour('ochre'), fillColor: '#fff', fillOpacity: 0.7 },
      };
      let ring = null;
      const place = (row) => { const [lon, lat] = shift([row[8], row[9]]); return [lat, lon]; };
      dots = (some) => {
        layer.clearLayers();
        if (ring) { ring.remove(); ring = null; }
        for (const row of some) {
          if (row[8] === null || !look[row[6]]) continue;
          L.circleMarker(place(row), { renderer: canvas, ...look[row[6]] }).on('click', () => show(row[0], false)).addTo(layer);
        }
      };
      centre = (row, move) => {
        if (ring) ring.remove();
        ring = null;
        if (row[8] === null) return;
        ring = L.circleMarker(place(row), { renderer: canvas, radius: 9, weight: 3, color: colour('cinnabar'), fill: false }).addTo(map);
        if (move && !map.getBounds().pad(-0.1).contains(place(row))) map.panTo(place(row), { animate: false });
      };
      dots(rows);
      document.body.dataset.map = 'ready';
    });
  }
  load();
})();
