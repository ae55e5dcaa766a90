// Pictures of every screen in both themes, both languages and on a phone, for somebody to look at; and axe on each of them.
//   node e2e/pictures.mjs [FOLDER] [WORD]     only the screens whose name has WORD
import fs from 'node:fs';
import path from 'node:path';
import { open, settled } from './browser.mjs';

const folder = process.argv[2] ?? path.join(import.meta.dirname, 'pictures');
const only = process.argv[3] ?? '';
fs.mkdirSync(folder, { recursive: true });
const axe = fs.readFileSync(path.join(import.meta.dirname, '../node_modules/axe-core/axe.min.js'), 'utf8');

const site = await open();
const record = site.record ?? process.env.PRORATA_RECORD;
const customer = site.customer ?? process.env.PRORATA_CUSTOMER;
const screens = [
  ['access', '/access'],
  ['customers', '/customers'],
  ['reservations', '/reservations'],
  ['sandbox', '/sandbox'],
  ['help', '/help'],
  ['allowance', '/allowance'],
  ['requests', '/requests'],
  ['lost', '/nowhere/6ef59113-3482-40da-8d79-787f823e34bc'],
  ...(customer
    ? ['overview', 'reservations', 'allowance', 'requests', 'access'].map((part) => [`customer-${part}`, `${customer}/${part}`])
    : []),
  ...(record
    ? ['overview', 'utilization', 'payments', 'history', 'access', 'configuration', 'properties'].map((part) => [
        `record-${part}`,
        `${record}/${part}`,
      ])
    : []),
  ...(record
    ? [
        ['record-refused', `${record}/overview?units=10`],
        ['wizard-1-basics', `${record}/new-request?want=refund`],
        ['wizard-2-problem', `${record}/new-request?step=problem&want=refund&units=3`],
        ['wizard-3-contact', `${record}/new-request?step=contact&want=refund&units=3`],
        ['wizard-4-review', `${record}/new-request?step=review&want=refund&units=3`],
      ]
    : []),
  ...(site.request
    ? [
        ['request', site.request],
        ['wizard-5-done', `${record}/new-request?step=done&made=${site.request.split('/').at(-1)}`],
      ]
    : []),
].filter(([name]) => name.includes(only));

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
    // By the console and not by a script element: the page's policy allows no script of ours.
    const found = await page.evaluate(
      `${axe}; axe.run(document, { rules: { region: { enabled: false } } }).then((r) => r.violations.map((v) => v.id + ': ' + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 140) + ' ' + (n.any[0] ? n.any[0].message : '')).join(' | ')))`,
    );
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth + 1);
    for (const fault of [...found, ...page.said, ...(wide ? ['the page scrolls sideways'] : [])]) {
      bad += 1;
      console.log(`${name}-${kind}: ${fault}`);
    }
    page.said.length = 0;
  }
  await page.context().close();
}
await site.end();
console.log(`pictures: ${screens.length * 3} in ${folder}, ${bad} faults`);
process.exit(bad ? 1 : 0);
