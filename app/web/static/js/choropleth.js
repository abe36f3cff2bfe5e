// Areas in classes, without tiles and without WebGL: GeoJSON of this server, drawn on a canvas by Leaflet (window.L).
//
// <div data-choropleth data-features="…" data-outlines="…"> shows areas with properties title, text, class (a number or
// null), href and named (whether the name stands on the map). Classes differ by pattern as well as by colour, as in the
// legend. Elements that carry data-map-id light up their area, and are lit up by it; the table stays the main thing.

const TILE = 12;
const STROKES = {
  null: [[3, 9, 9, 3]],
  1: [[3, 3, 3.1, 3], [9, 9, 9.1, 9]],
  2: [[0, TILE, TILE, 0], [-2, 2, 2, -2], [TILE - 2, TILE + 2, TILE + 2, TILE - 2]],
  3: [[0, TILE, TILE, 0], [0, 0, TILE, TILE]],
  4: [[0, 3, TILE, 3], [0, 9, TILE, 9]],
};
const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;

function patternOf(number, ink) {
  const tile = document.createElement('canvas');
  tile.width = TILE;
  tile.height = TILE;
  const context = tile.getContext('2d');
  context.fillStyle = ink(number === null ? 'none' : number);
  context.fillRect(0, 0, TILE, TILE);
  context.strokeStyle = ink(number === 4 ? 'line-4' : 'line');
  context.lineWidth = number === 1 ? 2.2 : 0.9;
  context.lineCap = 'round';
  for (const [fromX, fromY, toX, toY] of STROKES[number] ?? []) {
    context.beginPath();
    context.moveTo(fromX, fromY);
    context.lineTo(toX, toY);
    context.stroke();
  }
  return context.createPattern(tile, 'repeat');
}

async function load(address) {
  const answer = await fetch(address, { headers: { Accept: 'application/json' } });
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
  return answer.json();
}

function rowsOf(id) {
  return document.querySelectorAll(`[data-map-id="${id}"]`);
}

function drawAreas(L, map, features, ink) {
  const patterns = new Map([null, 0, 1, 2, 3, 4].map((number) => [number, patternOf(number, ink)]));
  const shapes = new Map();
  const layer = L.geoJSON(features, {
    style: ({ properties }) => ({
      color: ink('line'),
      weight: 1,
      fillColor: patterns.get(properties.class),
      fillOpacity: 1,
    }),
    onEachFeature: ({ id, properties }, shape) => {
      shapes.set(String(id), shape);
      const words = `${properties.title} ${properties.text}`;
      const placed = properties.named
        ? { permanent: true, direction: 'center', className: 'map__name' }
        : { sticky: true };
      shape.bindTooltip(words, placed);
      shape.on('mouseover mouseout', ({ type }) => {
        light(shape, type === 'mouseover');
        rowsOf(id).forEach((row) => row.classList.toggle('is-lit', type === 'mouseover'));
      });
      shape.on('click', () => window.location.assign(properties.href));
    },
  }).addTo(map);
  return { layer, shapes };
}

function light(shape, lit) {
  shape.setStyle({ weight: lit ? 4 : 1 });
  if (lit) shape.bringToFront();
}

function followRows(shapes) {
  const follow = (event, lit) => {
    const shape = shapes.get(event.target.closest?.('[data-map-id]')?.dataset.mapId);
    if (shape) light(shape, lit);
  };
  document.addEventListener('mouseover', (event) => follow(event, true));
  document.addEventListener('mouseout', (event) => follow(event, false));
  document.addEventListener('focusin', (event) => follow(event, true));
  document.addEventListener('focusout', (event) => follow(event, false));
}

async function mount(element) {
  const { L } = window;
  const canvas = element.querySelector('[data-map-canvas]');
  const status = element.querySelector('[data-map-status]');
  const style = getComputedStyle(element);
  const ink = (name) => style.getPropertyValue(`--class-${name}`).trim();
  status.textContent = '地図を読み込んでいます。';
  try {
    const [areas, outlines] = await Promise.all([load(element.dataset.features), load(element.dataset.outlines)]);
    if (areas.features.length === 0) {
      status.textContent = '範囲（図形）が取り込まれていないため、地図は出せません。同じ数は、すべて表に載っています。';
      return;
    }
    canvas.hidden = false;
    const map = L.map(canvas, {
      preferCanvas: true,
      attributionControl: false,
      zoomControl: false,
      zoomAnimation: !calm,
      fadeAnimation: !calm,
      inertia: !calm,
      scrollWheelZoom: false,
    });
    L.control.zoom({ zoomInTitle: '地図を大きくする', zoomOutTitle: '地図を小さくする' }).addTo(map);
    map.on('focus', () => map.scrollWheelZoom.enable());
    map.on('blur', () => map.scrollWheelZoom.disable());
    map.setView([36, 138], 5);
    const { layer, shapes } = drawAreas(L, map, areas, ink);
    L.geoJSON(outlines, { interactive: false, style: { color: ink('line'), weight: 2.5, fill: false } }).addTo(map);
    map.fitBounds(layer.getBounds(), { padding: [12, 12], animate: false });
    followRows(shapes);
    new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(canvas);
    status.textContent = '地図の区域を押すと、くわしい画面が開きます。同じことは、表の名前からもできます。';
  } catch (error) {
    canvas.hidden = true;
    status.textContent = '地図を読み込めませんでした。同じ数は、すべて表に載っています。';
    throw error;
  }
}

document.querySelectorAll('[data-choropleth]').forEach(mount);
