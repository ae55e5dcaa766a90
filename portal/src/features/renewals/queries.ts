import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, type Schemas, told } from '../../shared/api';

export type Ending = Schemas['Renewals']['rows'][number];
/** So many are shown at most; what follows is named and can be narrowed down. */
export const endingsMost = 200;

export const renewalsQuery = (until: string, q: string | undefined) =>
  queryOptions({
    queryKey: ['renewals', until, q ?? ''],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      told(api.GET('/api/renewals', { params: { query: { until, limit: endingsMost, ...(q ? { q } : {}) } }, signal })),
  });
