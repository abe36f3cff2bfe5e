// Things that open in place close with Escape, with their 「やめる」, and, for menus, with a click elsewhere.
const opened = () => document.querySelectorAll('details[data-closes][open]');

function close(details) {
  details.open = false;
  details.querySelector('summary').focus();
}

document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') opened().forEach(close);
});

document.addEventListener('click', (event) => {
  const dismiss = event.target.closest('[data-dismiss]');
  if (dismiss) close(dismiss.closest('details'));
  opened().forEach((details) => {
    const holdsForm = details.querySelector('form') !== null;
    if (!holdsForm && !details.contains(event.target)) details.open = false;
  });
});

document.addEventListener('toggle', (event) => {
  event.target.querySelectorAll?.('[data-dismiss]').forEach((button) => { button.hidden = false; });
}, true);
