// Many refunds by keyboard alone: three reservations are selected in the list, the allowance does not carry them all, the fix makes it, and one
// click makes a request of each.
import { settled } from '../browser.mjs';

export const alone = true;

const states = (page) => page.$$eval('tr[data-state]', (rows) => rows.map((row) => row.dataset.state).join(' '));
const until = (page, wanted) =>
  page.waitForFunction(
    (text) => [...document.querySelectorAll('tr[data-state]')].map((row) => row.dataset.state).join(' ') === text,
    wanted,
  );

export default async function (site) {
  const page = await site.page({ as: 'agent' });
  await page.goto(`${site.url}/reservations?q=prairie`);
  await settled(page);
  await page.getByRole('grid').focus();
  await page.keyboard.press('Home');
  for (let i = 0; i < 3; i += 1) {
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowDown');
  }
  await page.getByText(/can be returned: /).waitFor();
  await page.getByRole('button', { name: 'Dry run' }).press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Bulk dry run' }).waitFor();
  await settled(page);
  const first = await states(page);
  if (!/cut|refused/.test(first)) throw new Error(`the allowance should not carry all of them: ${first}`);

  // The line that does not fit goes up by one, and the last one is left out and taken in again.
  const lines = page.getByRole('grid', { name: 'Lines in their order' });
  await lines.getByRole('row').nth(3).focus();
  await page.keyboard.press('Alt+ArrowUp');
  await settled(page);
  const before = page.url();
  await lines.getByRole('row').nth(3).focus();
  await page.keyboard.press('Space');
  await until(page, 'fits cut out');
  await page.keyboard.press('Space');
  await settled(page);
  if (page.url() !== before) throw new Error('what was left out and taken in again is not what it was');
  await page.getByRole('button', { name: 'Apply all fixes' }).press('Enter');
  await until(page, 'fits fits fits');

  await page.getByRole('checkbox', { name: /I agree to/ }).press('Space');
  await page.keyboard.press('Control+Enter');
  await page.getByRole('heading', { name: '3 requests created' }).waitFor();
  const numbers = await page.$$eval('a[href^="/requests/R-"]', (links) => links.map((link) => link.textContent));
  if (numbers.length !== 3) throw new Error(`requests: ${numbers.join(' ')}`);
  await page.goto(`${site.url}/`);
  await settled(page);
  return `${numbers.join(', ')} of lines that were ${first}`;
}
