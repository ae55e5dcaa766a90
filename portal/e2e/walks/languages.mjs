// The language changes in place, words of the server too, and stays over a reload.
import { settled } from '../browser.mjs';

export default async function (site) {
  const shown = await site.find('Route planning');
  const page = await site.page({ as: 'agent' });
  await page.goto(`${site.url}/reservations/${shown.id}/overview`);
  await settled(page);
  await page.getByText('If returned today').waitFor();
  await page
    .getByText(/Early termination fee/)
    .first()
    .waitFor();
  await page.getByRole('button', { name: 'SV' }).click();
  await page.getByText('Vid retur i dag').waitFor();
  await page
    .getByText(/Avgift för tidig uppsägning/)
    .first()
    .waitFor();
  await page.reload();
  await settled(page);
  await page.getByText('Vid retur i dag').waitFor();
  if ((await page.evaluate(() => document.documentElement.lang)) !== 'sv') throw new Error('the document does not say that it is Swedish');
  return 'English, Swedish, and Swedish again';
}
