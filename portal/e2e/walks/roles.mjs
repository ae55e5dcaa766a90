// Who may not do a thing finds it where it always is, disabled, with the reason and who can; and what is not theirs to open says so in words.
import { settled } from '../browser.mjs';

export default async function (site) {
  const shown = await site.find('Route planning');

  // A helpdesk agent looks at customers and may not let them purchase.
  const helpdesk = await site.page({ as: 'helpdesk' });
  await helpdesk.goto(`${site.url}/customers/${shown.customer.id}/access`);
  await settled(helpdesk);
  const button = helpdesk.getByRole('button', { name: /Allow the customer to purchase/ });
  await button.waitFor();
  if ((await button.getAttribute('aria-disabled')) !== 'true') throw new Error('a helpdesk agent is offered to let a customer purchase');
  const reason = await button.getAttribute('aria-describedby');
  const why = await helpdesk.locator(`[id="${reason}"]`).textContent();
  if (!/Ask: .*Admin agent/.test(why)) throw new Error(`the button does not say who can: ${why}`);

  // Whoever opens an address that is not theirs is told which role they have, in their language.
  for (const [person, language, words] of [
    ['sales', 'en', 'Your role (Sales agent)'],
    ['users', 'sv', 'Din roll (Administratör för användarhantering)'],
  ]) {
    const page = await site.page({ as: person, language });
    await page.goto(`${site.url}/reservations/${shown.id}/overview`);
    // On the screen itself, or at the commands that are not theirs.
    await page.waitForFunction((text) => document.body.textContent.includes(text), words);
    page.said.length = 0; // the browser notes the 403 itself
  }
  return 'the button says who can; the address says which role';
}
