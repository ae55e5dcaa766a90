import { queryOptions } from '@tanstack/react-query';
import { api, type Schemas, told } from '../../shared/api';

export type OrderNode = Schemas['Order']['reservations'][number];

export const orderQuery = (order: string) =>
  queryOptions({
    queryKey: ['order', order],
    queryFn: ({ signal }) => told(api.GET('/api/orders/{order}', { params: { path: { order } }, signal })),
  });
