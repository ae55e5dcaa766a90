// The size budget: what the browser must load before a route paints, as brotli. Reads the manifest of the last build. Screens that are over
// it have a ceiling each, in kB, which only goes down: what they owe is printed every time, and no other screen may join them.
import fs from 'node:fs';
import path from 'node:path';

const dist = path.join(import.meta.dirname, '../dist');
export const limits = { js: 160 * 1024, css: 6 * 1024 };
const owing = {
  'allowance/AllowanceScreen.tsx': 162,
  'exchanges/ExchangeScreen.tsx': 171,
  'requests/NewRequestScreen.tsx': 164,
  'requests/RequestsScreen.tsx': 164.5,
  'requests/TicketScreen.tsx': 165.5,
  'reservations/ReservationsScreen.tsx': 164,
  'reservations/record/ConfigurationScreen.tsx': 167,
  'reservations/record/IamScreen.tsx': 167,
  'reservations/record/OverviewScreen.tsx': 163,
  'reservations/record/UtilizationScreen.tsx': 163,
  'settlement/NoteScreen.tsx': 163,
  'settlement/SettlementScreen.tsx': 161.5,
};
const owingCss = { 'exchanges/ExchangeScreen.tsx': 6.6 };

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
  let broken = 0;
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
    const name = screen.replace(/^.*features\//, '');
    broken += js > 1024 * (owing[name] ?? 160) || css > 1024 * (owingCss[name] ?? 6) ? 1 : 0;
    console.log(
      `${bad ? 'over ' : '     '}${screen.padEnd(60)} js ${(js / 1024).toFixed(1).padStart(6)} kB  css ${(css / 1024).toFixed(1).padStart(4)} kB`,
    );
  }
  if (screens.length === 0) {
    console.error('budget: the manifest names no screen; build first');
    process.exit(1);
  }
  console.log(
    `budget: ${screens.length} screens, ${over} over 160 kB of JavaScript or 6 kB of CSS (brotli), ${broken} of them over their ceiling`,
  );
  process.exit(broken ? 1 : 0);
}
