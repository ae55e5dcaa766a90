import * as v from 'valibot';

const text = v.optional(v.fallback(v.optional(v.pipe(v.string(), v.maxLength(200))), undefined));
const count = v.fallback(
  v.optional(
    v.pipe(
      v.union([v.string(), v.number()]),
      v.transform((value) => Number(value)),
      v.integer(),
      v.minValue(1),
      v.maxValue(1_000_000),
    ),
  ),
  undefined,
);
export const stateViews = ['succeeded', 'expiring', 'processing', 'pending', 'failed', 'cancelled', 'expired'] as const;
export const ListSearch = v.object({
  q: text,
  customer: v.fallback(v.optional(v.pipe(v.string(), v.uuid())), undefined),
  view: v.fallback(v.optional(v.picklist(stateViews)), undefined),
  archived: v.fallback(v.optional(v.picklist(['true', 'all'])), undefined),
  sort: v.fallback(v.optional(v.picklist(['expiry', 'purchased', 'name', 'quantity', 'sku', 'region', 'customer'])), undefined),
  dir: v.fallback(v.optional(v.picklist(['asc', 'desc'])), undefined),
});
export type ListSearch = v.InferOutput<typeof ListSearch>;
export const QuoteSearch = v.object({ units: count, pack: text });
export const UtilizationSearch = v.object({ days: v.fallback(v.optional(v.picklist(['7', '30', '90'])), undefined) });
export { count, text };
