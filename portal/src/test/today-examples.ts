// What needs Maja today: one request to decide, one from a customer, terms that end, a credit that is late, a reservation nobody uses.
import type { Schemas } from '../shared/api';
import { customers, me, row } from './examples';

type Queue = Schemas['TodayQueue'];
const usd = (amount: string) => ({ amount, currency: 'USD' });
const of = (i: number) => ({ id: customers[i]?.id ?? '', name: customers[i]?.name ?? '' });
const list = (rows: Queue['rows'], amounts: Queue['amounts'] = [], total = rows.length): Queue => ({
  asOf: me.now,
  total,
  complete: true,
  amounts,
  rows,
});
const common = { late: false, mine: false };

export const todayQueues: Record<string, Queue> = {
  waiting: list(
    [
      {
        ...common,
        kind: 'decide',
        customer: of(0),
        title: 'Refund of 2 x Standard_D8s_v5',
        request: 'R-1017',
        reservation: row(0).id,
        at: '2026-05-07T09:00:00Z',
        amount: usd('6720.39'),
        mine: true,
      },
      { ...common, kind: 'take_up', customer: of(1), title: 'Refund of 1 x Standard_B4ms', request: 'R-1019', at: '2026-05-10T07:30:00Z' },
    ],
    [usd('6720.39')],
  ),
  deadlines: list([
    { ...common, kind: 'first_days_end', customer: of(0), title: 'web-b4ms', reservation: row(2).id, at: '2026-05-12T00:00:00Z' },
    { ...common, kind: 'term_ends', customer: of(0), title: 'archive-e4s', reservation: row(1).id, at: '2026-05-24T09:30:00Z' },
  ]),
  money: list(
    [
      {
        ...common,
        kind: 'credit_customer',
        customer: of(2),
        title: 'sql-core',
        request: 'R-1003',
        reservation: row(3).id,
        at: '2026-03-02T10:00:00Z',
        amount: usd('1093.00'),
        late: true,
      },
    ],
    [usd('1093.00')],
  ),
  waste: list(
    [
      {
        ...common,
        kind: 'badly_used',
        customer: of(0),
        title: 'press-d8s-v5',
        reservation: row(0).id,
        at: '2026-05-09T00:00:00Z',
        amount: usd('412.80'),
        used: '38.20',
      },
    ],
    [usd('412.80')],
    14,
  ),
  allowance: list(
    [{ ...common, kind: 'comes_back', customer: of(0), title: '', at: '2026-05-14T08:00:00Z', amount: usd('5300.00') }],
    [usd('5300.00')],
  ),
};
export const nothingToday: Queue = list([]);
