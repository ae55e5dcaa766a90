// Says a sentence to whoever listens instead of looking. The shell holds the region it is written into.
export function announce(text: string) {
  const region = document.getElementById('said');
  if (!region) return;
  region.textContent = '';
  window.setTimeout(() => {
    region.textContent = text;
  }, 30);
}
