// Walks of a real browser over real desks: './dev portal walk [WORD]' runs every file of walks/ whose name has WORD, on SQLite and on
// PostgreSQL, each on a desk of its own store that the walks before it have left; then axe and the console on every screen in both themes.
//
// A walk is a file of walks/ that gives a function of the site (browser.mjs) and throws where something is not as it should be:
//   export default async function (site) {
//     const page = await site.page({ as: 'helpdesk', language: 'sv' });       // people of server.mjs
//     await page.goto(`${site.url}/customers`);
//     await settled(page);
//     return 'what was found, in a few words';
//   }
// With `export const alone = true` it gets a desk that nobody else has touched, and `stores = ['SQLite']` leaves the other store out.
import fs from 'node:fs';
import path from 'node:path';
import { faultsOf, open, settled } from './browser.mjs';
import { screensOf, thingsOf } from './screens.mjs';
import { serve } from './server.mjs';

const [only = ''] = process.argv.slice(2);
const program = path.resolve(process.env.PRORATA ?? path.join(import.meta.dirname, '../../build/dev/prorata'));
const postgres = process.env.PRORATA_TEST_POSTGRES;
const folder = path.join(import.meta.dirname, 'walks');
const walks = await Promise.all(
  fs
    .readdirSync(folder)
    .filter((file) => file.endsWith('.mjs'))
    .sort()
    .map(async (file) => ({ name: file.slice(0, -4), ...(await import(path.join(folder, file))) })),
);

let bad = 0;
let desks = 0;
const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`;
const newDesk = (store) => serve({ program, name: `walk_${++desks}`, ...(store === 'PostgreSQL' ? { postgres } : {}) });

async function tell(store, name, act) {
  const began = Date.now();
  try {
    console.log(`ok   ${store.padEnd(10)} ${name}: ${(await act()) ?? 'done'} (${seconds(began)})`);
  } catch (error) {
    bad += 1;
    console.log(`FAIL ${store.padEnd(10)} ${name}: ${String(error?.message ?? error).trim()} (${seconds(began)})`);
  }
}

/** One walk: pages it opened are closed after it, what their consoles said counts, and where it failed there is a picture. */
async function walkOver(site, store, walk) {
  await tell(store, walk.name, async () => {
    const pages = [];
    const page = async (options) => {
      pages.push(await site.page(options));
      return pages.at(-1);
    };
    try {
      const found = await walk.default({ ...site, page });
      const said = pages.flatMap((each) => each.said);
      if (said.length > 0) throw new Error(`the console said: ${said.join(' | ')}`);
      return found;
    } catch (error) {
      const last = pages.at(-1);
      if (!last) throw error;
      const picture = path.resolve(`build/walk-${walk.name}-${store}.png`);
      fs.mkdirSync(path.dirname(picture), { recursive: true });
      await last.screenshot({ path: picture }).catch(() => {});
      throw new Error(`${error.message}\n     at ${last.url()}, as ${picture} shows`);
    } finally {
      for (const each of pages) await each.context().close();
    }
  });
}

async function screensOver(site, store) {
  const screens = screensOf(await thingsOf(site));
  for (const [kind, options] of [
    ['light', {}],
    ['dark', { theme: 'dark', language: 'sv' }],
    ['phone', { context: { viewport: { width: 320, height: 700 } } }],
  ])
    await tell(store, `axe ${kind}`, async () => {
      const page = await site.page(options);
      const faults = [];
      for (const [name, address] of screens) {
        await page.goto(site.url + address);
        await settled(page);
        for (const fault of await faultsOf(page)) faults.push(`${name}: ${fault}`);
      }
      await page.context().close();
      if (faults.length > 0) throw new Error(faults.join('\n     '));
      return `${screens.length} screens`;
    });
}

async function over(store) {
  const shared = walks.filter((walk) => walk.name.includes(only) && (walk.stores ?? [store]).includes(store));
  const here = shared.filter((walk) => !walk.alone);
  const axe = 'axe'.includes(only) && store === 'SQLite';
  if (here.length > 0 || axe) {
    const desk = await newDesk(store);
    const site = await open(desk);
    for (const walk of here) await walkOver(site, store, walk);
    if (axe) await screensOver(site, store);
    await site.end();
    await desk.stop();
  }
  for (const walk of shared.filter((each) => each.alone)) {
    const desk = await newDesk(store);
    const site = await open(desk);
    await walkOver(site, store, walk);
    await site.end();
    await desk.stop();
  }
}

const began = Date.now();
for (const store of postgres ? ['SQLite', 'PostgreSQL'] : ['SQLite']) await tell(store, 'all', () => over(store));
console.log(
  `walk: ${bad === 0 ? 'all is well' : `${bad} failed`} after ${seconds(began)}${postgres ? '' : '; PostgreSQL was not at hand'}`,
);
process.exit(bad ? 1 : 0);
