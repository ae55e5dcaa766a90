import * as v from 'valibot';
import { text } from '../reservations/search';

const day = v.fallback(v.optional(v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\d$/))), undefined);
export const AuditSearch = v.object({
  q: text,
  actor: text,
  action: text,
  customer: v.fallback(v.optional(v.pipe(v.string(), v.uuid())), undefined),
  from: day,
  until: day,
  /** The record whose hashes are shown. */
  record: text,
});
