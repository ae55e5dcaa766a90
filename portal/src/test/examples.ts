// Answers of a desk, as its contract shapes them; the compiler holds them to it. A small believable world: one partner, three customers.
import type { Actions, Me, Schemas } from '../shared/api';

const usd = (amount: string) => ({ amount, currency: 'USD' });
const may = { allowed: true, why: 'Admin agent', whoCan: ['admin_agent', 'global_admin'] } as Schemas['Allowed'];
export const mayNot: Schemas['Allowed'] = {
  allowed: false,
  why: 'Sales agents may look and quote, not file requests.',
  whoCan: ['admin_agent', 'helpdesk_agent'],
};
export const actions: Actions = {
  listCustomers: may,
  openRecord: may,
  changeScope: may,
  manageAccess: may,
  buy: may,
  quote: may,
  submitRequest: may,
  approveRequest: may,
  letCustomerBuy: may,
  settle: may,
  manageUsers: may,
  configure: may,
  ask: may,
};

export const me: Me = {
  user: { id: '5d0fb3de-2f1b-4c39-9e0a-6f6f0d6a1c11', name: 'maja.lind@birkapartner.example', display: 'Maja Lind' },
  roles: ['admin_agent'],
  language: 'en',
  partner: 'Birka Partner AB',
  sandbox: true,
  frozen: true,
  now: '2026-05-10T12:00:00Z',
  actions,
  version: '1.0.0',
};

export const customers: Schemas['CustomerRow'][] = [
  { name: 'Almgren Tryckeri AB', domain: 'almgren.example', country: 'SE', free: '41200.00', reservations: 14, expiring: 2, mayBuy: false },
  {
    name: 'Fjordkraft Analyse AS',
    domain: 'fjordkraft.example',
    country: 'NO',
    free: '6100.50',
    reservations: 31,
    expiring: 0,
    mayBuy: true,
  },
  { name: 'Väderö Rederi AB', domain: 'vadero.example', country: 'SE', free: '50000.00', reservations: 3, expiring: 1, mayBuy: false },
].map((row, i) => ({
  id: `a1f0c2de-0000-4000-8000-00000000000${i}`,
  name: row.name,
  domain: row.domain,
  country: row.country,
  currency: 'USD',
  offer: 'csp',
  reservations: row.reservations,
  expiring: row.expiring,
  mayBuy: row.mayBuy,
  allowanceFree: usd(row.free),
  allowanceLimit: usd('50000.00'),
}));
export const customerWindow: Schemas['CustomerWindow'] = { total: 3, offset: 0, asOf: me.now, rows: customers };

const almgren = { id: 'a1f0c2de-0000-4000-8000-000000000000', name: 'Almgren Tryckeri AB', domain: 'almgren.example' };
export const customer: Schemas['Customer'] = {
  ...almgren,
  country: 'SE',
  currency: 'USD',
  offer: 'csp',
  reservations: 14,
  expiring: 2,
  mayBuy: false,
  managementGroups: ['almgren-root'],
  states: { all: 16, succeeded: 12, expiring: 2, expired: 1, pending: 0, processing: 0, cancelled: 1, failed: 0 },
  subscriptions: [
    {
      id: 'b77d1c52-9b9c-4a43-8a4b-0c2e8f8f2d01',
      name: 'Almgren – Production',
      resourceGroups: ['press', 'archive'],
      managementGroup: 'almgren-root',
      suspended: false,
    },
    { id: 'b77d1c52-9b9c-4a43-8a4b-0c2e8f8f2d02', name: 'Almgren – Test', resourceGroups: [], suspended: true },
  ],
  actions,
};

export const allowance: Schemas['Allowance'] = {
  asOf: me.now,
  policy: 'csp-2020',
  meter: 'refund',
  limit: usd('50000.00'),
  windowDays: 365,
  refund: { used: usd('8800.00'), held: usd('2500.00'), free: usd('38700.00') },
  cancelledCommitment: { used: usd('12400.00'), held: usd('2900.00'), free: usd('34700.00') },
  calendar: [
    { at: '2026-08-02T00:00:00Z', refund: usd('5300.00'), cancelledCommitment: usd('7900.00'), isHold: false },
    { at: '2027-01-19T00:00:00Z', refund: usd('3500.00'), cancelledCommitment: usd('4500.00'), isHold: false },
    { at: '2027-05-10T00:00:00Z', refund: usd('2500.00'), cancelledCommitment: usd('2900.00'), isHold: true },
  ],
  holds: [
    {
      id: 'c0ffee00-1111-4222-8333-444455556666',
      placed: '2026-05-09T08:11:00Z',
      expires: '2026-05-23T08:11:00Z',
      refund: usd('2500.00'),
      cancelledCommitment: usd('2900.00'),
      reference: '2605090010000017',
      by: 'maja.lind@birkapartner.example',
    },
  ],
};

