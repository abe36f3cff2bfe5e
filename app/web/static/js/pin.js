// One pin that people put and move, on a map without tiles drawn by Leaflet (window.L). The fields of the form around it
// (lat, lon, point_precision, point_source) hold everything; the map only reads and fills them.
//
// The pin moves by a tap on the map, by dragging, with arrow keys and with buttons. A button with data-pin-find asks this
// server for the place of the address, in the body of a POST; without this module the same button sends the form.

const DIGITS = 6;
const METRES_A_DEGREE = 111_320;
// What the town of an address is off by at the median.
const ABOUT = 600;
const COARSE = 10;
const CLOSE = 16;
const BY_HAND = { precision: 'surveyed', source: '手で置いた点' };
const BY_TOWN = ['town', 'section'];
const KEYS = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;

async function load(address) {
  const answer = await fetch(address, { headers: { Accept: 'application/json' } });
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
  return answer.json();
}

// The four fields as one value.
function placeIn(form) {
  const { lat, lon, point_precision: precision, point_source: source } = form.elements;
  return {
    read: () => ({ lat: lat.value, lon: lon.value, precision: precision.value, source: source.value }),
    write: (place) => {
      lat.value = place.lat;
      lon.value = place.lon;
      precision.value = place.precision;
      source.value = place.source;
    },
    fields: [lat, lon],
  };
}

function pointOf({ lat, lon }) {
  return lat.trim() && lon.trim() && Number.isFinite(Number(lat)) && Number.isFinite(Number(lon)) ? [Number(lat), Number(lon)] : null;
}

function drawGround(L, map, outlines, features, ink) {
  map.createPane('ground').style.zIndex = 300;
  map.createPane('names').style.zIndex = 350;
  const ground = L.geoJSON(outlines, {
    interactive: false,
    renderer: L.canvas({ pane: 'ground' }),
    style: { color: ink('outline'), weight: 1.5, fillColor: ink('ground'), fillOpacity: 1 },
    onEachFeature: ({ properties }, shape) => {
      shape.bindTooltip(properties.title, { permanent: true, direction: 'center', className: 'map__name', pane: 'names' });
    },
  }).addTo(map);
  for (const { geometry, properties } of features) {
    const [longitude, latitude] = geometry.coordinates;
    L.circleMarker([latitude, longitude], { radius: 5, stroke: false, fillColor: ink('line'), fillOpacity: 0.35, bubblingMouseEvents: true })
      .bindTooltip(properties.title, { direction: 'top' })
      .addTo(map);
  }
  return ground;
}

class Pin {
  constructor(element, form) {
    this.element = element;
    this.place = placeIn(form);
    this.first = this.place.read();
    this.undo = element.querySelector('[data-pin-undo]');
  }

  say(text) {
    this.element.querySelector('[data-pin-status]').textContent = text;
  }

  async mount() {
    const { L } = window;
    const canvas = this.element.querySelector('[data-pin-canvas]');
    this.say('地図を読み込んでいます。');
    try {
      const { outlines, features } = this.element.dataset;
      const [ground, places] = await Promise.all([load(outlines), load(features)]);
      canvas.hidden = false;
      const animated = { zoomAnimation: !calm, fadeAnimation: !calm, inertia: !calm };
      this.map = L.map(canvas, { preferCanvas: true, attributionControl: false, zoomControl: false, scrollWheelZoom: false, minZoom: 5, maxZoom: 18, ...animated });
      L.control.zoom({ zoomInTitle: '地図を大きくする', zoomOutTitle: '地図を小さくする' }).addTo(this.map);
      this.map.on('focus', () => this.map.scrollWheelZoom.enable());
      this.map.on('blur', () => this.map.scrollWheelZoom.disable());
      this.map.setView([36, 138], 5);
      const style = getComputedStyle(this.element);
      const layer = drawGround(L, this.map, ground, places.features, (name) => style.getPropertyValue(`--map-${name}`).trim());
      if (layer.getBounds().isValid()) this.map.fitBounds(layer.getBounds(), { animate: false });
      this.map.on('click', ({ latlng }) => this.put(latlng, 'おした所に'));
      new ResizeObserver(() => this.map.invalidateSize({ animate: false })).observe(canvas);
      this.listen();
      this.draw({ closely: true });
      this.say(pointOf(this.place.read()) ? '' : 'まだ印がありません。');
    } catch (error) {
      canvas.hidden = true;
      this.say('地図を読み込めませんでした。下の緯度と経度に、数字を入れてください。');
      console.warn(error);
    }
  }

