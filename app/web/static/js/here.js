// A form that needs to know where one is: its button is hidden without this module, which fills and sends the form.
// The position is rounded to about a hundred metres before it leaves the device, and travels in the body of a POST.
const DIGITS = 3;
const forms = window.isSecureContext && navigator.geolocation ? document.querySelectorAll('form[data-here]') : [];

forms.forEach((form) => {
  const { lat, lon } = form.elements;
  const say = (text) => { form.querySelector('[data-here-status]').textContent = text; };
  for (const button of form.elements) if (button.type === 'submit') button.hidden = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    say('いまいる場所を調べています。');
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      lat.value = coords.latitude.toFixed(DIGITS);
      lon.value = coords.longitude.toFixed(DIGITS);
      form.submit();
    }, () => {
      say('いまいる場所がわかりませんでした。位置情報を許可するか、町を選んでさがしてください。');
    }, { maximumAge: 60_000, timeout: 15_000 });
  });
  // Who comes back with 「戻る」 starts afresh.
  window.addEventListener('pageshow', () => { lat.value = lon.value = ''; say(''); });
});
