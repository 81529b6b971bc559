// Two versions side by side: two maps of one extent with the changed stops ringed, the matrix and the list as one.
const source = document.getElementById('compare-data');
const rows = [...document.querySelectorAll('#changes tbody tr')];
const get = async (url) => { const answer = await fetch(url, { headers: { Accept: 'application/json' } }); return answer.ok ? answer.json() : null; };
const maps = [];
let chosen = null;

const rings = () => rows.filter((row) => !row.hidden && row.dataset.lon).map((row) => ({ lon: Number(row.dataset.lon), lat: Number(row.dataset.lat), kind: row.dataset.kind, on: row === chosen }));
function decorate(side) {
  return ({ sign, latlng, token }) => {
    for (const ring of rings()) {
      const came = ring.kind === 'planned' || ring.kind === 'added';
      if (came && side === 0) continue;
      sign(latlng([ring.lon, ring.lat]), (ctx, x, y) => {
        ctx.lineWidth = ring.on ? 3.5 : 2;
        ctx.strokeStyle = token(ring.on ? 'azurite' : 'ink');
        if (came) { ctx.strokeRect(x - 6, y - 6, 12, 12); ctx.beginPath(); ctx.moveTo(x - 4, y); ctx.lineTo(x + 4, y); ctx.moveTo(x, y - 4); ctx.lineTo(x, y + 4); ctx.stroke(); } else { ctx.beginPath(); ctx.arc(x, y, ring.on ? 13 : 10, 0, 7); ctx.stroke(); }
      }, [18, 18]);
    }
  };
}
const redraw = () => { for (const map of maps) map.redraw(); };

Promise.all([get(source.dataset.areas), get(source.dataset.basemap), get(source.dataset.one), get(source.dataset.other)]).then(([areas, basemap, one, other]) => {
  ['map-one', 'map-other'].forEach((id, side) => {
    const element = document.querySelector(`#${id} .folium-map`);
    maps.push(window.GridMap.create(element, { areas, basemap, routes: side ? other : one, tiles: JSON.parse(source.dataset.tiles), colourBy: 'team', language: source.dataset.language, decorate: decorate(side) }));
  });
  // What did not change is there, but quiet.
  const cells = new Set(rows.flatMap((row) => [row.dataset.from, row.dataset.to]));
  for (const map of maps) {
    const touched = map.data.routes.filter((route) => cells.has(`${route.team} ${route.date}`)).map((route) => route.id);
    if (touched.length) map.focus(touched, { zoom: false });
  }
  const [left, right] = maps.map((map) => map.map);
  let following = false;
  for (const [from, to] of [[left, right], [right, left]]) {
    from.on('moveend', () => { if (following) return; following = true; to.setView(from.getCenter(), from.getZoom(), { animate: false }); following = false; });
  }
  right.setView(left.getCenter(), left.getZoom(), { animate: false });
  document.body.dataset.map = 'ready';
});

function choose(row, centre) {
  if (chosen) chosen.classList.remove('on');
  chosen = row;
  if (row) {
    row.classList.add('on');
    row.scrollIntoView({ block: 'nearest' });
    row.focus({ preventScroll: true });
    if (centre && maps[0] && row.dataset.lon) maps[0].map.setView([Number(row.dataset.lat), Number(row.dataset.lon)], Math.max(maps[0].map.getZoom(), 14), { animate: false });
  }
  redraw();
}
function filter(keep) {
  for (const row of rows) row.hidden = !keep(row);
  choose(null);
}
for (const row of rows) row.addEventListener('click', () => choose(row, true));
for (const button of document.querySelectorAll('[data-group][aria-pressed]')) {
  button.addEventListener('click', () => {
    for (const other of document.querySelectorAll('[data-group][aria-pressed]')) other.setAttribute('aria-pressed', String(other === button));
    filter((row) => button.dataset.group === 'all' || row.dataset.group === button.dataset.group);
  });
}
for (const button of document.querySelectorAll('[data-cell]')) {
  button.addEventListener('click', () => filter((row) => row.dataset.from === button.dataset.cell || row.dataset.to === button.dataset.cell));
}
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest('input, select, textarea')) return;
  const seen = rows.filter((row) => !row.hidden);
  const step = { j: 1, k: -1 }[event.key.toLowerCase()];
  if (step && seen.length) choose(seen[Math.min(Math.max(seen.indexOf(chosen) + step, 0), seen.length - 1)]);
  else if (event.key === 'Enter' && chosen && !event.target.closest('button, a')) choose(chosen, true);
});
for (const id of ['pick-one', 'pick-other']) {
  document.getElementById(id).addEventListener('change', () => {
    const [one, other] = ['pick-one', 'pick-other'].map((name) => document.getElementById(name).value);
    location.href = source.dataset.page.replace('/0/compare/0', `/${one}/compare/${other}`);
  });
}
document.getElementById('print').addEventListener('click', () => window.print());
