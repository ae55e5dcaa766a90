import * as v from 'valibot';
import { ListSearch, text } from '../reservations/search';

export const CustomersSearch = v.object({
  q: text,
  sort: v.fallback(v.optional(v.picklist(['name', 'domain', 'country', 'reservations', 'expiring'])), undefined),
  dir: v.fallback(v.optional(v.picklist(['asc', 'desc'])), undefined),
});
/** One customer's part is the list's view without the customer, who is in the path. */
export const CustomerSearch = v.omit(ListSearch, ['customer']);
