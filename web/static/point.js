// A map with one point; where a page has fields #base-lon and #base-lat a click sets it.
(function () {
  const source = document.getElementById('point-data');
  const element = document.querySelector('.folium-map');
  if (!source || !element || !window.GridMap) return;
  const get = async (url) => { const answer = await fetch(url, { headers: { Accept: 'application/json' } }); return answer.ok ? answer.json() : null; };
  const tiles = JSON.parse(source.dataset.tiles);
  const shift = GridGround.shiftTo(tiles && tiles.datum);
  const unshift = (lon, lat) => {
    let guess = [lon, lat];
    for (let n = 0; n < 6; n += 1) {
      const there = shift(guess);
      guess = [guess[0] + lon - there[0], guess[1] + lat - there[1]];
    }
    return guess;
  };
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const fields = ['base-lon', 'base-lat'].map((id) => document.getElementById(id));
  Promise.all([get(source.dataset.areas), get(source.dataset.basemap)]).then(([areas, basemap]) => {
    const { map } = window.GridMap.create(element, { areas, routes: null, basemap, tiles, colourBy: 'team', language: source.dataset.language });
    let mark = null;
    const put = (point, move) => {
      if (mark) mark.remove();
      mark = null;
      if (!point || !point.every(Number.isFinite)) return;
      const [lon, lat] = shift(point);
      mark = L.circleMarker([lat, lon], { radius: 8, weight: 3, color: colour('azurite'), fillOpacity: 0.25 }).addTo(map);
      if (move) map.setView([lat, lon], Math.max(map.getZoom(), 15), { animate: false });
    };
    put(JSON.parse(source.dataset.point), true);
    if (fields[0]) {
      map.on('click', (event) => {
        const point = unshift(event.latlng.lng, event.latlng.lat);
        fields.forEach((field, n) => { field.value = point[n].toFixed(6); });
        put(point, false);
      });
      for (const field of fields) field.addEventListener('change', () => put(fields.map((one) => parseFloat(one.value)), true));
    }
    const find = document.getElementById('find-base');
    if (find) {
      const seek = async () => {
        const answer = await fetch(`${find.dataset.url}?address=${encodeURIComponent(document.getElementById('address').value)}`);
        const told = answer.ok ? await answer.json() : { text: '—' };
        document.getElementById('found-text').textContent = told.text;
        if (!told.found) return;
        fields[0].value = told.lon;
        fields[1].value = told.lat;
        put([told.lon, told.lat], true);
      };
      find.addEventListener('click', seek);
      document.getElementById('address').addEventListener('keydown', (event) => { if (event.key === 'Enter') { event.preventDefault(); seek(); } });
    }
    document.body.dataset.map = 'ready';
  });
})();
