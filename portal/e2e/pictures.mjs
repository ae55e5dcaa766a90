// Pictures of every screen in both themes, both languages and on a phone, for somebody to look at; and axe on each of them.
//   node e2e/pictures.mjs [FOLDER] [WORD]     only the screens whose name has WORD
import fs from 'node:fs';
import path from 'node:path';
import { faultsOf, open, settled } from './browser.mjs';
import { screensOf, thingsOf } from './screens.mjs';

const folder = process.argv[2] ?? path.join(import.meta.dirname, 'pictures');
const only = process.argv[3] ?? '';
fs.mkdirSync(folder, { recursive: true });

const site = await open();
const screens = screensOf(await thingsOf(site)).filter(([name]) => name.includes(only));

let bad = 0;
for (const [kind, options] of [
  ['light-en', {}],
  ['dark-sv', { theme: 'dark', language: 'sv' }],
  ['phone-en', { context: { viewport: { width: 320, height: 700 } } }],
]) {
  const page = await site.page(options);
  for (const [name, address] of screens) {
    await page.goto(site.url + address);
    await settled(page);
    await page.screenshot({ path: path.join(folder, `${name}-${kind}.png`) });
    for (const fault of await faultsOf(page)) {
      bad += 1;
      console.log(`${name}-${kind}: ${fault}`);
    }
  }
  await page.context().close();
}
await site.end();
console.log(`pictures: ${screens.length * 3} in ${folder}, ${bad} faults`);
process.exit(bad ? 1 : 0);
