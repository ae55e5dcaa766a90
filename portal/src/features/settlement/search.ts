import * as v from 'valibot';
import { text } from '../reservations/search';

export const caseStates = ['off', 'ambiguous', 'missing', 'unrequested', 'waiting', 'other_month', 'other_currency', 'matched'] as const;
export type CaseState = (typeof caseStates)[number];

export const SettlementSearch = v.object({
  state: v.fallback(v.optional(v.picklist(caseStates)), undefined),
  customer: v.fallback(v.optional(v.pipe(v.string(), v.uuid())), undefined),
  /** The case that is looked at. */
  case: text,
  /** What is done beside the list. */
  do: v.fallback(v.optional(v.picklist(['upload'])), undefined),
  page: v.fallback(v.optional(v.pipe(v.string(), v.regex(/^[1-9]\d{0,4}$/))), undefined),
});
/** A note that is to be issued is made of this and nothing else, so that a link shows the same paper. */
export const NoteSearch = v.object({
  customer: v.fallback(v.optional(v.pipe(v.string(), v.uuid())), undefined),
  returns: text,
  language: v.fallback(v.optional(v.picklist(['en', 'sv'])), undefined),
  currency: v.fallback(v.optional(v.pipe(v.string(), v.regex(/^[A-Z]{3}$/))), undefined),
  reference: text,
  made: v.fallback(v.optional(v.picklist(['issued', 'reversed', 'settled'])), undefined),
});
