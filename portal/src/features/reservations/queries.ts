// What the reservation screens ask. One key for one question, so that a write knows what to ask again.
import { keepPreviousData, type QueryClient, queryOptions } from '@tanstack/react-query';
import { api, type Schemas, told } from '../../shared/api';
import type { Language } from '../../shared/format';

export type Record_ = Schemas['Reservation'];
export type Row = Schemas['ReservationRow'];
export type Quote = Schemas['RefundQuote'];

// The portal's address names a reservation alone; "-" stands for its order.
const path = (reservation: string) => ({ path: { order: '-', reservation } });

export const recordQuery = (id: string) =>
  queryOptions({
    queryKey: ['reservation', id],
    queryFn: ({ signal }) => told(api.GET('/api/reservations/{order}/{reservation}', { params: path(id), signal })),
  });

export const paymentsQuery = (id: string) =>
  queryOptions({
    queryKey: ['reservation', id, 'payments'],
    queryFn: ({ signal }) => told(api.GET('/api/reservations/{order}/{reservation}/payments', { params: path(id), signal })),
  });

export const historyQuery = (id: string) =>
  queryOptions({
    queryKey: ['reservation', id, 'history'],
    queryFn: ({ signal }) => told(api.GET('/api/reservations/{order}/{reservation}/history', { params: path(id), signal })),
  });

export const utilizationQuery = (id: string, from?: string) =>
  queryOptions({
    queryKey: ['reservation', id, 'utilization', from ?? ''],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      told(
        api.GET('/api/reservations/{order}/{reservation}/utilization', { params: { ...path(id), query: from ? { from } : {} }, signal }),
      ),
  });

export const scopesQuery = (id: string) =>
  queryOptions({
    queryKey: ['reservation', id, 'scopes'],
    queryFn: ({ signal }) => told(api.GET('/api/reservations/{order}/{reservation}/scopes', { params: path(id), signal })),
  });

export const iamQuery = (id: string) =>
  queryOptions({
    queryKey: ['reservation', id, 'iam'],
    queryFn: ({ signal }) => told(api.GET('/api/reservations/{order}/{reservation}/iam', { params: path(id), signal })),
  });

export const policiesQuery = queryOptions({
  queryKey: ['policies'],
  staleTime: 10 * 60_000,
  queryFn: ({ signal }) => told(api.GET('/api/policies', { signal })),
});

export interface Answered {
  quote: Quote;
  ms: number;
}
export interface QuoteAsk {
  reservation: string;
  quantity: number;
  pack?: string | undefined;
  language: Language;
}
/** A preview: nothing is kept. Beside the quote how long the answer took. */
export const quoteQuery = ({ reservation, quantity, pack, language }: QuoteAsk) =>
  queryOptions<Answered>({
    queryKey: ['quote', reservation, quantity, pack ?? '', language],
    // The last amount stays, pale, while the next is asked for; never one of another reservation.
    placeholderData: (before) => (before?.quote.reservation === reservation ? before : undefined),
    queryFn: async ({ signal }) => {
      const began = performance.now();
      const quote = await told(
        api.GET('/api/quotes/refund', { params: { query: { reservation, quantity, lang: language, ...(pack ? { pack } : {}) } }, signal }),
      );
      return { quote, ms: Math.max(1, Math.round(performance.now() - began)) };
    },
  });

/** The list's row paints the head of the record before the record has come. */
export const seedRow = (queries: QueryClient, row: Row) => queries.setQueryData(['row', row.id], row);
export const seededRow = (queries: QueryClient, id: string) => queries.getQueryData<Row>(['row', id]);

/** After a write the record is known; what hangs on it is asked again. */
export function recordChanged(queries: QueryClient, record: Record_) {
  queries.setQueryData(['reservation', record.id], record);
  void queries.invalidateQueries({ queryKey: ['reservation', record.id], predicate: (query) => query.queryKey.length > 2 });
  void queries.invalidateQueries({ queryKey: ['reservations'] });
  void queries.invalidateQueries({ queryKey: ['quote', record.id] });
}