const products = [
  ['press-d8s-v5', 'Standard_D8s_v5', 'swedencentral', 10, 'Succeeded', '2028-06-12', 764],
  ['archive-e4s', 'Standard_E4s_v5', 'swedencentral', 4, 'Expiring', '2026-05-24', 14],
  ['web-b4ms', 'Standard_B4ms', 'westeurope', 25, 'Succeeded', '2027-01-09', 244],
  ['sql-core', 'SQLDB_GP_Compute_Gen5', 'northeurope', 2, 'Cancelled', '2027-03-02', 0],
  ['=HYPERLINK("x") <b>שלום</b> 🧾', 'Standard_F8s_v2', 'westeurope', 1, 'Expired', '2026-02-01', 0],
] as const;
const idOf = (i: number) => `6ef59113-3482-40da-8d79-${String(i).padStart(12, '0')}`;
export const row = (i: number): Schemas['ReservationRow'] => {
  const product = products[i % products.length] ?? products[0];
  return {
    id: idOf(i),
    order: `276e7ae4-84d0-4da6-ab4b-${String(i).padStart(12, '0')}`,
    name: i < products.length ? product[0] : `${product[0]}-${i}`,
    customer: almgren,
    product: 'VirtualMachines',
    sku: product[1],
    region: product[2],
    quantity: product[3],
    term: 'P3Y',
    plan: 'Upfront',
    scope:
      i % 2
        ? { type: 'Single', id: '/subscriptions/b77d1c52-9b9c-4a43-8a4b-0c2e8f8f2d01', name: 'Almgren – Production' }
        : { type: 'Shared' },
    purchased: '2025-06-13T09:30:00Z',
    expiry: `${product[5]}T09:30:00Z`,
    daysLeft: product[6],
    state: product[4],
    archived: false,
    renew: false,
  };
};
export const reservationWindow = (offset: number, limit: number, total = 1000): Schemas['ReservationWindow'] => ({
  total,
  offset,
  asOf: me.now,
  customers: 1,
  facets: { states: { all: total, succeeded: 812, expiring: 61, expired: 45, pending: 4, processing: 2, cancelled: 70, failed: 6 } },
  rows: Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, i) => row(offset + i)),
});
export const figuresOf = (ids: string[]): { asOf: string; rows: Schemas['Figures'][] } => ({
  asOf: me.now,
  rows: ids.map((id, i) => ({
    id,
    ...(i % 5 === 3 ? {} : { refund: { ok: i % 4 !== 0, amount: usd(`${1250 * (i + 1)}.07`), overLimit: i % 4 === 0 } }),
    ...(i % 5 === 4
      ? {}
      : {
          utilization: {
            watermark: '2026-05-10T04:00:00Z',
            day1: '60.00',
            days7: '58.20',
            days30: `${50 + ((i * 13) % 50)}.40`,
            trend: 'SAME' as const,
          },
        }),
  })),
});

export const record: Schemas['Reservation'] = {
  id: idOf(0),
  order: '276e7ae4-84d0-4da6-ab4b-000000000000',
  customer: almgren,
  etag: '7',
  name: 'press-d8s-v5',
  product: 'VirtualMachines',
  sku: 'Standard_D8s_v5',
  skuDescription: 'Virtual machines D8s v5',
  region: 'swedencentral',
  quantity: 10,
  originalQuantity: 10,
  term: 'P3Y',
  plan: 'Upfront',
  purchased: '2025-06-13T09:30:00Z',
  benefitStart: '2025-06-13T10:00:00Z',
  expiry: '2028-06-12T09:30:00Z',
  termDays: 1096,
  daysElapsed: 331,
  daysLeft: 764,
  state: 'Succeeded',
  provisioningState: 'Succeeded',
  scope: { type: 'Single', id: '/subscriptions/b77d1c52-9b9c-4a43-8a4b-0c2e8f8f2d01', name: 'Almgren – Production' },
  instanceFlexibility: false,
  archived: false,
  renew: false,
  renewState: 'Off',
  billingScope: '/subscriptions/b77d1c52-9b9c-4a43-8a4b-0c2e8f8f2d01',
  price: usd('54678.00'),
  unitPrice: usd('5467.80'),
  usage: 'used',
  utilization: { watermark: '2026-05-10T04:00:00Z', day1: '60.00', days7: '58.20', days30: '61.40', trend: 'SAME' },
  unusedMoney: usd('578.24'),
  orderRecord: {
    id: '276e7ae4-84d0-4da6-ab4b-000000000000',
    name: 'press-d8s-v5',
    requested: '2025-06-13T09:30:00Z',
    created: '2025-06-13T09:30:10Z',
    originalQuantity: 10,
    reservations: [idOf(0)],
  },
  lineage: {},
  actions,
  asOf: me.now,
};

