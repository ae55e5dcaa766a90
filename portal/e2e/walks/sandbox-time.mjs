// Time moves: a year in the sandbox brings instalments and ends, and every screen speaks of the new day.
import { settled } from '../browser.mjs';

export const alone = true;

export default async function (site) {
  const page = await site.page({ as: 'approver' });
  await page.goto(`${site.url}/sandbox`);
  await settled(page);
  const before = await site.ask('/api/clock', 'approver');
  await page.getByRole('button', { name: 'One year' }).click();
  await page.getByRole('button', { name: 'Advance' }).click();
  await page
    .getByText(/Instalments/)
    .first()
    .waitFor({ timeout: 60_000 });
  await settled(page);
  const after = await site.ask('/api/clock', 'approver');
  if (Date.parse(after.now) - Date.parse(before.now) < 360 * 86_400_000) throw new Error(`${before.now} became ${after.now}`);
  await page.getByText('15 Sept 2027, 08:00 UTC').first().waitFor();
  const { rows } = await site.ask('/api/reservations?q=Laboratory&archived=all', 'approver');
  if (rows[0]?.state !== 'Expired') throw new Error(`a reservation of one year is ${rows[0]?.state} two years later`);
  return `${before.now} to ${after.now}`;
}
