import * as v from 'valibot';
export const AllowanceSearch = v.object({
  customer: v.fallback(v.optional(v.pipe(v.string(), v.uuid())), undefined),
  q: v.fallback(v.optional(v.pipe(v.string(), v.maxLength(200))), undefined),
});
