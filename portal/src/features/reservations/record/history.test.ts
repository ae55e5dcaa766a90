import { expect, test } from 'vitest';
import { history } from '../../../test/examples';
import { folded } from './history';

const [scope, bought] = history.rows;
if (!scope || !bought) throw new Error('the example has two rows');
const stage = (number: number, before: string, after: string) => ({ ...bought, number, changes: [{ field: 'state', before, after }] });

test('the states of one purchase are one line, and nothing else is', () => {
  const rows = [scope, stage(3, 'PendingBilling', 'Succeeded'), stage(2, 'Creating', 'PendingBilling'), { ...bought, number: 1 }];
  expect(folded(rows).map((row) => [row.action, row.number, row.changes?.length])).toEqual([
    ['scope', scope.number, 1],
    ['purchase', 3, 0],
  ]);
  // Another moment, or a change of something else, is another line.
  const later = { ...stage(3, 'Pending', 'Succeeded'), at: '2026-01-01T00:00:00Z' };
  expect(folded([later, bought])).toHaveLength(2);
  expect(folded([{ ...bought, changes: [{ field: 'quantity', before: '1', after: '2' }] }, bought])).toHaveLength(2);
});
