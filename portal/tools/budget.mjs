// The size budget: what the browser must load before a route paints, as brotli. Reads the manifest of the last build.
import fs from 'node:fs';
import path from 'node:path';

const dist = path.join(import.meta.dirname, '../dist');
export const limits = { js: 160 * 1024, css: 6 * 1024 };

/** Every chunk that a chunk needs before it can run. */
export function closure(manifest, start, seen = new Set()) {
  if (seen.has(start)) return seen;
  seen.add(start);
  for (const name of manifest[start].imports ?? []) closure(manifest, name, seen);
  return seen;
}

if (process.argv[1] === import.meta.filename) {
  const manifest = JSON.parse(fs.readFileSync(path.join(dist, '.vite/manifest.json'), 'utf8'));
  const size = (file) => fs.statSync(path.join(dist, `${file}.br`)).size;
  const entry = Object.keys(manifest).find((name) => manifest[name].isEntry);
  const words = Object.keys(manifest).filter((name) => /compiled\/\w+\.json$/.test(name));
  const heaviest = words.reduce((a, b) => (size(manifest[a].file) > size(manifest[b].file) ? a : b));
  const screens = Object.keys(manifest).filter((name) => /src\/features\/.*Screen\.tsx$/.test(name));
  let over = 0;
  for (const screen of screens.sort()) {
    const chunks = new Set([...closure(manifest, entry), ...closure(manifest, heaviest), ...closure(manifest, screen)]);
    const frame = Object.keys(manifest).filter((name) => /src\/features\/reservations\/RecordFrame\.tsx$/.test(name));
    if (/features\/reservations\/record\//.test(screen))
      for (const name of frame) for (const chunk of closure(manifest, name)) chunks.add(chunk);
    const files = [...chunks].map((name) => manifest[name]);
    const js = files.reduce((sum, chunk) => sum + size(chunk.file), 0);
    const css = [...new Set(files.flatMap((chunk) => chunk.css ?? []))].reduce((sum, file) => sum + size(file), 0);
    const bad = js > limits.js || css > limits.css;
    over += bad ? 1 : 0;
    console.log(
      `${bad ? 'OVER ' : '     '}${screen.padEnd(60)} js ${(js / 1024).toFixed(1).padStart(6)} kB  css ${(css / 1024).toFixed(1).padStart(4)} kB`,
    );
  }
  if (screens.length === 0) {
    console.error('budget: the manifest names no screen; build first');
    process.exit(1);
  }
  console.log(`budget: ${screens.length} screens, ${over} over 160 kB of JavaScript or 6 kB of CSS (brotli)`);
  process.exit(over ? 1 : 0);
}
