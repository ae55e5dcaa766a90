// A refund by keyboard alone, from the customer to the credit: find the customer, open its reservation, read the quote, three Next, one tick,
// one Create. Who filed it may not approve it; a second person finds it in the inbox, and A and Enter carry it out.
import { settled } from '../browser.mjs';

/** Fingers that count. */
function handsOn(page) {
  let keys = 0;
  return {
    keys: () => keys,
    press: async (key) => {
      keys += 1;
      await page.keyboard.press(key);
    },
    type: async (text) => {
      keys += text.length;
      await page.keyboard.type(text);
    },
    heading: (level, name) => page.getByRole('heading', { level, name }).waitFor(),
  };
}

export default async function (site) {
  const began = Date.now();
  const page = await site.page({ as: 'agent' });
  const { press, type, heading, keys } = handsOn(page);
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
  await page.waitForURL(/\/requests\/R-\d+/);
  const number = /R-\d+/.exec(page.url())?.[0] ?? '';
  await heading(1, new RegExp(number));
  await settled(page);
  await press('a');
  await page.getByText('A second person must agree', { exact: true }).waitFor();
  const asked = (Date.now() - began) / 1000;

  const other = await site.page({ as: 'approver' });
  const second = handsOn(other);
  await other.goto(`${site.url}/requests`);
  await settled(other);
  await second.press('/');
  await second.type(number.toLowerCase());
  await other.waitForURL(/q=/);
  await settled(other);
  await other.getByRole('grid').getByText(number, { exact: true }).waitFor();
  await second.press('ArrowDown');
  await second.press('Enter');
  await second.heading(1, new RegExp(number));
  await settled(other);
  await second.press('a');
  await other.getByText('Approve what was agreed to.').waitFor();
  await second.press('Enter');
  await other.getByText(/comes to the partner account/).waitFor();
  if ((await other.getByRole('button', { name: 'Approve', exact: true }).count()) > 0) throw new Error('it can be approved twice');
  const done = (Date.now() - began) / 1000;
  return `${number} was credited after ${keys()} keys of one and ${second.keys()} of another person; asked after ${asked.toFixed(1)} s, done after ${done.toFixed(1)} s`;
}
