// One policy in words, two side by side, and what the second would change.
import type { Schemas } from '../shared/api';
import { me } from './examples';

const usd = (amount: string) => ({ amount, currency: 'USD' });
const head = { from: '2020-08-06', governs: [{ from: '2020-08-06' }] };
const old: Schemas['PolicyHead'] = {
  ...head,
  id: 'csp-2020',
  name: 'Cloud solution providers, 2020',
  governing: true,
  until: '2021-11-17',
};
const next: Schemas['PolicyHead'] = { id: 'azure-2022', name: 'Azure, 2022', governing: false, from: '2021-11-18', governs: [] };
const fine = (refund: string, fee: string): Schemas['PolicyDecision'] => ({
  ok: true,
  row: 'later_used',
  refund: usd(refund),
  fee: usd(fee),
  reasons: [],
});
const example = { day: 100, used: true, plan: 'Upfront', price: usd('3650.00') } as const;

export const policyOf = (id: string, swedish: boolean): Schemas['Policy'] => ({
  ...(id === 'csp-2020' ? old : next),
  table: [
    {
      name: 'grace_unused',
      days: swedish ? '5 eller färre' : '5 or fewer',
      used: swedish ? 'Nej' : 'No',
      credit: '100%',
      fee: swedish ? 'Ingen' : 'None',
      cap: '50,000 USD',
      sentence: 'Returned within 5 days, not used: all that was paid comes back, without a fee.',
    },
    {
      name: 'later_used',
      days: swedish ? 'Mer än 5' : 'More than 5',
      used: swedish ? 'Ja' : 'Yes',
      credit: swedish ? 'Proportionellt beräknad' : 'Pro-rated',
      fee: '12%',
      cap: '50,000 USD',
      sentence: 'Returned after more than 5 days, used: the part of the days that are left comes back, less a fee of 12% of it.',
    },
  ],
  rules: [{ key: 'allowance.over', text: 'What does not fit is refused.' }],
  examples: [{ ...example, decision: fine('2332.00', '318.00') }],
});
export const policyDiff = (a: string, b: string): Schemas['PolicyDiff'] =>
  a === b
    ? { a: old, b: old, rules: [], cases: [] }
    : {
        a: old,
        b: next,
        rules: [
          { key: 'row.later_used', a: 'less a fee of 12% of it', b: 'without a fee' },
          { key: 'row.new_row', b: 'Only in the second.' },
        ],
        cases: [
          {
            ...example,
            product: 'VirtualMachines',
            a: fine('2332.00', '318.00'),
            b: {
              ...fine('0.00', '0.00'),
              ok: false,
              reasons: [{ code: 'refund_limit_exceeded', text: 'It is more than the limit leaves.' }],
            },
          },
        ],
      };
export const policyEffect: Schemas['PolicyEffect'] = {
  asOf: me.now,
  lookedAt: 1000,
  complete: true,
  customers: 3,
  differ: 41,
  refusedThen: 2,
  allowedThen: 0,
  unknown: 1,
  sums: [{ reservations: 999, a: usd('88000.00'), b: usd('99000.00'), change: usd('11000.00') }],
};
