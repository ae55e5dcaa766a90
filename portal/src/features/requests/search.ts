import * as v from 'valibot';
import { count, text } from '../reservations/search';

const views = ['all', 'open', 'mine', 'fresh', 'approve', 'sent', 'unknown', 'done', 'refused', 'tickets'] as const;
export const RequestsSearch = v.object({
  view: v.fallback(v.optional(v.picklist(views)), undefined),
  q: text,
  customer: v.fallback(v.optional(v.pipe(v.string(), v.uuid())), undefined),
  sort: v.fallback(v.optional(v.picklist(['created', 'updated', 'due', 'amount', 'customer', 'number'])), undefined),
  dir: v.fallback(v.optional(v.picklist(['asc', 'desc'])), undefined),
  /** Of plain support tickets. */
  status: v.fallback(v.optional(v.picklist(['Open', 'Closed', 'Updating'])), undefined),
});
export type RequestsSearch = v.InferOutput<typeof RequestsSearch>;

/** What is about to be done with a request. */
export const commands = ['approve', 'decline', 'withdraw', 'send'] as const;
export type Command = (typeof commands)[number];
export const RequestSearch = v.object({ do: v.fallback(v.optional(v.picklist(commands)), undefined) });

export const steps = ['basics', 'problem', 'contact', 'review', 'done'] as const;
export type StepName = (typeof steps)[number];
export const WizardSearch = v.object({
  step: v.fallback(v.optional(v.picklist(steps)), undefined),
  units: count,
  pack: text,
  want: v.fallback(v.optional(v.picklist(['refund', 'other'])), undefined),
  /** What a customer asked, taken up. */
  ask: v.fallback(v.optional(v.pipe(v.string(), v.regex(/^R-\d+$/i))), undefined),
  /** The request that was made, once it is. */
  made: text,
});
