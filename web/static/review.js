// The map and the keys of the page of doubtful sites: numbered candidates, a click sets the point, a key decides.
(function () {
  const source = document.getElementById('review-data');
  const element = document.querySelector('.folium-map');
  const form = document.getElementById('decide');
  if (!source || !element || !form || !window.GridMap) return;
  const load = async (url) => {
    const answer = await fetch(url, { headers: { Accept: 'application/json' } });
    return answer.ok ? answer.json() : null;
  };
  const candidates = JSON.parse(source.dataset.candidates);
  const given = JSON.parse(source.dataset.given);
  const tiles = JSON.parse(source.dataset.tiles);
  const shift = window.GridGround.shiftTo(tiles && tiles.datum);
  // What is drawn is shifted to the tiles' datum: a click is shifted back, by repeated nearing.
  const unshift = (lon, lat) => {
    let guess = [lon, lat];
    for (let n = 0; n < 6; n += 1) {
      const there = shift(guess);
      guess = [guess[0] + lon - there[0], guess[1] + lat - there[1]];
    }
    return guess;
  };
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const at = (lon, lat) => { const [x, y] = shift([lon, lat]); return [y, x]; };
  Promise.all([load(source.dataset.areas), load(source.dataset.basemap)]).then(([areas, basemap]) => {
    const made = window.GridMap.create(element, { areas, routes: null, basemap, tiles, colourBy: 'team', language: source.dataset.language });
    const map = made.map;
    const mark = (place, look, label) => L.circleMarker(place, { radius: 11, weight: 2, color: '#fff', fillOpacity: 1, ...look }).addTo(map).bindTooltip(label, { permanent: true, direction: 'center', className: 'review-no' });
    const places = candidates.map((one) => {
      const place = at(one.lon, one.lat);
      mark(place, { fillColor: colour('t1') }, String(one.number)).on('click', () => take(one.number));
      return place;
    });
    if (given) {
      const place = at(...given);
      L.circleMarker(place, { radius: 7, weight: 2, color: colour('ochre'), fillOpacity: 0.2 }).addTo(map).bindTooltip(source.dataset.givenWord);
      places.push(place);
    }
    if (places.length) map.fitBounds(L.latLngBounds(places).pad(0.4), { maxZoom: 16 });
    let picked = null;
    map.on('click', (event) => {
      const [lon, lat] = unshift(event.latlng.lng, event.latlng.lat);
      document.getElementById('point').value = `${lon.toFixed(6)},${lat.toFixed(6)}`;
      if (picked) picked.remove();
      picked = L.circleMarker(event.latlng, { radius: 8, weight: 3, color: colour('cinnabar'), fillOpacity: 0.2 }).addTo(map);
    });
    document.body.dataset.map = 'ready';
  });
  const press = (button) => { if (button) { button.click(); return true; } return false; };
  const take = (number) => press(form.querySelector(`button[name=candidate][value="${number}"]`));
  document.addEventListener('keydown', (event) => {
    if (event.target.matches('input[type=text], input:not([type]), select, textarea') || event.ctrlKey || event.metaKey || event.altKey) return;
    const by = { x: 'reject', u: 'undo', b: 'building', ArrowDown: 'next', ArrowUp: 'previous' };
    const done = /^[1-5]$/.test(event.key) ? take(event.key) : press(document.getElementById(by[event.key.length === 1 ? event.key.toLowerCase() : event.key]));
    if (done) event.preventDefault();
  });
  const current = document.querySelector('#review-table [aria-current]');
  if (current) current.scrollIntoView({ block: 'nearest' });
})();
