// Maps without tiles: outlines and places from GeoJSON of this server, drawn on a canvas by Leaflet (window.L).
//
// <div data-map data-features="…" data-outlines="…"> is mounted as soon as it is seen; a map that a phone hides asks for
// nothing. A place has properties title, note, href, mark (a key of MARKS) and approximate. Elements that carry
// data-map-id light up their place while the pointer or the focus is on them, and are lit up by it.

const MARKS = {
  circle: [],
  square: [[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]],
  triangle: [[0, -1.15], [1.1, 0.85], [-1.1, 0.85]],
  diamond: [[0, -1.25], [1.25, 0], [0, 1.25], [-1.25, 0]],
  house: [[0, -1.2], [1.1, -0.25], [0.85, 1], [-0.85, 1], [-1.1, -0.25]],
  hexagon: [[0.6, -1.05], [1.2, 0], [0.6, 1.05], [-0.6, 1.05], [-1.2, 0], [-0.6, -1.05]],
};
const MANY = 'many';
const RADIUS = 8;
// What the point of a town is off by at the median, in metres, and the widest that is drawn of it, in pixels.
const ABOUT = 600;
const WIDEST = 160;
// Below this radius a hundred outlines hide the map; the soft circle alone says it.
const WIDE = 24;
const EQUATOR = 40_075_017;
// From here on a place stands alone enough for the word.
const ZOOM_OF_WORDS = 13;
// A single place without its surroundings tells nobody where it is: a small map stays farther away.
const CLOSEST = 15;
const CLOSEST_SMALL = 13;

const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;

function colours(element) {
  const style = getComputedStyle(element);
  return (name) => style.getPropertyValue(`--map-${name}`).trim();
}

function trace(context, mark, { x, y }, size) {
  context.beginPath();
  const corners = MARKS[mark] ?? [];
  if (corners.length === 0) context.arc(x, y, size, 0, 2 * Math.PI);
  corners.forEach(([right, down], index) => {
    context[index ? 'lineTo' : 'moveTo'](x + right * size, y + down * size);
  });
  context.closePath();
}

// A mark is a shape of its own for each kind: colour only helps. A place that is not exact is a hollow mark in a soft wide
// circle: it lies somewhere around there.
function markClass(L) {
  return L.CircleMarker.extend({
    _updatePath() {
      const renderer = this._renderer;
      if (!renderer._drawing || this._empty()) return;
      const { mark, approximate, lit, number, ink } = this.options;
      const context = renderer._ctx;
      const size = lit ? RADIUS * 1.5 : RADIUS;
      context.save();
      if (approximate) {
        context.beginPath();
        context.arc(this._point.x, this._point.y, this._about(), 0, 2 * Math.PI);
        context.globalAlpha = lit ? 0.25 : 0.1;
        context.fillStyle = ink(mark);
        context.fill();
        context.globalAlpha = 1;
        if (this._about() >= WIDE) {
          context.setLineDash([3, 3]);
          context.lineWidth = 1.5;
          context.strokeStyle = ink('line');
          context.stroke();
          context.setLineDash([]);
        }
      }
      trace(context, mark, this._point, mark === MANY ? size * 1.3 : size);
      context.fillStyle = approximate ? ink('edge') : ink(mark);
      context.fill();
      context.lineWidth = lit ? 4 : 2;
      context.strokeStyle = lit ? ink('lit') : ink(approximate ? mark : 'edge');
      context.stroke();
      if (approximate && this._map.getZoom() >= ZOOM_OF_WORDS) {
        context.fillStyle = ink('line');
        context.font = 'bold 14px sans-serif';
        context.textAlign = 'center';
        context.textBaseline = 'top';
        context.fillText('約', this._point.x, this._point.y + size + 4);
      }
      if (number > 1) {
        context.fillStyle = ink(approximate ? 'line' : 'edge');
        context.font = `bold ${Math.round(size * 1.4)}px sans-serif`;
        context.textAlign = 'center';
        context.textBaseline = 'middle';
        context.fillText(String(number), this._point.x, this._point.y + 1);
      }
      context.restore();
    },
    _about() {
      const metresAPixel = (EQUATOR * Math.cos((this._latlng.lat * Math.PI) / 180)) / 2 ** (this._map.getZoom() + 8);
      return Math.min(Math.max(ABOUT / metresAPixel, RADIUS + 6), WIDEST);
    },
    _updateBounds() {
      const reach = Math.max(RADIUS * 1.5 + 24, this.options.approximate ? this._about() + 2 : 0);
      this._pxBounds = new L.Bounds(this._point.subtract([reach, reach]), this._point.add([reach, reach]));
    },
    _containsPoint(point) {
      // A thumb is wider than a mark.
      return point.distanceTo(this._point) <= Math.max(RADIUS + 6, this._clickTolerance());
    },
  });
}

async function load(address) {
  if (!address) return { features: [] };
  const answer = await fetch(address, { headers: { Accept: 'application/json' } });
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
  return answer.json();
}

const isAbout = (together) => together.some(({ properties }) => properties.approximate);

// Everything at one point is one mark with one list: a mark that hides another would be a place that nobody finds.
function byPoint(features) {
  const points = new Map();
  for (const feature of features) {
    const key = feature.geometry.coordinates.join();
    points.set(key, [...(points.get(key) ?? []), feature]);
  }
  // Those with a soft circle lie below the others, which it would dim.
  return [...points.values()].sort((one, other) => isAbout(other) - isAbout(one));
}

