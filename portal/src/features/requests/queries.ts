import { queryOptions } from '@tanstack/react-query';
import { api, told } from '../../shared/api';

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
