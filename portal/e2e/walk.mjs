// The walk of a refund by keyboard alone, in a real browser: find the customer, open its reservation, read the quote, three Next, one tick,
// one Create, open the request. Says how many keys it took. PRORATA_CUSTOMER_NAME and PRORATA_RESERVATION_NAME name another pair.
import { open, settled } from './browser.mjs';

const customer = process.env.PRORATA_CUSTOMER_NAME ?? 'Almgren Tryckeri AB';
const reservation = process.env.PRORATA_RESERVATION_NAME ?? 'press-d8s-v5';
const site = await open();
const page = await site.page();
let keys = 0;
const press = async (key) => {
  keys += 1;
  await page.keyboard.press(key);
};
const type = async (text) => {
  keys += text.length;
  await page.keyboard.type(text);
};
const heading = (level, name) => page.getByRole('heading', { level, name }).waitFor();

try {
  const began = Date.now();
  await page.goto(`${site.url}/customers`);
  await settled(page);
  await press('/');
  await type(customer.slice(0, 6));
  await page.waitForURL(/q=/);
  await settled(page);
  await press('ArrowDown');
  await press('Enter');
  await page.waitForURL(/\/customers\/[^/]+\/reservations/);
  await page.getByRole('grid').waitFor();
  await press('/');
  await type(reservation.slice(0, 8));
  await page.waitForURL(/q=/);
  await settled(page);
  await press('ArrowDown');
  await press('Enter');
  await heading(1, reservation);
  await settled(page);
  await press('r');
  for (const step of [/Basics|Grunderna/, /^Problem$/, /Contact information/]) {
    await heading(2, step);
    await settled(page);
    await press('Control+Enter');
  }
  const tick = page.getByRole('checkbox', { name: /I agree to/ });
  await tick.waitFor();
  for (let i = 0; i < 30 && !(await tick.evaluate((element) => element === document.activeElement)); i += 1) await press('Tab');
  await press('Space');
  await press('Control+Enter');
  await heading(2, 'Request created');
  await press('Tab');
  await press('Enter');
  await page.waitForURL(/\/requests\//);
  await page.getByText(/Conversation/).waitFor();
  if (page.said.length) throw new Error(page.said.join('\n'));
  console.log(`walk: a refund was requested with ${keys} key presses, ${((Date.now() - began) / 1000).toFixed(1)} s in all`);
} catch (error) {
  await page.screenshot({ path: 'walk-failed.png' });
  console.error(`walk: stopped at ${page.url()} after ${keys} keys; walk-failed.png shows it\n${error}`);
  process.exitCode = 1;
} finally {
  await site.end();
}
