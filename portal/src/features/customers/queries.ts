import { queryOptions } from '@tanstack/react-query';
import { api, type Schemas, told } from '../../shared/api';

export type CustomerRow = Schemas['CustomerRow'];
export type Customer = Schemas['Customer'];

export const customerQuery = (customer: string) =>
  queryOptions({
    queryKey: ['customer', customer],
    queryFn: ({ signal }) => told(api.GET('/api/customers/{customer}', { params: { path: { customer } }, signal })),
  });
export const allowanceQuery = (customer: string) =>
  queryOptions({
    queryKey: ['customer', customer, 'allowance'],
    queryFn: ({ signal }) => told(api.GET('/api/customers/{customer}/allowance', { params: { path: { customer } }, signal })),
  });
