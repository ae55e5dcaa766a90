// Every screen by name and address, in an order that a person would look in. pictures.mjs draws them, walk.mjs holds them to axe and to a quiet console.
// A new screen is a row here. `site.record`, `site.customer` and `site.request` are addresses of things to look at.
export function screensOf(site) {
  const { record, customer, request } = site;
  return [
    ['access', '/access'],
    ['customers', '/customers'],
    ['customers-none', '/customers?q=nobody-is-called-this'],
    ['reservations', '/reservations'],
    ['sandbox', '/sandbox'],
    ['help', '/help'],
    ['allowance', '/allowance'],
    ['requests', '/requests'],
    ['lost', '/nowhere/6ef59113-3482-40da-8d79-787f823e34bc'],
    ...['overview', 'reservations', 'allowance', 'requests', 'access'].map((part) => [`customer-${part}`, `${customer}/${part}`]),
    ...['overview', 'utilization', 'payments', 'history', 'access', 'configuration', 'properties'].map((part) => [
      `record-${part}`,
      `${record}/${part}`,
    ]),
    ['exchange-empty', '/exchanges/new'],
    ['exchange', `/exchanges/new?from=${record.split('/').at(-1)}`],
    ['record-refused', `${site.refused ?? record}/overview?units=10`],
    ['wizard-1-basics', `${record}/new-request?want=refund`],
    ['wizard-2-problem', `${record}/new-request?step=problem&want=refund&units=3`],
    ['wizard-3-contact', `${record}/new-request?step=contact&want=refund&units=3`],
    ['wizard-4-review', `${record}/new-request?step=review&want=refund&units=3`],
    ...(request
      ? [
          ['request', request],
          ['wizard-5-done', `${record}/new-request?step=done&made=${request.split('/').at(-1)}`],
        ]
      : []),
  ];
}

/** Things of a real desk with the demo to look at. */
export async function thingsOf(site) {
  if (site.record) return site;
  const shown = await site.find('Route planning');
  const refused = await site.find('SUSE subscriptions');
  const { rows } = await site.ask('/api/support-requests');
  return Object.assign(site, {
    record: `/reservations/${shown.id}`,
    customer: `/customers/${shown.customer.id}`,
    refused: `/reservations/${refused.id}`,
    ...(rows[0] ? { request: `/requests/${rows[0].name}` } : {}),
  });
}
