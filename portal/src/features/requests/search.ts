import * as v from 'valibot';
import { count, text } from '../reservations/search';
export const RequestsSearch = v.object({
  customer: v.fallback(v.optional(v.pipe(v.string(), v.uuid())), undefined),
  status: v.fallback(v.optional(v.picklist(['Open', 'Closed', 'Updating'])), undefined),
});
export const steps = ['basics', 'problem', 'contact', 'review', 'done'] as const;
export type StepName = (typeof steps)[number];
export const WizardSearch = v.object({
  step: v.fallback(v.optional(v.picklist(steps)), undefined),
  units: count,
  pack: text,
  want: v.fallback(v.optional(v.picklist(['refund', 'exchange'])), undefined),
  /** The request that was made, once it is. */
  made: text,
});
