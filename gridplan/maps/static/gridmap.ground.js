// The ground of the map: streets, water, green, houses and railways on a canvas of their own, and the names that go with them.
(function () {
  'use strict';

  const STREET_WIDTH = [0.9, 1.4, 2.6, 4.2, 5.6]; // by rank at zoom 14: path, service, residential, secondary, main road
  const STREET_FROM = [15.5, 14.5, 12.5, 9, 0];
  const EDGE_FROM = [99, 15.5, 13, 11, 10];
  const HOUSES_FROM = 15;
  const RAILS_FROM = 11;
  const NAMES_FROM = [17, 17, 15, 13.5, 12.5];
  const NAME_SIZE = [11, 11, 11, 12, 12.5];
  const NAME_EVERY = 460; // pixels along a street
  const CHUNK = 300; // shapes painted as one path: longer ones cost more than they save
  const MANY_NAMES = 260;
  const HAN = /[\u2e80-\u9fff\uf900-\ufaff]/;

  // ---- datum: tiles in GCJ-02 lie some hundred metres off, and our layers are put where they lie --------------------------

  const AXIS = 6378245;
  const ECCENTRICITY = 0.00669342162296594323;
  function gcj02([lon, lat]) {
    if (!(lon >= 72.004 && lon <= 137.8347 && lat >= 0.8293 && lat <= 55.8271)) return [lon, lat];
    const { PI, sin, cos, sqrt, abs } = Math;
    const [x, y] = [lon - 105, lat - 35];
    const ripple = ((20 * sin(6 * x * PI) + 20 * sin(2 * x * PI)) * 2) / 3;
    let north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + ripple;
    north += ((20 * sin(y * PI) + 40 * sin((y / 3) * PI)) * 2) / 3 + ((160 * sin((y / 12) * PI) + 320 * sin((y * PI) / 30)) * 2) / 3;
    let east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + ripple;
    east += ((20 * sin(x * PI) + 40 * sin((x / 3) * PI)) * 2) / 3 + ((150 * sin((x / 12) * PI) + 300 * sin((x / 30) * PI)) * 2) / 3;
    const phi = (lat * PI) / 180;
    const magic = 1 - ECCENTRICITY * sin(phi) ** 2;
    const dLat = ((north * magic ** 1.5) / (AXIS * (1 - ECCENTRICITY)) / PI) * 180;
    const dLon = ((east * sqrt(magic)) / (AXIS * cos(phi)) / PI) * 180;
    return [lon + dLon, lat + dLat];
  }
  const shiftTo = (datum) => (datum === 'gcj02' ? gcj02 : (c) => c);

  // ---- unpacking ---------------------------------------------------------------------------------------------------------

  // A place in pixels of the world map at zoom 0, 256 wide.
  const project = ([lon, lat]) => [((lon + 180) / 360) * 256, (0.5 - Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) / (2 * Math.PI)) * 256];

  // A shape: its lines or rings as projected places one after the other, and the box round them.
  function boxed(rings) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const at of rings) {
      for (let n = 0; n < at.length; n += 2) {
        box[0] = Math.min(box[0], at[n]);
        box[1] = Math.min(box[1], at[n + 1]);
        box[2] = Math.max(box[2], at[n]);
        box[3] = Math.max(box[3], at[n + 1]);
      }
    }
    return { rings, box };
  }
  function unpacker(unit, shift) {
    return (lists) => boxed(lists.map((steps) => {
      const at = new Float64Array(steps.length);
      let [x, y] = [0, 0];
      for (let n = 0; n < steps.length; n += 2) {
        x += steps[n];
        y += steps[n + 1];
        [at[n], at[n + 1]] = project(shift([x * unit, y * unit]));
      }
      return at;
    }));
  }
  function unpack(packed, shift) {
    const { unit } = packed;
    const rings = unpacker(unit, shift);
    return {
      streets: packed.streets.map(([rank, name, line]) => ({ ...rings([line]), rank, name: packed.names[name] })),
      streams: packed.streams.map((line) => rings([line])),
      water: packed.water.map(rings),
      green: packed.green.map(rings),
      houses: packed.houses.map(rings),
      rails: packed.rails.map((line) => rings([line])),
      labels: packed.labels.map(([kind, name, zoom, x, y]) => ({ kind: packed.kinds[kind], name: packed.names[name], zoom: zoom / 10, at: project(shift([x * unit, y * unit])) })),
    };
  }

  // Areas as features with their outline; the coordinates are only made where somebody asks for them.
  function unpackAreas({ unit, levels, areas }, shift) {
    const rings = unpacker(unit, shift);
    const ring = (steps) => { const at = []; for (let n = 0, x = 0, y = 0; n < steps.length; n += 2) { x += steps[n]; y += steps[n + 1]; at.push([x * unit, y * unit]); } return [...at, at[0]]; };
    return areas.map(([level, code, name, parent, x, y, polygons]) => ({
      properties: { kind: 'area', level: levels[level], code, name, parent, at: [x * unit, y * unit] },
      outline: rings(polygons.flat()),
      get geometry() { return { type: 'MultiPolygon', coordinates: polygons.map((one) => one.map(ring)) }; },
    }));
  }

  // The same from a polygon of GeoJSON.
  function unpackArea(geometry, shift) {
    const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
    return boxed(polygons.flat().map((ring) => Float64Array.from(ring.flatMap((c) => project(shift(c))))));
  }

  // ---- painting ----------------------------------------------------------------------------------------------------------

  const Ground = L.Renderer.extend({
    initialize(painter, options) {
      L.Renderer.prototype.initialize.call(this, options);
      this._painter = painter;
    },
    _initContainer() {
      this._container = document.createElement('canvas');
      this._ctx = this._container.getContext('2d');
    },
    _destroyContainer() { this._container.remove(); delete this._container; delete this._ctx; },
    _updatePaths() {},
    _update() {
      if (this._map._animatingZoom && this._bounds) return;
      L.Renderer.prototype._update.call(this);
      const size = this._bounds.getSize();
      const ratio = L.Browser.retina ? 2 : 1;
      L.DomUtil.setPosition(this._container, this._bounds.min);
      this._container.width = ratio * size.x;
      this._container.height = ratio * size.y;
      this._container.style.width = `${size.x}px`;
      this._container.style.height = `${size.y}px`;
      this._ctx.setTransform(ratio, 0, 0, ratio, -ratio * this._bounds.min.x, -ratio * this._bounds.min.y);
      this._painter(this._ctx, this._bounds);
    },
    redraw() { if (this._map) this._update(); },
  });

  // A pane of the map with a canvas that is painted anew after every move: it never takes a click from what lies below.
  function canvasIn(map, name, zIndex, padding, painter) {
    const pane = map.createPane(name);
    pane.style.zIndex = zIndex;
    pane.style.pointerEvents = 'none';
    return new Ground(painter, { pane: name, padding }).addTo(map);
  }

  // What of the world is seen: scale, origin and box for shapes that were unpacked.
  function viewOf(map, bounds) {
    const scale = 2 ** map.getZoom();
    const origin = map.getPixelOrigin();
    const box = [(bounds.min.x + origin.x) / scale, (bounds.min.y + origin.y) / scale, (bounds.max.x + origin.x) / scale, (bounds.max.y + origin.y) / scale];
    return { scale, origin, box };
  }
  const meets = (a, b) => a[0] <= b[2] && a[2] >= b[0] && a[1] <= b[3] && a[3] >= b[1];

  function trace(ctx, at, view, closed) {
    const { scale, origin } = view;
    let [lastX, lastY] = [NaN, NaN];
    for (let n = 0; n < at.length; n += 2) {
      const x = at[n] * scale - origin.x;
      const y = at[n + 1] * scale - origin.y;
      if (n === 0) ctx.moveTo(x, y);
      // Points nearer than a pixel to the one before add nothing; the last one ends the line where it ends.
      else if (n + 2 === at.length || Math.abs(x - lastX) + Math.abs(y - lastY) > 1) ctx.lineTo(x, y); else continue;
      [lastX, lastY] = [x, y];
    }
    if (closed) ctx.closePath();
  }
  function paths(ctx, shapes, view, closed, finish) {
    for (let first = 0; first < shapes.length; first += CHUNK) {
      ctx.beginPath();
      for (const shape of shapes.slice(first, first + CHUNK)) for (const at of shape.rings) trace(ctx, at, view, closed);
      finish();
    }
  }
  function fill(ctx, shapes, view, colour) {
    ctx.fillStyle = colour;
    paths(ctx, shapes, view, true, () => ctx.fill());
  }
  function stroke(ctx, shapes, view, colour, width, dash = []) {
    ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    ctx.setLineDash(dash);
    paths(ctx, shapes, view, false, () => ctx.stroke());
    ctx.setLineDash([]);
  }

  // `land`: rings of the district as unpacked shapes; `token`: a colour by its name.
  function paint(ctx, bounds, { map, data, land, token }) {
    const view = viewOf(map, bounds);
    const zoom = map.getZoom();
    ctx.lineCap = 'round';
    ctx.lineJoin = 'round';
    if (land.length) fill(ctx, land, view, token('m-land'));
    if (!data) return;
    const seen = (shapes) => shapes.filter((shape) => meets(shape.box, view.box));
    const grow = Math.min(Math.max(2 ** ((zoom - 14) / 2), 0.4), 3.2);
    fill(ctx, seen(data.green), view, token('m-green'));
    fill(ctx, seen(data.water), view, token('m-water'));
    stroke(ctx, seen(data.streams), view, token('m-water'), Math.max(1.2, 3 * grow));
    if (zoom >= HOUSES_FROM) {
      const houses = seen(data.houses);
      fill(ctx, houses, view, token('m-house'));
      if (zoom >= 16.5) { ctx.strokeStyle = token('m-house-edge'); ctx.lineWidth = 0.8; paths(ctx, houses, view, true, () => ctx.stroke()); }
    }
    const streets = STREET_WIDTH.map((_, rank) => (zoom < STREET_FROM[rank] ? [] : seen(data.streets.filter((one) => one.rank === rank))));
    const width = (rank) => STREET_WIDTH[rank] * grow;
    if (streets[0].length) stroke(ctx, streets[0], view, token('m-road-edge'), Math.max(1, width(0)), [3, 3]);
    for (let rank = 1; rank < 5; rank += 1) if (zoom >= EDGE_FROM[rank]) stroke(ctx, streets[rank], view, token('m-road-edge'), width(rank) + 1.4);
    for (let rank = 1; rank < 5; rank += 1) stroke(ctx, streets[rank], view, token(zoom >= EDGE_FROM[rank] ? 'm-road' : 'm-road-edge'), zoom >= EDGE_FROM[rank] ? width(rank) : Math.max(0.8, width(rank) * 0.7));
    if (zoom >= RAILS_FROM) {
      const rails = seen(data.rails);
      stroke(ctx, rails, view, token('m-rail'), Math.max(1.2, 1.6 * grow));
      if (zoom >= 13) stroke(ctx, rails, view, token('m-land'), Math.max(0.5, 0.9 * grow), [5, 5]);
    }
  }

  // Borders of areas: [{rings, box, weight, opacity, dash}].
  function borders(ctx, bounds, { map, areas, token }) {
    const view = viewOf(map, bounds);
    for (const area of areas.filter((one) => meets(one.box, view.box))) {
      ctx.globalAlpha = area.opacity;
      ctx.strokeStyle = token('m-border');
      ctx.lineWidth = area.weight;
      ctx.setLineDash(area.dash);
      paths(ctx, [area], view, true, () => ctx.stroke());
    }
    ctx.globalAlpha = 1;
    ctx.setLineDash([]);
  }

  // ---- names -------------------------------------------------------------------------------------------------------------

  const textWidth = (text, size) => [...text].reduce((sum, c) => sum + (HAN.test(c) ? size + 1 : size * 0.58), 0);

  // Remembers what is written where, so that no name covers another. Boxes are [left, top, right, bottom] in layer pixels.
  class Room {
    constructor() { this.cells = new Map(); }

    * keys(box) {
      for (let x = Math.floor(box[0] / 80); x <= Math.floor(box[2] / 80); x += 1) for (let y = Math.floor(box[1] / 80); y <= Math.floor(box[3] / 80); y += 1) yield `${x} ${y}`;
    }

    take(boxes) {
      const inUse = (box) => [...this.keys(box)].some((key) => (this.cells.get(key) || []).some((other) => meets(other, box)));
      if (boxes.some(inUse)) return false;
      for (const box of boxes) for (const key of this.keys(box)) this.cells.set(key, [...(this.cells.get(key) || []), box]);
      return true;
    }
  }
  const around = (x, y, width, height) => [x - width / 2, y - height / 2, x + width / 2, y + height / 2];

  // The places along a line of the screen where a name of that width stands straight: {x, y, angle}.
  function places(at, view, width) {
    const { scale, origin } = view;
    const count = at.length / 2;
    const [xs, ys, far] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
    for (let n = 0; n < count; n += 1) {
      xs[n] = at[2 * n] * scale - origin.x;
      ys[n] = at[2 * n + 1] * scale - origin.y;
      if (n) far[n] = far[n - 1] + Math.hypot(xs[n] - xs[n - 1], ys[n] - ys[n - 1]);
    }
    const whole = far[count - 1];
    if (whole < width + 8) return [];
    const point = (along) => {
      let n = 1;
      while (n < count - 1 && far[n] < along) n += 1;
      const share = (along - far[n - 1]) / (far[n] - far[n - 1] || 1);
      return [xs[n - 1] + share * (xs[n] - xs[n - 1]), ys[n - 1] + share * (ys[n] - ys[n - 1])];
    };
    const times = Math.max(1, Math.floor(whole / NAME_EVERY));
    const found = [];
    for (let time = 0; time < times; time += 1) {
      for (const off of [0, -0.5, 0.5]) {
        const middle = (whole * (time + 0.5)) / times + off * width;
        if (middle < width / 2 || middle > whole - width / 2) continue;
        const [a, b] = [point(middle - width / 2), point(middle + width / 2)];
        const chord = Math.hypot(b[0] - a[0], b[1] - a[1]);
        if (chord < 0.96 * width) continue; // the street bends under the name
        const angle = Math.atan2(b[1] - a[1], b[0] - a[0]);
        found.push({ x: (a[0] + b[0]) / 2, y: (a[1] + b[1]) / 2, angle: Math.abs(angle) > Math.PI / 2 ? angle + Math.PI : angle });
        break;
      }
    }
    return found;
  }

  // Names for the part of the map that is seen, the more important first: {x, y, text, size, angle, kind, upright}.
  function names(map, bounds, data, room) {
    const view = viewOf(map, bounds);
    const zoom = map.getZoom();
    const chosen = [];
    const inside = (x, y) => x > bounds.min.x && x < bounds.max.x && y > bounds.min.y && y < bounds.max.y;
    const pointNames = (wanted) => {
      for (const label of data.labels) {
        if (label.zoom > zoom || !wanted(label)) continue;
        const [x, y] = [label.at[0] * view.scale - view.origin.x, label.at[1] * view.scale - view.origin.y];
        if (!inside(x, y) || chosen.length >= MANY_NAMES) continue;
        const size = label.kind === 'place' ? (label.zoom < 13 ? 14 : 12) : 11;
        const width = textWidth(label.name, size);
        const dotted = label.kind === 'poi' || label.kind === 'station';
        const middle = dotted ? y + 11 : y;
        if (room.take([around(x, middle - (dotted ? 4 : 0), width + 10, size + (dotted ? 14 : 8))])) chosen.push({ x, y: middle, text: label.name, size, angle: 0, kind: label.kind, dot: dotted ? [x, y] : null });
      }
    };
    const streetNames = (low, high) => {
      const shapes = data.streets.filter((one) => one.name && one.rank >= low && one.rank <= high && zoom >= NAMES_FROM[one.rank] && meets(one.box, view.box));
      shapes.sort((a, b) => b.rank - a.rank || Math.max(b.box[2] - b.box[0], b.box[3] - b.box[1]) - Math.max(a.box[2] - a.box[0], a.box[3] - a.box[1]));
      for (const shape of shapes) {
        const size = NAME_SIZE[shape.rank];
        const width = textWidth(shape.name, size);
        for (const { x, y, angle } of places(shape.rings[0], view, width)) {
          if (!inside(x, y) || chosen.length >= MANY_NAMES) continue;
          const parts = Math.ceil(width / (size + 4));
          const boxes = Array.from({ length: parts }, (_, n) => {
            const along = width * ((n + 0.5) / parts - 0.5);
            return around(x + along * Math.cos(angle), y + along * Math.sin(angle), size + 6, size + 6);
          });
          if (room.take(boxes)) chosen.push({ x, y, text: shape.name, size, angle, kind: 'street', upright: HAN.test(shape.name) && Math.abs(angle) > 0.95 });
        }
      }
    };
    pointNames((label) => label.zoom < 14);
    streetNames(3, 4);
    pointNames((label) => label.zoom >= 14 && label.zoom < 16);
    streetNames(0, 2);
    pointNames((label) => label.zoom >= 16);
    return chosen;
  }

  const COLOURS = { water: 'm-water-name', green: 'm-green-name', place: 'ink-2', station: 'ink-2' };
  function write(ctx, name, token) {
    ctx.font = `${name.kind === 'place' ? 600 : 500} ${name.size}px ${token('sans')}`;
    ctx.textAlign = 'center';
    ctx.textBaseline = 'middle';
    ctx.lineJoin = 'round';
    ctx.lineWidth = 3;
    ctx.strokeStyle = token('m-halo');
    ctx.fillStyle = token(COLOURS[name.kind] || 'm-name');
    const letter = (text, x, y) => { ctx.strokeText(text, x, y); ctx.fillText(text, x, y); };
    if (name.dot) {
      ctx.beginPath();
      if (name.kind === 'station') ctx.rect(name.dot[0] - 3, name.dot[1] - 3, 6, 6); else ctx.arc(name.dot[0], name.dot[1], 2.2, 0, 7);
      ctx.stroke();
      ctx.fill();
    }
    if (name.upright) { // characters stand upright below one another, as on Chinese maps, and follow the street
      const letters = [...name.text];
      const down = name.angle < 0 ? -1 : 1;
      letters.forEach((text, n) => {
        const along = (name.size + 1.5) * (n - (letters.length - 1) / 2);
        letter(text, name.x + along * down * Math.cos(name.angle), name.y + along * down * Math.sin(name.angle));
      });
      return;
    }
    ctx.translate(name.x, name.y);
    ctx.rotate(name.angle);
    ctx.letterSpacing = name.spacing || '1px';
    letter(name.text, 0, 0);
  }

  window.GridGround = { Room, around, borders, canvasIn, gcj02, names, paint, shiftTo, unpack, unpackArea, unpackAreas, write };
})();
