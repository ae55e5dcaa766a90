import { queryOptions } from '@tanstack/react-query';
import { api, told } from '../../shared/api';

export const clockQuery = queryOptions({
  queryKey: ['clock'],
  queryFn: ({ signal }) => told(api.GET('/api/clock', { signal })),
  refetchInterval: 60_000,
});
