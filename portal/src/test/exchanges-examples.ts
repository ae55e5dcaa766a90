// Exchanges of the example desk: two units of the press go back, and what is bought is worth enough from two units on.
import type { Schemas } from '../shared/api';
import { customer, record } from './examples';

const usd = (minor: number) => ({ amount: (minor / 100).toFixed(2), currency: 'USD' });
const unit = 420_000;
const back = 61_000;

export function exchangeQuote(returns: string, bought: string, language: 'en' | 'sv' = 'en'): Schemas['ExchangeQuote'] {
  const sv = language === 'sv';
  const returned = returns
    .split(',')
    .map((line) => ({ id: line.split('~')[0] ?? '', units: Number(line.split('~')[1] ?? record.quantity) }));
  const lines = bought
    .split(',')
    .filter(Boolean)
    .map((line) => line.split('~'));
  const sum = returned.reduce((all, line) => all + line.units * back, 0);
  const cost = lines.reduce((all, line) => all + Number(line[0]) * unit, 0);
  const enough = cost >= sum;
  const missing = Math.ceil((sum - cost) / unit);
  const own = { sku: 'Standard_D4s_v5', region: 'westeurope', term: 'P1Y', plan: 'Upfront' as const, product: 'VirtualMachines' };
  return {
    ok: enough && lines.length > 0,
    approvalNeeded: true,
    asOf: '2026-05-10T12:00:00Z',
    policy: 'csp-2020',
    customer: { id: customer.id, name: customer.name, domain: customer.domain },
    returned: returned.map((line) => ({
      reservation: line.id,
      order: record.order,
      name: record.name,
      product: record.product,
      sku: record.sku,
      region: record.region,
      term: record.term,
      plan: record.plan,
      quantity: line.units,
      ofQuantity: record.quantity,
      scope: record.scope,
      purchased: record.purchased,
      expiry: record.expiry,
      credit: usd(line.units * 21_000),
      remainingCommitment: usd(line.units * 40_000),
      value: usd(line.units * back),
      right: 'open',
    })),
    bought: lines.map((line) => ({
      ...own,
      sku: line[1] ?? '',
      region: line[2] || record.region,
      term: line[3] ?? 'P1Y',
      plan: line[4] === 'Monthly' ? 'Monthly' : 'Upfront',
      quantity: Number(line[0]),
      scope: line[5] && line[5] !== 'Shared' ? { type: 'Single', id: line[5] } : line[5] ? { type: 'Shared' } : record.scope,
      scopeCopied: !line[5],
      unitPrice: usd(unit),
      price: usd(Number(line[0]) * unit),
      expires: '2027-05-10',
    })),
    balance: {
      credits: usd(returned.reduce((all, line) => all + line.units * 21_000, 0)),
      commitments: usd(returned.reduce((all, line) => all + line.units * 40_000, 0)),
      returned: usd(sum),
      bought: usd(cost),
      ...(enough ? { surplus: usd(cost - sum) } : { missing: usd(sum - cost) }),
      netPayable: usd(cost - sum),
      dueToday: usd(cost - returned.reduce((all, line) => all + line.units * 21_000, 0)),
    },
    checks: [
      { rule: 'exchange.returned', met: true, text: sv ? 'Enheterna får lämnas tillbaka.' : 'The units may be given back.' },
      { rule: 'exchange.one_family', met: true, text: sv ? 'Allt är av samma produkttyp.' : 'All of it is one type of product.' },
      {
        rule: 'exchange.no_payout',
        met: enough,
        text: enough ? 'Nothing is paid out.' : 'What is bought costs less than what comes back; an exchange never pays out.',
        ...(enough ? {} : { fix: `Buy for ${usd(sum - cost).amount} USD more, or return fewer units.` }),
      },
    ],
    ...(enough
      ? {}
      : {
          proposal: {
            ...own,
            ...(lines.length > 0
              ? { line: 0, sku: lines[0]?.[1] ?? own.sku, quantity: Number(lines[0]?.[0]) + missing }
              : { quantity: missing }),
            scope: record.scope,
            units: missing,
            cost: usd(missing * unit),
            surplus: usd(missing * unit - (sum - cost)),
          },
        }),
    notes: [],
  };
}

export const catalogue: Schemas['Catalogue'] = {
  total: 14,
  offset: 0,
  region: 'westeurope',
  regions: ['northeurope', 'westeurope'],
  rows: [
    { sku: 'Standard_D4s_v5', sameGroup: true, sameProduct: true, unitPrice: usd(unit) },
    { sku: 'Standard_E4s_v5', sameGroup: false, sameProduct: true, unitPrice: usd(500_000) },
    { sku: 'SQLDB_GP_Compute_Gen5', sameGroup: false, sameProduct: false, unitPrice: usd(90_000) },
  ].map((row) => ({
    product: row.sameProduct ? 'VirtualMachines' : 'SqlDatabases',
    region: 'westeurope',
    term: 'P1Y',
    ...(row.sameGroup ? { group: 'DSv5 Series' } : {}),
    ...row,
  })),
};

export const filedExchange: Schemas['FiledExchange'] = {
  number: 'R-1017',
  state: 'with_operator',
  customer: { id: customer.id, name: customer.name, domain: customer.domain },
  ticket: 'R-1017',
};

export const exchangeRun: Schemas['ExchangeRun'] = {
  id: '6b6f0a1e-3a52-4f0a-9a2e-7b1d3c5e9f01',
  state: 'PendingPurchases',
  asOf: '2026-05-10T12:00:00Z',
  updated: '2026-05-10T12:00:05Z',
  policy: 'csp-2020',
  returnedTotal: usd(2 * back),
  boughtTotal: usd(unit),
  netPayable: usd(unit - 2 * back),
  returned: [
    {
      reservation: record.id,
      order: record.order,
      name: record.name,
      sku: record.sku,
      quantity: 2,
      credit: usd(42_000),
      remainingCommitment: usd(80_000),
    },
  ],
  bought: [
    {
      sku: 'Standard_D4s_v5',
      region: 'westeurope',
      term: 'P1Y',
      plan: 'Upfront',
      quantity: 1,
      scope: { type: 'Shared' },
      price: usd(unit),
    },
  ],
};
