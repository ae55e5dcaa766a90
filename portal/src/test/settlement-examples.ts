// Settlement's answers: a case in each state, a note before and after it is issued, a statement.
import type { Schemas } from '../shared/api';

const sek = (amount: string) => ({ amount, currency: 'SEK' });
const customer = { id: 'a1f0c2de-0000-4000-8000-000000000000', name: 'Almgren Tryckeri AB', domain: 'almgren.example' };
const id = (n: number) => `7e7a0000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const line = (name: string, amount: string, from = '2026-05-14'): Schemas['InvoiceLine'] => ({
  name,
  invoice: name.split('/')[0] ?? '',
  number: Number(name.split('/')[1]),
  from,
  amount: sek(amount),
  charge: 'cancelImmediate',
});

function oneCase(n: number, state: Schemas['CaseState'], more: Partial<Schemas['SettlementCase']> = {}): Schemas['SettlementCase'] {
  return {
    id: id(n),
    state,
    at: '2026-05-14T10:00:00Z',
    open: true,
    customer,
    reservation: { id: id(900 + n), order: id(800 + n), name: `press-${n}`, sku: 'Standard_D8s_v5' },
    agreed: { request: `R-10${n}`, refund: sek('51392.00'), asOf: '2026-05-14T09:55:00Z' },
    transaction: {
      return: id(n),
      quantity: 2,
      credit: sek('58400.00'),
      fee: sek('7008.00'),
      refund: sek('51392.00'),
      policy: 'csp-2020',
      by: 'maja.lind@birkapartner.example',
    },
    lines: [],
    missingFrom: '2026-06-28',
    owed: sek('55400.58'),
    ...more,
  };
}
const arrived = { state: 'arrived', invoice: 'G0007', at: '2026-06-02T08:00:00Z', by: 'maja.lind@birkapartner.example' } as const;

const withoutRequest = oneCase(17, 'waiting');
delete withoutRequest.agreed;
const credit = line('G0007/5', '-51392.00', '2026-05-20');
export const cases: Schemas['SettlementCase'][] = [
  oneCase(11, 'matched', { credit: arrived, lines: [line('G0007/1', '-51392.00')], note: 'CN-1' }),
  oneCase(12, 'off', {
    credit: { ...arrived, state: 'different', amount: sek('-51391.97'), difference: sek('-0.03') },
    lines: [line('G0007/2', '-51391.97')],
  }),
  oneCase(13, 'other_month', { credit: arrived, lines: [line('G0006/9', '-51392.00', '2026-03-02')], inPurchaseMonth: true }),
  oneCase(14, 'other_currency', {
    credit: arrived,
    lines: [{ ...line('G0008/1', '-5139.20'), amount: { amount: '-5139.20', currency: 'USD' } }],
  }),
  oneCase(15, 'ambiguous', { lines: [line('G0007/3', '-51392.00'), line('G0007/4', '-51392.00')] }),
  oneCase(16, 'missing'),
  withoutRequest,
  { id: 'G0007/5', state: 'unrequested', at: '2026-05-20T00:00:00Z', open: true, customer, lines: [credit] },
];

export const settlement: Schemas['Settlement'] = {
  month: 'open',
  asOf: '2026-06-10T12:00:00Z',
  total: cases.length,
  offset: 0,
  toNote: 6,
  states: { matched: 1, off: 1, other_month: 1, other_currency: 1, ambiguous: 1, missing: 1, waiting: 1, unrequested: 1, all: 8 },
  sums: [
    {
      currency: 'SEK',
      expected: sek('359744.00'),
      arrived: sek('154176.00'),
      owed: sek('387804.06'),
      noted: sek('55400.58'),
      settled: sek('0.00'),
    },
  ],
  ledger: [
    {
      currency: 'SEK',
      accounts: [
        { account: 'customer_receivable', amount: sek('1405250.00') },
        { account: 'provider_payable', amount: sek('-1123324.00') },
        { account: 'customer_credit_payable', amount: sek('-281926.00') },
      ],
      total: sek('0.00'),
    },
  ],
  rows: cases,
};
export const nothing: Schemas['Settlement'] = {
  ...settlement,
  total: 0,
  toNote: 0,
  states: { matched: 0, off: 0, other_month: 0, other_currency: 0, ambiguous: 0, missing: 0, waiting: 0, unrequested: 0, all: 0 },
  sums: [],
  ledger: [],
  rows: [],
};

const paper: Schemas['CreditNotePaper'] = {
  customer: customer.id,
  language: 'sv',
  at: '2026-06-10T12:00:00Z',
  by: 'maja.lind@birkapartner.example',
  seller: {
    name: 'Birka Partner AB',
    address: ['Kajgatan 1', '111 22 Stockholm'],
    organisationNumber: '556677-8899',
    vatNumber: 'SE556677889901',
    country: 'SE',
  },
  buyer: { name: 'Almgren Tryckeri AB', address: [], country: 'SE' },
  iban: 'SE45 5000 0000 0583 9825 7466',
  lines: [
    { return: id(12), text: 'Standard_D8s_v5, återlämnad 2026-05-14', quantity: 2, amount: sek('56531.20') },
    { return: id(12), text: 'Hanteringsavgift', amount: sek('-1130.62') },
  ],
  vat: { rate: '25 %', reverseCharge: false },
  net: sek('55400.58'),
  vatAmount: sek('13850.15'),
  total: sek('69250.73'),
};
export const preview: Schemas['CreditNotePreview'] = { ...paper, fromProvider: sek('51392.00'), notArrived: [id(12)] };
export const note: Schemas['CreditNote'] = { ...paper, number: 'CN-1', state: 'open', document: 'ab'.repeat(32), reference: 'PO 7' };

export const statement: Schemas['Statement'] = {
  customer,
  currency: 'SEK',
  from: '2026-05-01',
  until: '2026-06-01',
  opening: { owes: sek('200750.00'), owed: sek('0.00'), balance: sek('200750.00') },
  lines: [
    {
      day: '2026-05-14',
      event: 'return',
      text: 'Återlämnat, press-12',
      charged: sek('0.00'),
      credited: sek('56531.20'),
      balance: sek('144218.80'),
    },
  ],
  closing: { owes: sek('200750.00'), owed: sek('56531.20'), balance: sek('144218.80') },
};
export const intake: Schemas['InvoiceIntake'] = {
  nothingNew: false,
  read: 12,
  refused: 1,
  invoices: [
    {
      number: 'G0009',
      revision: 1,
      lines: 11,
      file: 'june.csv',
      at: '2026-06-10T12:00:00Z',
      by: 'maja',
      totals: [],
      news: 'added',
      counts: { lookedAt: 3, matched: 1, different: 1, ambiguous: 0, unexpected: 1, booked: 1 },
    },
  ],
  refusals: [{ place: 'line 4, column 12', reason: "'abc' is no amount" }],
};
