// A way out in one tap: the page that is left also goes from the way back. Without a script the link is a link.
document.addEventListener('click', (event) => {
  const link = event.target.closest?.('[data-leaves]');
  if (!link || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  document.documentElement.hidden = true;
  window.location.replace(link.href);
});
