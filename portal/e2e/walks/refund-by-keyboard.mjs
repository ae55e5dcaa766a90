// A refund by keyboard alone: find the customer, open its reservation, read the quote, three Next, one tick, one Create, open the request.
import { settled } from '../browser.mjs';

export default async function (site) {
  const page = await site.page({ as: 'agent' });
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

  await page.goto(`${site.url}/customers`);
  await settled(page);
  await press('/');
  await type('castle');
  await page.waitForURL(/q=castle/);
  await settled(page);
  await press('ArrowDown');
  await press('Enter');
  await page.waitForURL(/\/customers\/[^/]+\/reservations/);
  await page.getByRole('grid').waitFor();
  await press('/');
  await type('booking');
  await page.waitForURL(/q=booking/);
  await settled(page);
  await press('ArrowDown');
  await press('Enter');
  await heading(1, 'Booking database');
  await settled(page);
  await press('r');
  for (const step of ['Basics', 'Problem', 'Contact information']) {
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
  await page
    .getByText(/Conversation/)
    .first()
    .waitFor();
  return `${keys} keys`;
}
