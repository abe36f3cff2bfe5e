// A password can be looked at while it is typed. The button stays hidden until this module is here to serve it.
const wake = () => document.querySelectorAll('button[data-reveals][hidden]').forEach((button) => { button.hidden = false; });

document.addEventListener('click', (event) => {
  const button = event.target.closest('button[data-reveals]');
  if (!button) return;
  const input = document.getElementById(button.dataset.reveals);
  const shown = input.type === 'password';
  input.type = shown ? 'text' : 'password';
  button.setAttribute('aria-pressed', String(shown));
});

wake();
document.addEventListener('htmx:after:swap', wake);
