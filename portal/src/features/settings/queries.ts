import { queryOptions } from '@tanstack/react-query';
import { api, type Schemas, told } from '../../shared/api';

export type DeskUser = Schemas['DeskUser'];
export const deskUsersQuery = queryOptions({
  queryKey: ['settings', 'users'],
  queryFn: ({ signal }) => told(api.GET('/api/settings/users', { params: { query: { limit: 500 } }, signal })),
});
export const approvalQuery = queryOptions({
  queryKey: ['settings', 'approval'],
  queryFn: ({ signal }) => told(api.GET('/api/settings/approval', { signal })),
});
