import * as v from 'valibot';
import { text } from '../reservations/search';

export const spans = ['30', '90', '180', '365'] as const;
export const RenewalsSearch = v.object({
  /** Days from today. */
  days: v.fallback(v.optional(v.picklist(spans)), undefined),
  view: v.fallback(v.optional(v.picklist(['on', 'off', 'cannot'])), undefined),
  q: text,
});
export type RenewalsSearch = v.InferOutput<typeof RenewalsSearch>;
