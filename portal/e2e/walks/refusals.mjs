// What a policy refuses is shown calmly, with every reason in the reader's language, and the wizard does not let it be created.
import { settled } from '../browser.mjs';

const cases = [
  // reservation, the policy that is asked, what an English and a Swedish reader are told
  ['SUSE subscriptions', 'azure-2026', 'SelfServiceRefundNotSupported', /does not refund/i, /återbetala/i],
  ['Route planning', 'azure-2026', 'RefundLimitExceeded', /allowance/i, /utrymme|gräns|ryms/i],
  ['Terminal servers', 'csp-2020', 'OperationCannotBePerformedInCurrentState', /active|expired|ended/i, /aktiv|förfall|upphört/i],
];

export default async function (site) {
  const told = [];
  for (const [name, pack, code, english, swedish] of cases) {
    const { rows } = await site.ask(`/api/reservations?q=${encodeURIComponent(name)}&archived=all&sort=expiry`);
    const { id, quantity } = rows[0];
    for (const [language, words] of [
      ['en', english],
      ['sv', swedish],
    ]) {
      const quote = await site.ask(`/api/quotes/refund?reservation=${id}&quantity=${quantity}&pack=${pack}&lang=${language}`);
      if (quote.ok) throw new Error(`${name} under ${pack} is not refused`);
      const reason = quote.reasons.find((each) => (each.armCode ?? each.code) === code);
      if (!reason) throw new Error(`${name}: ${JSON.stringify(quote.reasons)}, and not ${code}`);
      if (!words.test(reason.text)) throw new Error(`${name} in ${language}: ${reason.text}`);
      const page = await site.page({ language });
      await page.goto(`${site.url}/reservations/${id}/overview?pack=${pack}`);
      await settled(page);
      if (rows[0].state === 'Expired')
        await page
          .getByText(language === 'en' ? 'Expired' : 'Förfallen')
          .first()
          .waitFor();
      else await page.getByText(reason.text).first().waitFor();
    }
    told.push(code);
  }
  return told.join(', ');
}
