import { queryOptions } from '@tanstack/react-query';
import { api, type Schemas, told } from '../../shared/api';
import type { Language } from '../../shared/format';

export type Policy = Schemas['Policy'];
export type Decision = Schemas['PolicyDecision'];
export type Case = Schemas['PolicyCase'];

export const policyQuery = (pack: string, language: Language) =>
  queryOptions({
    queryKey: ['policy', pack, language],
    staleTime: 10 * 60_000,
    queryFn: ({ signal }) => told(api.GET('/api/policies/{pack}', { params: { path: { pack } }, signal })),
  });
export const diffQuery = (pack: string, other: string, language: Language) =>
  queryOptions({
    queryKey: ['policy', pack, 'against', other, language],
    staleTime: 10 * 60_000,
    queryFn: ({ signal }) => told(api.GET('/api/policies/{pack}/against/{other}', { params: { path: { pack, other } }, signal })),
  });
export const effectQuery = (pack: string, other: string) =>
  queryOptions({
    queryKey: ['policy', pack, 'fleet', other],
    queryFn: ({ signal }) => told(api.GET('/api/policies/{pack}/against/{other}/fleet', { params: { path: { pack, other } }, signal })),
  });

/** "A..B" are two packs, anything else is one. */
export function packsOf(text: string): { pack: string; other?: string } {
  const at = text.indexOf('..');
  return at < 0 ? { pack: text } : { pack: text.slice(0, at), other: text.slice(at + 2) };
}
