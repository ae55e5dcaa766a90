// The README's pictures, of the real program with the large demo: a page of the list and a record. PRORATA names the program.
import path from 'node:path';
import { open, settled } from './browser.mjs';
import { serve } from './server.mjs';

const pictures = path.join(import.meta.dirname, '../../docs/pictures');
const desk = await serve({ program: process.env.PRORATA ?? 'build/dev/prorata', name: 'readme', demo: ['--large'] });
const site = await open(desk);
try {
  const page = await site.page({ context: { viewport: { width: 1280, height: 800 } } });
  await page.goto(`${site.url}/reservations?view=succeeded&sort=expiry&dir=asc`);
  await settled(page);
  await page.screenshot({ path: path.join(pictures, 'reservations.png') });
  await page.getByRole('row').nth(2).dblclick();
  await page.getByText('back to your partner account').waitFor();
  await settled(page);
  await page.screenshot({ path: path.join(pictures, 'record.png') });
  if (page.said.length) throw new Error(page.said.join('\n'));
} finally {
  await site.end();
  await desk.stop();
}
