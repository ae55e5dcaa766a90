// What one person changes, another who looks at the list sees without asking; its row glows once, and the record that is open follows too.
import { settled } from '../browser.mjs';

export default async function (site) {
  const shown = await site.find('Customer portal');
  const looks = await site.page({ as: 'approver' });
  await looks.goto(`${site.url}/reservations?q=portal`);
  await settled(looks);
  await looks.evaluate(() => {
    window.glowed = false;
    new MutationObserver(() => {
      window.glowed ||= document.querySelector('[data-glows=true]') !== null;
    }).observe(document.body, { subtree: true, attributes: true, attributeFilter: ['data-glows'] });
  });
  const changes = await site.page({ as: 'agent' });
  await changes.goto(`${site.url}/access`);
  const began = Date.now();
  const status = await changes.evaluate(async ({ id, order }) => {
    const answer = await fetch(`/api/reservations/${order}/${id}/name`, {
      method: 'PUT',
      headers: { 'X-Prorata-Portal': '1', 'Idempotency-Key': crypto.randomUUID(), 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Customer portal, new' }),
    });
    await answer.text();
    return answer.status;
  }, shown);
  if (status !== 200) throw new Error(`the change was answered ${status}`);
  await looks.getByText('Customer portal, new').waitFor({ timeout: 10_000 });
  const took = Date.now() - began;
  await looks.waitForFunction(() => window.glowed, undefined, { timeout: 5_000 });
  return `seen after ${took} ms`;
}
