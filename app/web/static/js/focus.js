// After a form came back, reading starts at its list of problems: on load, and after a swap.
const begin = () => document.querySelector('[data-focus]')?.focus();

begin();
document.addEventListener('htmx:after:swap', begin);
