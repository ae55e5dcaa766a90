// A request as the desk shows it, to one who may approve it; and the list that it stands in.
import type { Schemas } from '../shared/api';
import { record, request as ticket } from './examples';

const usd = (amount: string) => ({ amount, currency: 'USD' });
const yes: Schemas['RequestAction'] = { allowed: true, why: '', whoCan: ['admin_agent', 'global_admin'] };
const notNow: Schemas['RequestAction'] = {
  allowed: false,
  why: 'R-1042 is with the operator.',
  whoCan: ['admin_agent', 'global_admin'],
  state: true,
};
const quoted: Schemas['RequestQuoted'] = {
  asOf: '2026-05-10T12:00:00Z',
  validUntil: '2026-05-10T12:10:00Z',
  policy: 'csp-2020',
  refund: usd('26881.56'),
  fee: usd('0.00'),
  remainingCommitment: usd('0.00'),
  onAllowance: usd('26881.56'),
  reasons: [],
  notes: [],
  clipped: false,
};

export const asked: Schemas['Request'] = {
  number: 'R-1042',
  id: 'abba0000-0000-4000-8000-000000001042',
  etag: '3',
  kind: 'refund',
  state: 'with_operator',
  customer: ticket.customer,
  returns: [{ reservation: record.id, order: record.order, quantity: 8, sku: record.sku, name: record.name }],
  purchases: [],
  reason: 'Needs less.\n<img src=x onerror=alert(1)>',
  severity: 'Minimal',
  quoted,
  today: { ...quoted, refund: usd('26857.01') },
  agreeAgain: false,
  hold: { id: 'c0ffee00-1111-4222-8333-444455556666', refund: usd('26881.56'), expires: '2026-05-24T12:03:00Z' },
  ticket: { name: 'R-1042', number: '2605100010000042', status: 'Open' },
  createdBy: 'sven.ek@birkapartner.example',
  submittedBy: 'sven.ek@birkapartner.example',
  created: '2026-05-10T12:03:00Z',
  updated: '2026-05-10T12:03:00Z',
  due: '2026-05-11T20:00:00Z',
  expires: '2026-05-24T12:03:00Z',
  stages: [
    { stage: 'draft', standing: 'done', at: '2026-05-10T12:03:00Z', by: 'sven.ek@birkapartner.example' },
    { stage: 'held', standing: 'done', at: '2026-05-10T12:03:00Z' },
    { stage: 'sent', standing: 'done', at: '2026-05-10T12:03:00Z' },
    { stage: 'answered', standing: 'now' },
    { stage: 'done', standing: 'next' },
    { stage: 'credited', standing: 'next' },
  ],
  messages: [
    {
      from: 'operator',
      sender: 'support@desk.example',
      subject: 'Your request',
      text: 'We have your request.',
      at: '2026-05-10T12:03:00Z',
      seenBy: 'operator',
    },
  ],
  files: [
    {
      name: 'order.pdf',
      type: 'application/pdf',
      size: 20480,
      sha256: 'ab'.repeat(32),
      by: 'sven.ek@birkapartner.example',
      at: '2026-05-10T12:04:00Z',
    },
  ],
  actions: {
    draft: notNow,
    quote: yes,
    submit: notNow,
    approve: yes,
    decline: yes,
    withdraw: yes,
    send: notNow,
    resolve: notNow,
    say: yes,
    answer: yes,
    attach: yes,
    assign: yes,
  },
};

export const askedRow: Schemas['RequestRow'] = {
  number: asked.number,
  etag: asked.etag,
  kind: asked.kind,
  state: asked.state,
  customer: asked.customer,
  returns: asked.returns,
  purchases: [],
  amount: usd('26881.56'),
  agreeAgain: false,
  created: asked.created,
  updated: asked.updated,
  due: '2026-05-11T20:00:00Z',
  approve: yes,
  assign: yes,
};
const own: Schemas['RequestRow'] = {
  ...askedRow,
  number: 'R-1043',
  amount: usd('100.00'),
  approve: {
    allowed: false,
    why: 'A second person must agree: you submitted this request yourself.',
    whoCan: ['admin_agent'],
    fourEyes: true,
  },
};
export const inbox: Schemas['RequestWindow'] = {
  total: 2,
  offset: 0,
  asOf: '2026-05-12T12:00:00Z',
  views: { all: 5, open: 2, mine: 1, fresh: 0, approve: 0, sent: 2, unknown: 0, done: 2, refused: 1 },
  rows: [askedRow, own],
};
export const completed: Schemas['Request'] = {
  ...asked,
  etag: '5',
  state: 'completed',
  outcome: 'd00d0000-0000-4000-8000-000000000001',
  decidedBy: 'maja.lind@birkapartner.example',
  stages: asked.stages.map((stage) =>
    stage.stage === 'credited' ? { ...stage, standing: 'now' } : { ...stage, standing: 'done', at: '2026-05-10T12:09:00Z' },
  ),
  actions: { ...asked.actions, approve: notNow, decline: notNow, withdraw: notNow, say: notNow, attach: notNow, assign: notNow },
};