/** A quote of n units: what is asked decides whether it fits. */
export function quote(quantity: number, language: 'en' | 'sv' = 'en', pack = 'csp-2020'): Schemas['RefundQuote'] {
  const swedish = language === 'sv';
  const ok = quantity <= 8;
  const refund = usd(
    ['0', '3360.20', '6720.39', '10080.59', '13440.78', '16800.98', '20161.17', '23521.37', '26881.56', '30241.76', '33601.95'][quantity] ??
      '1.00',
  );
  return {
    ok,
    approvalNeeded: true,
    asOf: me.now,
    validUntil: '2026-05-10T12:10:00Z',
    reservation: record.id,
    quantity,
    ofQuantity: 10,
    policy: pack,
    governing: pack === 'csp-2020',
    daysElapsed: 331,
    daysLeft: 765,
    periodDays: 1096,
    refund,
    paid: usd('54678.00'),
    consumed: usd('16512.96'),
    credit: usd('38165.04'),
    fee: usd('4579.80'),
    lines: [
      {
        rule: 'refund.paid',
        text: swedish ? `Betalat för ${quantity} av 10 enheter` : `Paid for ${quantity} of 10 units`,
        amount: usd('43742.40'),
      },
      { rule: 'refund.prorate', text: swedish ? 'Förbrukat, 331 av 1 096 dagar' : 'Used up, 331 of 1,096 days', amount: usd('-13210.37') },
      { rule: 'refund.fee', text: swedish ? 'Avgift för tidig uppsägning, 12 %' : 'Early termination fee, 12%', amount: usd('-3650.47') },
    ],
    reasons: ok
      ? []
      : [
          {
            code: 'refund_limit_exceeded',
            armCode: 'RefundLimitExceeded',
            text: swedish
              ? 'Återbetalningen ryms inte: 27 000,00 USD återstår för kunden.'
              : 'The refund does not fit: 27,000.00 USD is left for this customer.',
          },
        ],
    notes: [],
    allowance: {
      meter: 'refund',
      limit: usd('50000.00'),
      used: usd('20500.00'),
      held: usd('2500.00'),
      thisRefund: refund,
      free: usd('27000.00'),
      leftAfter: usd('118.44'),
    },
    fits: 8,
    fitsAllFrom: '2026-08-02T00:00:00Z',
    otherPack: { policy: 'azure-2026', refund: usd('38165.04'), ok: false },
  };
}
export const policies: Schemas['Policies'] = {
  governing: 'csp-2020',
  rows: [
    { id: 'csp-2020', name: 'CSP 2020', governing: true, limit: usd('50000.00'), windowDays: 365, channel: 'support_request' },
    { id: 'azure-2026', name: 'Azure 2026', governing: false, limit: usd('50000.00'), windowDays: 365, channel: 'self_service' },
  ],
};
export const payments: Schemas['Payments'] = {
  plan: 'Monthly',
  succeeded: 2,
  total: 4,
  paid: usd('3037.66'),
  due: usd('3037.66'),
  rows: [
    { due: '2026-03-13', paid: '2026-03-13', status: 'Succeeded', amount: usd('1518.83'), paidSoFar: usd('1518.83') },
    { due: '2026-04-13', paid: '2026-04-14', status: 'Succeeded', amount: usd('1518.83'), paidSoFar: usd('3037.66') },
    { due: '2026-05-13', status: 'Scheduled', amount: usd('1518.83') },
    { due: '2026-06-13', status: 'Cancelled', amount: usd('1518.83') },
  ],
};
export const history: Schemas['History'] = {
  rows: [
    {
      number: 2,
      at: '2026-01-08T10:21:00Z',
      by: 'maja.lind@birkapartner.example',
      action: 'scope',
      state: 'Succeeded',
      quantity: 10,
      scope: record.scope,
      name: record.name,
      changes: [{ field: 'scope', before: 'Shared', after: 'Almgren – Production' }],
    },
    {
      number: 1,
      at: '2025-06-13T09:30:10Z',
      by: 'birka',
      action: 'purchase',
      state: 'Succeeded',
      quantity: 10,
      scope: { type: 'Shared' },
      name: record.name,
    },
  ],
};
export const utilization: Schemas['Utilization'] = {
  from: '2026-04-10',
  until: '2026-05-10',
  grain: 'daily',
  percent: '61.40',
  unusedMoney: usd('578.24'),
  rows: Array.from({ length: 30 }, (_, i) => ({
    from: new Date(Date.UTC(2026, 3, 10 + i)).toISOString().slice(0, 10),
    reservedHours: '240',
    usedHours: '147.36',
    least: '35.00',
    average: `${40 + ((i * 17) % 35)}.00`,
    most: '90.00',
  })),
};
export const scopes: Schemas['Scopes'] = {
  current: record.scope,
  candidates: [
    { type: 'Shared', name: 'Shared', ok: true, current: false },
    { type: 'Single', id: '/subscriptions/b77d1c52-9b9c-4a43-8a4b-0c2e8f8f2d01', name: 'Almgren – Production', ok: true, current: true },
    {
      type: 'Single',
      id: '/subscriptions/b77d1c52-9b9c-4a43-8a4b-0c2e8f8f2d02',
      name: 'Almgren – Test',
      ok: false,
      why: 'The subscription is suspended.',
      current: false,
    },
  ],
};
export const assignments: Schemas['Assignments'] = {
  rows: [
    {
      id: 'd00dfeed-0000-4000-8000-000000000001',
      at: 'order',
      scope: '/providers/Microsoft.Capacity/reservationOrders/276e7ae4-84d0-4da6-ab4b-000000000000',
      role: '8e3af657-a8ff-443c-a75c-2fe8c4bcb635',
      roleName: 'Owner',
      principal: { id: me.user.id, name: me.user.name, display: me.user.display, kind: 'user' },
      created: '2025-06-13T09:31:00Z',
      removable: true,
    },
  ],
  roles: [
    { id: '8e3af657-a8ff-443c-a75c-2fe8c4bcb635', name: 'Owner', description: 'Everything, and who may do what.' },
    { id: 'acdd72a7-3385-48ef-bd42-f606fba81ae7', name: 'Reader', description: 'May look.' },
  ],
};
export const request: Schemas['SupportRequest'] = {
  name: 'refund-20260510-1',
  number: '2605100010000042',
  customer: almgren,
  title: 'Refund of 8 units of press-d8s-v5',
  description: `The customer needs less.\n\nReservation order ID: ${record.order}\nReservation ID: ${record.id}`,
  severity: 'Minimal',
  status: 'Open',
  service: { id: '517f2da6-78fd-0498-4e22-ad26996b1dfc', name: 'Billing' },
  classification: { id: '0f7b9c58-0001-4000-8000-000000000001', name: 'Reservation Management / Exchanges and Refunds' },
  contact: { firstName: 'Maja', lastName: 'Lind', email: 'maja.lind@birkapartner.example', method: 'Email' },
  created: '2026-05-10T12:03:00Z',
  modified: '2026-05-10T12:03:00Z',
  answerBy: '2026-05-11T20:00:00Z',
  filedBy: 'maja.lind@birkapartner.example',
  thread: [
    {
      name: 'received',
      direction: 'Inbound',
      sender: 'support@desk.example',
      subject: 'Your request - TrackingID#2605100010000042',
      body: 'We have your request and answer by 11 May 20:00 UTC.',
      created: '2026-05-10T12:03:00Z',
    },
  ],
};
export const requestPage: Schemas['SupportPage'] = {
  rows: [
    {
      name: request.name,
      number: request.number,
      customer: almgren,
      title: request.title,
      severity: 'Minimal',
      status: 'Open',
      created: request.created,
      modified: request.modified,
      answerBy: '2026-05-11T20:00:00Z',
      messages: 1,
    },
  ],
};
export const clock: Schemas['Clock'] = { sandbox: true, now: me.now, frozen: true };
export const clockReport: Schemas['ClockReport'] = {
  from: me.now,
  to: '2026-06-10T12:00:00Z',
  instalments: 12,
  expired: 3,
  renewed: 1,
  renewalsFailed: 0,
};
export const search: Schemas['SearchAnswer'] = {
  hits: [
    { kind: 'customer', title: almgren.name, detail: almgren.domain, path: `/customers/${almgren.id}`, id: almgren.id },
    {
      kind: 'reservation',
      title: record.name,
      detail: `${almgren.name} · Standard_D8s_v5`,
      path: `/reservations/${record.id}`,
      id: record.id,
    },
  ],
};
export const problem = (status: number, code: string, detail: string): Schemas['Problem'] => ({
  code,
  title: code,
  detail,
  status,
  requestId: 'req-7041',
});
