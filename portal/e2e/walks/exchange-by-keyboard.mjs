// An exchange by keyboard alone: from the record, what passes by one key, the scope confirmed, the review, one tick, one Create; then the
// operator's yes executes it, and the request leads to what was bought.
import { settled } from '../browser.mjs';

export const alone = true; // what it gives back is what others look at

const focused = (locator) => locator.evaluate((element) => element === document.activeElement);

export default async function (site) {
  const page = await site.page({ as: 'agent' });
  let keys = 0;
  const press = async (key) => {
    keys += 1;
    await page.keyboard.press(key);
  };
  const tabTo = async (locator) => {
    await locator.waitFor();
    for (let i = 0; i < 120 && !(await focused(locator)); i += 1) await press('Tab');
    if (!(await focused(locator))) throw new Error('Tab does not come there');
  };
  const heading = (level, name) => page.getByRole('heading', { level, name }).waitFor();
  const tick = (name) => page.getByRole('checkbox', { name });

  const shown = await site.find('Route planning');
  await page.goto(`${site.url}/reservations/${shown.id}/overview`);
  await settled(page);
  await press('e');
  await heading(1, 'Exchange');
  await settled(page);
  await page.getByText(/^Missing /).waitFor();
  await press('Control+Enter');
  await page.getByRole('alert').getByText('Not every rule is met yet').waitFor();
  await press('p');
  await page.waitForURL(/bought=/);
  await page.getByText(/^Surplus /).waitFor();
  await settled(page);
  await press(']');
  await tabTo(tick(/I confirm it/));
  await press('Space');
  await press('Control+Enter');
  await heading(2, 'Review: two transactions');
  await settled(page);
  await tabTo(tick(/I agree to return/));
  await press('Space');
  await press('Control+Enter');
  const made = page.getByRole('heading', { level: 2, name: /Exchange request R-\d+ created/ });
  await made.waitFor();
  if (!(await focused(made))) throw new Error('the headline of what was made has not the focus');
  const number = /R-\d+/.exec(await made.textContent())[0];
  const used = keys;

  await site.cli('request', 'decide', number, 'approve');
  await page.reload();
  await settled(page);
  const bought = page.getByRole('link', { name: /^Standard_/ });
  await bought.first().waitFor();
  await bought.first().click();
  await page.waitForURL(/\/reservations\/[^/]+\/overview/);
  await settled(page);
  return `${used} keys, ${number} executed, the new reservation open`;
}