function listOf(features) {
  const list = document.createElement('ul');
  list.className = 'map__found';
  for (const { properties } of features) {
    const link = document.createElement('a');
    link.href = properties.href;
    link.textContent = properties.title;
    const note = document.createElement('span');
    note.textContent = properties.note;
    const item = document.createElement('li');
    item.append(link, note);
    list.append(item);
  }
  return list;
}

// The ground and its names lie below the marks, each in a layer of its own.
function drawOutlines(L, map, outlines, ink) {
  map.createPane('ground').style.zIndex = 300;
  map.createPane('names').style.zIndex = 350;
  const layer = L.geoJSON(outlines, {
    interactive: false,
    renderer: L.canvas({ pane: 'ground' }),
    style: { color: ink('outline'), weight: 1.5, fillColor: ink('ground'), fillOpacity: 1 },
    onEachFeature: (feature, shape) => {
      shape.bindTooltip(feature.properties.title, { permanent: true, direction: 'center', className: 'map__name', pane: 'names' });
    },
  });
  return layer.addTo(map);
}

function drawPlaces(L, map, features, ink) {
  const Mark = markClass(L);
  const marks = new Map();
  const layer = L.featureGroup();
  for (const together of byPoint(features)) {
    const [longitude, latitude] = together[0].geometry.coordinates;
    const kinds = new Set(together.map(({ properties }) => properties.mark));
    const mark = new Mark([latitude, longitude], {
      radius: RADIUS,
      ink,
      mark: together.length > 1 ? MANY : [...kinds][0],
      number: together.length,
      approximate: isAbout(together),
    });
    const title = together.length > 1 ? `ここに${together.length}件` : together[0].properties.title;
    mark.bindTooltip(mark.options.approximate ? `${title}（約）` : title, { direction: 'top', offset: [0, -RADIUS - 4] });
    mark.bindPopup(() => listOf(together), { maxWidth: 280, autoPanPadding: [24, 24] });
    mark.on('mouseover mouseout', ({ type }) => {
      together.forEach(({ id }) => lightElements(id, type === 'mouseover'));
    });
    together.forEach(({ id }) => marks.set(String(id), mark));
    layer.addLayer(mark);
  }
  layer.addTo(map);
  return { layer, marks };
}

function lightElements(id, lit) {
  document.querySelectorAll(`[data-map-id="${id}"]`).forEach((element) => element.classList.toggle('is-lit', lit));
}

function followElements(map, marks) {
  const light = (event, lit) => {
    const mark = marks.get(event.target.closest?.('[data-map-id]')?.dataset.mapId);
    if (!mark) return;
    mark.options.lit = lit;
    mark.bringToFront();
    mark.redraw();
    if (lit) mark.openTooltip();
    else mark.closeTooltip();
  };
  document.addEventListener('mouseover', (event) => light(event, true));
  document.addEventListener('mouseout', (event) => light(event, false));
  document.addEventListener('focusin', (event) => light(event, true));
  document.addEventListener('focusout', (event) => light(event, false));
}

function fit(map, places, outlines, maxZoom) {
  const bounds = places.getBounds().isValid() ? places.getBounds() : outlines.getBounds();
  if (bounds.isValid()) map.fitBounds(bounds, { padding: [28, 28], maxZoom, animate: false });
  else map.setView([36, 138], 5);
}

async function mount(element) {
  const { L } = window;
  const status = element.querySelector('[data-map-status]');
  const canvas = element.querySelector('[data-map-canvas]');
  status.textContent = '地図を読み込んでいます。';
  try {
    const [outlines, places] = await Promise.all([load(element.dataset.outlines), load(element.dataset.features)]);
    canvas.hidden = false;
    const ink = colours(element);
    const map = L.map(canvas, {
      preferCanvas: true,
      attributionControl: false,
      zoomControl: false,
      zoomAnimation: !calm,
      fadeAnimation: !calm,
      inertia: !calm,
      scrollWheelZoom: false,
      minZoom: 5,
      maxZoom: 18,
    });
    L.control.zoom({ zoomInTitle: '地図を大きくする', zoomOutTitle: '地図を小さくする' }).addTo(map);
    // The wheel belongs to the page until somebody has gone into the map.
    map.on('focus', () => map.scrollWheelZoom.enable());
    map.on('blur', () => map.scrollWheelZoom.disable());
    const ground = L.featureGroup().addTo(map);
    map.setView([36, 138], 5);
    ground.addLayer(drawOutlines(L, map, outlines, ink));
    const { layer, marks } = drawPlaces(L, map, places.features, ink);
    fit(map, layer, ground, element.classList.contains('map--small') ? CLOSEST_SMALL : CLOSEST);
    followElements(map, marks);
    new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(canvas);
    status.textContent = element.dataset.ready.replace('{}', places.features.length.toLocaleString('ja'));
  } catch (error) {
    canvas.hidden = true;
    status.textContent = '地図を読み込めませんでした。同じ場所は、一覧と表にすべて載っています。';
    console.warn(error);
  }
}

const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (isIntersecting) {
      seen.unobserve(target);
      mount(target);
    }
  }
}, { rootMargin: '200px' });

document.querySelectorAll('[data-map]').forEach((element) => seen.observe(element));
