// Wires the map of a page to its lists: data is fetched by URL, a chosen route is shown in both.
(function () {
  const source = document.getElementById('map-data');
  const element = document.querySelector('.folium-map');
  if (!source || !element || !window.GridMap) return;
  const load = async (url) => {
    if (!url) return null;
    const answer = await fetch(url, { headers: { Accept: 'application/json' } });
    return answer.ok ? answer.json() : null;
  };
  const details = [...document.querySelectorAll('details.route')];
  let map = null;
  const open = (route) => {
    for (const item of details) item.open = item.dataset.route === route;
    const chosen = details.find((item) => item.dataset.route === route);
    if (chosen) chosen.scrollIntoView({ block: 'nearest' });
  };
  Promise.all([load(source.dataset.areas), load(source.dataset.routes), load(source.dataset.basemap)]).then(([areas, routes, basemap]) => {
    map = window.GridMap.create(element, {
      areas, routes, basemap, tiles: JSON.parse(source.dataset.tiles), colourBy: 'team', language: source.dataset.language, choropleth: Boolean(source.dataset.choropleth), onSelect: open,
      colours: source.dataset.colours ? JSON.parse(source.dataset.colours) : undefined,
    });
    document.body.dataset.map = 'ready';
  });
  for (const item of details) {
    item.querySelector('summary').addEventListener('click', () => { if (map) map.focus(item.open ? null : item.dataset.route); });
  }
  for (const button of document.querySelectorAll('[data-colour]')) {
    button.addEventListener('click', () => {
      for (const other of document.querySelectorAll('[data-colour]')) other.setAttribute('aria-pressed', String(other === button));
      if (map) map.colourBy(button.dataset.colour);
    });
  }
  const all = document.getElementById('show-all');
  if (all) all.addEventListener('click', () => { if (map) map.focus(null); open(''); });
  for (const tab of document.querySelectorAll('[role=tab]')) {
    tab.addEventListener('click', () => {
      for (const other of document.querySelectorAll('[role=tab]')) {
        other.setAttribute('aria-selected', String(other === tab));
        document.getElementById(other.getAttribute('aria-controls')).hidden = other !== tab;
      }
    });
  }
})();
