import * as v from 'valibot';
import { text } from '../reservations/search';

const lines = v.fallback(v.optional(v.pipe(v.string(), v.maxLength(12_000))), undefined);
export const ExchangeSearch = v.object({
  /** The reservation it begins with; all its units, while `returns` says nothing else. */
  from: v.fallback(v.optional(v.pipe(v.string(), v.uuid())), undefined),
  returns: lines,
  bought: lines,
  step: v.fallback(v.optional(v.picklist(['review', 'done'])), undefined),
  /** Of the catalogue. */
  q: text,
  region: text,
  term: v.fallback(v.optional(v.picklist(['P1Y', 'P3Y', 'P5Y'])), undefined),
  /** The request that was made, once it is. */
  made: text,
});
export type ExchangeSearch = v.InferOutput<typeof ExchangeSearch>;
