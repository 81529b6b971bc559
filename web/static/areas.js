// The map of areas: those below the chosen node are filled by who answers for them; a click goes to one.
(function () {
  const source = document.getElementById('areas-data');
  const element = document.querySelector('.folium-map');
  if (!source || !element || !window.GridMap) return;
  const get = async (url) => { const answer = await fetch(url, { headers: { Accept: 'application/json' } }); return answer.ok ? answer.json() : null; };
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const tiles = JSON.parse(source.dataset.tiles);
  const shift = GridGround.shiftTo(tiles && tiles.datum);
  const flip = (c) => { if (typeof c[0] !== 'number') return c.map(flip); const [lon, lat] = shift(c); return [lat, lon]; };
  Promise.all([get(source.dataset.areas), get(source.dataset.basemap)]).then(([areas, basemap]) => {
    const { map } = window.GridMap.create(element, { areas, routes: null, basemap, tiles, colourBy: 'team', language: source.dataset.language });
    const canvas = L.canvas({ padding: 0.4 }).addTo(map);
    const look = {
      own: { fillColor: colour('malachite'), fillOpacity: 0.16 },
      inherited: { fillColor: colour('line-2'), fillOpacity: 0.25 },
      vacant: { fillColor: colour('ochre'), fillOpacity: 0.35 },
    };
    const node = areas.features.find((one) => one.properties.code === source.dataset.node);
    const below = areas.features.filter((one) => one.properties.parent === source.dataset.node);
    const shown = new Map();
    for (const one of below.length ? below : [node]) {
      const { code, name, owner } = one.properties;
      const shape = L.polygon(flip(one.geometry.coordinates), { renderer: canvas, weight: 1, color: colour('ink-3'), ...look[owner] }).addTo(map);
      const label = document.createElement('span');
      label.textContent = name;
      shape.bindTooltip(label, { sticky: true });
      shape.on('click', () => { location.href = `${source.dataset.page}?at=${encodeURIComponent(code)}`; });
      shown.set(code, shape);
    }
    const whole = L.polygon(flip(node.geometry.coordinates), { renderer: canvas, weight: 3, color: colour('azurite'), fill: false, interactive: false }).addTo(map);
    map.fitBounds(whole.getBounds().pad(0.06), { animate: false });
    for (const row of document.querySelectorAll('tr[data-code]')) {
      const shape = shown.get(row.dataset.code);
      if (!shape) continue;
      const over = (strong) => () => shape.setStyle({ weight: strong ? 3 : 1, color: colour(strong ? 'azurite' : 'ink-3') });
      row.addEventListener('mouseenter', over(true));
      row.addEventListener('mouseleave', over(false));
      row.addEventListener('focusin', over(true));
      row.addEventListener('focusout', over(false));
    }
    document.body.dataset.map = 'ready';
  });
})();
