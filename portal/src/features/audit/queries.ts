import { queryOptions } from '@tanstack/react-query';
import { api, told } from '../../shared/api';

export interface AuditAsk {
  q?: string | undefined;
  actor?: string | undefined;
  action?: string | undefined;
  customer?: string | undefined;
  from?: string | undefined;
  until?: string | undefined;
}
export const given = (ask: AuditAsk) =>
  Object.fromEntries(Object.entries(ask).filter((each): each is [string, string] => Boolean(each[1])));
export const readAudit = (ask: AuditAsk, before: number, signal: AbortSignal) =>
  told(api.GET('/api/audit', { params: { query: { ...given(ask), ...(before ? { before } : {}), limit: 100 } }, signal }));
export const verdictQuery = queryOptions({
  queryKey: ['audit', 'verdict'],
  enabled: false,
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: ({ signal }) => told(api.GET('/api/audit/verification', { signal })),
});
