// Bulk dry runs of a desk: 4,000 USD a unit, 41,200 USD left of the customer's allowance, shared out in the order asked.
import type { Schemas } from '../shared/api';
import { customers, me, row } from './examples';

const usd = (units: number) => ({ amount: `${units}.00`, currency: 'USD' });
const perUnit = 4000;
const free = 41200;
const almgren = { id: customers[0]?.id ?? '', name: customers[0]?.name ?? '' };

interface Ask {
  lines: { reservation: string; quantity?: number; refund?: { amount: string } }[];
  fit?: boolean;
}

function rowsOf(ask: Ask): { rows: Schemas['BulkRow'][]; taken: number } {
  let left = free;
  const rows = ask.lines.map((line): Schemas['BulkRow'] => {
    const known = row(Number(line.reservation.slice(-12)));
    const head = {
      reservation: line.reservation,
      customer: almgren,
      order: known.order,
      name: known.name,
      sku: known.sku,
      region: known.region,
    };
    if (known.state !== 'Succeeded' && known.state !== 'Expiring')
      return {
        ...head,
        state: 'unknown',
        problem: { code: 'not_found', text: 'its price is not known; import the order with its payments' },
      };
    const fits = Math.floor(left / perUnit);
    let quantity = line.quantity ?? known.quantity;
    if (ask.fit && quantity > fits && fits > 0) quantity = fits;
    const refund = quantity * perUnit;
    const figures = { quantity, ofQuantity: known.quantity, refund: usd(refund), fee: usd(0), notes: [] };
    if (refund > left)
      return {
        ...head,
        ...figures,
        state: 'refused',
        taken: usd(0),
        leftAfter: usd(left),
        reasons: [{ code: 'refund_limit_exceeded', armCode: 'RefundLimitExceeded', text: 'It is more than the limit leaves.' }],
        fits,
        fitsAllFrom: '2027-05-11T00:00:00Z',
      };
    left -= refund;
    return { ...head, ...figures, state: 'fits', taken: usd(refund), leftAfter: usd(left), reasons: [] };
  });
  return { rows, taken: free - left };
}

export function bulkPlan(ask: Ask): Schemas['BulkPlan'] {
  const { rows, taken } = rowsOf(ask);
  const makeable = rows.filter((each) => each.state === 'fits').length;
  return {
    asOf: me.now,
    policy: 'azure-2022',
    meter: 'refund',
    makeable,
    rows,
    customers: [
      {
        customer: almgren,
        lines: makeable,
        others: rows.length - makeable,
        refund: usd(taken),
        limit: usd(50000),
        used: usd(8800),
        held: usd(0),
        taken: usd(taken),
        left: usd(free - taken),
      },
    ],
    totals: makeable ? [{ lines: makeable, refund: usd(taken) }] : [],
  };
}

/** As the server makes them: a line whose refund is another than the one that was seen fails. */
export function bulkMade(ask: Ask): Schemas['BulkMade'] {
  const plan = bulkPlan(ask);
  let number = 1016;
  const rows = plan.rows.map((each, i): Schemas['BulkRow'] => {
    if (each.state !== 'fits') return each;
    if (ask.lines[i]?.refund && ask.lines[i]?.refund?.amount !== each.refund?.amount)
      return { ...each, state: 'failed', problem: { code: 'stale_quote', text: 'its figures have changed since they were looked at' } };
    number += 1;
    const made = { number: `R-${number}`, state: 'with_operator', ticket: `R-${number}` };
    return { ...each, state: 'made', request: each.refund ? { ...made, refund: each.refund } : made };
  });
  return {
    ...plan,
    rows,
    made: rows.filter((each) => each.state === 'made').length,
    failed: rows.filter((each) => each.state === 'failed').length,
  };
}
