import * as v from 'valibot';
const text = v.optional(v.fallback(v.optional(v.pipe(v.string(), v.maxLength(200))), undefined));
export const CustomersSearch = v.object({
  q: text,
  sort: v.fallback(v.optional(v.picklist(['name', 'domain', 'country', 'reservations', 'expiring'])), undefined),
  dir: v.fallback(v.optional(v.picklist(['asc', 'desc'])), undefined),
});
export const CustomerSearch = v.object({ q: text });