  listen() {
    this.element.querySelector('[data-pin-tools]').hidden = false;
    this.element.querySelectorAll('[data-pin-up]').forEach((button) => {
      button.addEventListener('click', () => this.step(Number(button.dataset.pinRight), Number(button.dataset.pinUp), 1));
    });
    this.undo.addEventListener('click', () => {
      this.place.write(this.first);
      this.draw({ closely: true });
      this.say('印を、この画面を開いたときの場所にもどしました。');
    });
    this.place.fields.forEach((field) => field.addEventListener('change', () => {
      this.place.write({ ...this.place.read(), ...BY_HAND });
      this.draw({ closely: true });
    }));
  }

  // Shows what the fields say.
  draw({ closely = false } = {}) {
    const { L } = window;
    const now = this.place.read();
    const point = pointOf(now);
    this.undo.disabled = JSON.stringify(now) === JSON.stringify(this.first);
    if (!this.map) return;
    this.about?.remove();
    if (!point) {
      this.marker?.remove();
      this.marker = null;
      return;
    }
    if (!this.marker) this.marker = this.made(point);
    this.marker.setLatLng(point);
    if (BY_TOWN.includes(now.precision)) {
      this.about = L.circle(point, { radius: ABOUT, interactive: false, color: '#3d3a35', weight: 2, dashArray: '4 4', fillOpacity: 0.12 }).addTo(this.map);
    }
    if (closely) this.map.setView(point, Math.max(this.map.getZoom(), this.about ? CLOSE - 2 : CLOSE), { animate: false });
    else if (!this.map.getBounds().pad(-0.1).contains(point)) this.map.panTo(point, { animate: !calm });
  }

  made(point) {
    const { L } = window;
    const html = this.element.querySelector('[data-pin-mark]').content.firstElementChild.cloneNode(true);
    const icon = L.divIcon({ className: 'pin__icon', html, iconSize: [44, 48], iconAnchor: [22, 47] });
    const marker = L.marker(point, { icon, draggable: true, autoPan: true, keyboard: true }).addTo(this.map);
    const handle = marker.getElement();
    handle.setAttribute('aria-label', '印。矢印キーで動かせます');
    handle.addEventListener('keydown', (event) => {
      const [right, up] = KEYS[event.key] ?? [];
      if (right === undefined) return;
      // Neither the map nor the page moves with the pin.
      event.preventDefault();
      event.stopPropagation();
      this.step(right, up, event.shiftKey ? COARSE : 1);
    });
    marker.on('dragend', () => this.put(marker.getLatLng(), '引いた所に'));
    return marker;
  }

  step(right, up, times) {
    const metres = Number(this.element.querySelector('[data-pin-step]').value) * times;
    const point = pointOf(this.place.read());
    const [lat, lon] = point ?? [this.map.getCenter().lat, this.map.getCenter().lng];
    const north = lat + (up * metres) / METRES_A_DEGREE;
    const east = lon + (right * metres) / (METRES_A_DEGREE * Math.cos((lat * Math.PI) / 180));
    this.put(point ? { lat: north, lng: east } : { lat, lng: lon }, point ? `${metres}m動かした所に` : '地図のまん中に');
  }

  put({ lat, lng }, where) {
    this.place.write({ lat: lat.toFixed(DIGITS), lon: lng.toFixed(DIGITS), ...BY_HAND });
    this.draw();
    this.say(`${where}印を置きました（北緯${lat.toFixed(4)}、東経${lng.toFixed(4)}）。保存すると「実測」になります。`);
  }
}

async function find(pin, form, say) {
  say('さがしています。');
  const body = new FormData();
  body.set('csrf_token', form.elements.csrf_token.value);
  body.set('address', form.elements.address.value);
  body.set('municipality', pin.element.dataset.municipality);
  try {
    const answer = await fetch(pin.element.dataset.find, { method: 'POST', body, headers: { Accept: 'application/json' } });
    if (!answer.ok) throw new Error(`looking up answered ${answer.status}`);
    const { lat, lon, precision, source, said } = await answer.json();
    say(said);
    if (lat === null) return;
    form.querySelector('[data-pin-more]').open = true;
    pin.place.write({ lat: lat.toFixed(DIGITS), lon: lon.toFixed(DIGITS), precision, source });
    pin.draw({ closely: true });
  } catch (error) {
    say('さがせませんでした。少し待って、もう一度押してください。');
    console.warn(error);
  }
}

const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (isIntersecting) {
      seen.unobserve(target);
      target.pin.mount();
    }
  }
});

document.querySelectorAll('[data-pin]').forEach((element) => {
  const form = element.closest('form');
  element.pin = new Pin(element, form);
  seen.observe(element);
  form.querySelector('[data-pin-find]')?.addEventListener('click', (event) => {
    event.preventDefault();
    find(element.pin, form, (text) => { form.querySelector('[data-pin-found]').textContent = text; });
  });
});
