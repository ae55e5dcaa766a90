import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, type Schemas, told, write, writeOnce } from '../../shared/api';
import type { Language } from '../../shared/format';
import type { Line } from './search';

export type Plan = Schemas['BulkPlan'];
export type PlanRow = Schemas['BulkRow'];
export type Made = Schemas['BulkMade'];

const asked = (line: Line) => ({
  reservation: line.reservation,
  ...(line.units ? { quantity: line.units } : {}),
  ...(line.cut ? { acceptClip: true } : {}),
});

const dryRun = (lines: readonly Line[], fit: boolean, signal?: AbortSignal) =>
  told(
    api.POST('/api/bulk/dry-run', {
      params: { header: write },
      body: { lines: lines.map(asked), ...(fit ? { fit: true } : {}) },
      ...(signal ? { signal } : {}),
    }),
  );

/** What the lines that are not left out come to. Nothing is written; the last plan stays, pale, while the next is asked for. */
export const planQuery = (lines: readonly Line[], language: Language) => {
  const taken = lines.filter((line) => !line.out);
  return queryOptions<Plan>({
    queryKey: ['bulk', language, taken.map(asked)],
    enabled: taken.length > 0,
    staleTime: 10_000,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => dryRun(taken, false, signal),
  });
};

/** The same lines with as many units as fit, where the allowance is in the way. */
export async function fitted(lines: readonly Line[]): Promise<Line[]> {
  const plan = await dryRun(
    lines.filter((line) => !line.out),
    true,
  );
  const rows = new Map(plan.rows.map((row) => [row.reservation, row]));
  return lines.map((line) => {
    const row = rows.get(line.reservation);
    const fewer = row?.state === 'fits' && row.quantity !== undefined && row.quantity < (line.units ?? row.ofQuantity ?? 0);
    return fewer && row?.quantity ? { reservation: line.reservation, units: row.quantity } : line;
  });
}

export interface MakeAsk {
  lines: readonly Line[];
  plan: Plan;
  reason: string;
  contact: Schemas['Contact'];
}
/** Each line goes with the refund that was seen; one whose refund is another by now is left out. */
export function makeRequests({ lines, plan, reason, contact }: MakeAsk, key: string): Promise<Made> {
  const rows = new Map(plan.rows.map((row) => [row.reservation, row]));
  return told(
    api.POST('/api/bulk/requests', {
      params: { header: writeOnce(key) },
      body: {
        lines: lines.map((line) => {
          const refund = rows.get(line.reservation)?.refund;
          return { ...asked(line), ...(refund ? { refund } : {}) };
        }),
        policy: plan.policy,
        ...(reason ? { reason } : {}),
        contact,
      },
    }),
  );
}
