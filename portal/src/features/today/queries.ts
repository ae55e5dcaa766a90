import { queryOptions } from '@tanstack/react-query';
import { api, type Schemas, told } from '../../shared/api';

export type Queue = Schemas['TodayQueue'];
export type QueueRow = Queue['rows'][number];
export const queues = ['waiting', 'deadlines', 'money', 'waste'] as const;
export type QueueName = (typeof queues)[number] | 'allowance';

export const todayQuery = (queue: QueueName) =>
  queryOptions({
    queryKey: ['today', queue],
    queryFn: ({ signal }) => told(api.GET('/api/today/{queue}', { params: { path: { queue } }, signal })),
  });
