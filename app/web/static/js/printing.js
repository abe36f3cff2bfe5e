// The print button is shown only where it works.
const wake = () => document.querySelectorAll('button[data-prints][hidden]').forEach((button) => { button.hidden = false; });

document.addEventListener('click', (event) => {
  if (event.target.closest('button[data-prints]')) window.print();
});

wake();
document.addEventListener('htmx:after:swap', wake);
