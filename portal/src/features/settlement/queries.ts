import { keepPreviousData, type QueryClient, queryOptions } from '@tanstack/react-query';
import { api, type Schemas, told } from '../../shared/api';
import type { CaseState } from './search';

export type Case = Schemas['SettlementCase'];
export type Note = Schemas['CreditNote'];
export type Paper = Schemas['CreditNotePaper'];
export const casesAtOnce = 100;

export interface SettlementAsk {
  month: string;
  customer?: string | undefined;
  state?: CaseState | undefined;
  offset?: number | undefined;
  limit?: number | undefined;
}
const asked = ({ month, customer, state, offset, limit }: SettlementAsk) => ({
  month,
  ...(customer ? { customer } : {}),
  ...(state ? { state } : {}),
  ...(offset ? { offset } : {}),
  limit: limit ?? casesAtOnce,
});
export const settlementQuery = (ask: SettlementAsk) =>
  queryOptions({
    queryKey: ['settlement', ask],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => told(api.GET('/api/settlement', { params: { query: asked(ask) }, signal })),
  });

export interface NoteAsk {
  customer: string;
  returns?: string | undefined;
  language?: 'en' | 'sv' | undefined;
  currency?: string | undefined;
  reference?: string | undefined;
}
const wanted = ({ customer, ...rest }: NoteAsk) => ({
  customer,
  ...(rest.returns ? { returns: rest.returns } : {}),
  ...(rest.language ? { language: rest.language } : {}),
  ...(rest.currency ? { currency: rest.currency } : {}),
  ...(rest.reference ? { reference: rest.reference } : {}),
});
export const previewQuery = (ask: NoteAsk) =>
  queryOptions({
    queryKey: ['preview', ask],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => told(api.GET('/api/credit-notes/preview', { params: { query: wanted(ask) }, signal })),
  });
export const noteQuery = (number: string) =>
  queryOptions({
    queryKey: ['note', number],
    queryFn: ({ signal }) => told(api.GET('/api/credit-notes/{number}', { params: { path: { number } }, signal })),
  });
export const notesQuery = (customer: string) =>
  queryOptions({
    queryKey: ['notes', customer],
    queryFn: ({ signal }) => told(api.GET('/api/credit-notes', { params: { query: { customer, limit: 50 } }, signal })),
  });
export const statementQuery = (customer: string, from: string | undefined, until: string | undefined) =>
  queryOptions({
    queryKey: ['statement', customer, from ?? '', until ?? ''],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      told(
        api.GET('/api/customers/{customer}/statement', {
          params: { path: { customer }, query: { ...(from ? { from } : {}), ...(until ? { until } : {}) } },
          signal,
        }),
      ),
  });

/** Money has moved: every list that tells of it is read anew. */
export const moneyMoved = (queries: QueryClient) =>
  Promise.all(['settlement', 'note', 'notes', 'statement'].map((key) => queries.invalidateQueries({ queryKey: [key] })));

/** An address of the server with what was asked, for a file to be saved or opened. */
export function fileAddress(path: string, query: Record<string, string | undefined>): string {
  const given = Object.entries(query).filter((each): each is [string, string] => Boolean(each[1]));
  return given.length ? `${path}?${new URLSearchParams(given)}` : path;
}
export const previewAddress = (ask: NoteAsk) => fileAddress('/api/credit-notes/preview/pdf', wanted(ask));

/** The month before or after, as the address has it. */
export function monthFrom(month: string, by: number): string {
  const [year = 0, at = 1] = month.split('-').map(Number);
  const day = new Date(Date.UTC(year, at - 1 + by, 1));
  return day.toISOString().slice(0, 7);
}
