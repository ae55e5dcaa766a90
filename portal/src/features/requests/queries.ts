import { queryOptions } from '@tanstack/react-query';
import { api, type Schemas, told } from '../../shared/api';

// ---- requests for a refund or an exchange ----------------------------------------------------------------------------------------------

export type Asked = Schemas['Request'];
export type AskedRow = Schemas['RequestRow'];
export const askedQuery = (number: string) =>
  queryOptions({
    queryKey: ['asked', number],
    queryFn: ({ signal }) => told(api.GET('/api/requests/{number}', { params: { path: { number } }, signal })),
  });

export interface InboxAsk {
  view?: Schemas['RequestView'] | undefined;
  q?: string | undefined;
  customer?: string | undefined;
  reservation?: string | undefined;
  sort?: 'created' | 'updated' | 'due' | 'amount' | 'customer' | 'number' | undefined;
  dir?: 'asc' | 'desc' | undefined;
}
export const inboxKey = (ask: InboxAsk) => ['inbox', ask] as const;
export const readInbox = (ask: InboxAsk, offset: number, limit: number, signal: AbortSignal) => {
  const said = Object.fromEntries(Object.entries(ask).filter(([, value]) => value)) as { [key in keyof InboxAsk]?: never };
  return told(api.GET('/api/requests', { params: { query: { ...said, offset, limit } }, signal }));
};

// ---- plain support tickets ---------------------------------------------------------------------------------------------------------------

export const requestQuery = (name: string) =>
  queryOptions({
    queryKey: ['request', name],
    queryFn: ({ signal }) => told(api.GET('/api/support-requests/{name}', { params: { path: { name } }, signal })),
  });
export interface RequestsAsk {
  customer?: string | undefined;
  reservation?: string | undefined;
  status?: 'Open' | 'Closed' | 'Updating' | undefined;
  after?: string | undefined;
}
export const readRequests = ({ customer, reservation, status, after }: RequestsAsk, signal: AbortSignal) =>
  told(
    api.GET('/api/support-requests', {
      params: {
        query: {
          limit: 50,
          ...(customer ? { customer } : {}),
          ...(reservation ? { reservation } : {}),
          ...(status ? { status } : {}),
          ...(after ? { after } : {}),
        },
      },
      signal,
    }),
  );
