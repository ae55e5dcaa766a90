// An order that was split and of which units went back, and what ends soon.
import type { Schemas } from '../shared/api';
import { customer, record } from './examples';

const usd = (amount: string) => ({ amount, currency: 'USD' });
const idOf = (n: number) => `5e5e5e5e-0000-4000-8000-00000000000${n}`;
const of = { id: customer.id, name: customer.name, domain: customer.domain };
const node = { sku: record.sku, region: record.region, scope: record.scope, expiry: record.expiry, unitsReturned: 0, unitsExchanged: 0 };

export const order: Schemas['Order'] = {
  id: record.order,
  name: 'press',
  customer: of,
  state: 'Succeeded',
  term: 'P3Y',
  plan: 'Monthly',
  originalQuantity: 10,
  requested: record.purchased,
  created: record.purchased,
  benefitStart: record.purchased,
  expiry: record.expiry,
  hidden: 1,
  asOf: '2026-05-10T12:00:00Z',
  reservations: [
    {
      ...node,
      id: record.id,
      name: record.name,
      quantity: 10,
      originalQuantity: 10,
      state: 'Cancelled',
      provisioningState: 'Split',
      from: [],
      madeBy: 'purchase',
    },
    {
      ...node,
      id: idOf(1),
      name: 'press-a',
      quantity: 4,
      originalQuantity: 6,
      state: 'Succeeded',
      provisioningState: 'Succeeded',
      from: [record.id],
      madeBy: 'split',
      unitsReturned: 2,
    },
    {
      ...node,
      id: idOf(2),
      name: 'press-b',
      quantity: 4,
      originalQuantity: 4,
      state: 'Succeeded',
      provisioningState: 'Succeeded',
      from: [record.id],
      madeBy: 'split',
    },
  ],
  payments: {
    paid: usd('1200.00'),
    due: usd('2400.00'),
    rows: [
      { day: '2026-05-01', paid: usd('1200.00'), due: usd('0.00') },
      { day: '2026-06-01', paid: usd('0.00'), due: usd('2400.00') },
    ],
  },
};

export const renewals: Schemas['Renewals'] = {
  total: 3,
  offset: 0,
  asOf: '2026-05-10T12:00:00Z',
  from: '2026-05-10',
  until: '2026-08-08',
  rows: [
    { name: 'press-d8s-v5', expiry: '2026-05-17T09:00:00Z', daysLeft: 7, renew: true, renewable: true, renewalPrice: usd('52110.00') },
    {
      name: 'db-e4s-v5',
      expiry: '2026-05-18T09:00:00Z',
      daysLeft: 8,
      renew: false,
      renewable: true,
      renewalPrice: usd('9000.00'),
      madeBy: 'split' as const,
    },
    {
      name: 'old-a1',
      expiry: '2026-06-30T09:00:00Z',
      daysLeft: 51,
      renew: false,
      renewable: false,
      why: 'no price for Standard_A1 in swedencentral for P1Y',
    },
  ].map((row, i) => ({
    id: idOf(i),
    order: record.order,
    etag: String(i + 3),
    customer: of,
    product: 'VirtualMachines',
    sku: record.sku,
    region: record.region,
    quantity: 2,
    term: 'P1Y',
    plan: 'Upfront',
    scope: record.scope,
    renewal: { sku: record.sku, region: record.region, quantity: 2, term: 'P1Y', plan: 'Upfront' },
    mayChange: true,
    ...row,
  })),
};
