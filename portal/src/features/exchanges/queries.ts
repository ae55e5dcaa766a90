import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, type Schemas, told } from '../../shared/api';
import type { Language } from '../../shared/format';
import { type BuyLine, type ReturnLine, writeBuys, writeReturns } from './lines';

export type ExchangeQuote = Schemas['ExchangeQuote'];
export type Offer = Schemas['Catalogue']['rows'][number];

/** A preview: nothing is kept. The last figures stay, pale, while the next are asked for. */
export const exchangeQuery = (returns: readonly ReturnLine[], bought: readonly BuyLine[], language: Language) =>
  queryOptions({
    queryKey: ['quote', 'exchange', writeReturns(returns), writeBuys(bought), language],
    enabled: returns.length > 0,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      told(
        api.GET('/api/quotes/exchange', {
          params: {
            query: { returns: writeReturns(returns), lang: language, ...(bought.length > 0 ? { bought: writeBuys(bought) } : {}) },
          },
          signal,
        }),
      ),
  });

export interface CatalogueAsk {
  like: string;
  q?: string | undefined;
  region?: string | undefined;
  term?: 'P1Y' | 'P3Y' | 'P5Y' | undefined;
}
export const catalogueQuery = ({ like, q, region, term }: CatalogueAsk) =>
  queryOptions({
    queryKey: ['catalogue', like, q ?? '', region ?? '', term ?? ''],
    staleTime: 5 * 60_000,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      told(
        api.GET('/api/catalogue', {
          params: { query: { like, limit: 12, ...(q ? { q } : {}), ...(region ? { region } : {}), ...(term ? { term } : {}) } },
          signal,
        }),
      ),
  });

/** The customer's living reservations, for one more line to give back. */
export const othersQuery = (customer: string, q: string) =>
  queryOptions({
    queryKey: ['reservations', 'exchange', customer, q],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      told(
        api.GET('/api/reservations', {
          params: { query: { customer, limit: 8, state: 'Succeeded,Expiring', ...(q ? { q } : {}) } },
          signal,
        }),
      ),
  });

export const filedQuery = (number: string) =>
  queryOptions({
    queryKey: ['exchange', number],
    queryFn: ({ signal }) => told(api.GET('/api/exchanges/{number}', { params: { path: { number } }, signal })),
  });
