// The desk's API, typed by its own OpenAPI document. An answer is data, or a Problem is thrown; a refusal by policy is data.
import { QueryClient } from '@tanstack/react-query';
import createClient from 'openapi-fetch';
import { taste } from './taste';
import type { components, paths } from './wire.gen';

export type Schemas = components['schemas'];
export type Me = Schemas['Me'];
export type Actions = Schemas['Actions'];
export type Allowed = Schemas['Allowed'];

/** What could not be done, and why. `title` is a sentence that may be shown. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly requestId: string,
    readonly pointer: string | undefined,
    readonly retryAfter: number | undefined,
  ) {
    super(title);
    this.name = 'Problem';
  }
}

export const api = createClient<paths>({
  baseUrl: typeof location === 'undefined' ? 'http://localhost' : location.origin,
  // Looked up at every call, so that a test may put its own in place.
  fetch: (request) => {
    // Reasons and refusals are the server's words, so it is told the language that was chosen here and not the browser's.
    request.headers.set('Accept-Language', taste().language);
    return globalThis.fetch(request);
  },
});

let signedOut = () => {};
/** What to do when the session has ended. */
export function onSignedOut(act: () => void) {
  signedOut = act;
}

interface Answer<T> {
  data?: T | undefined;
  error?: unknown;
  response: Response;
}

export async function told<T>(asked: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await asked;
  if (response.ok) return data as T;
  const body = (typeof error === 'object' && error !== null ? error : {}) as Partial<Schemas['Problem']>;
  if (response.status === 401) signedOut();
  throw new Problem(
    response.status,
    body.code ?? `http_${response.status}`,
    body.detail ?? body.title ?? `HTTP ${response.status}`,
    body.requestId ?? response.headers.get('x-request-id') ?? '',
    body.pointer,
    body.retryAfter,
  );
}

/** The headers of a write. One key stands for one intention: the same click twice is answered once. */
export const write = { 'X-Prorata-Portal': '1' } as const;
export const writeOnce = (key: string) => ({ ...write, 'Idempotency-Key': key });

/** Moments come with their second; the list and the record speak of days. */
export const dayOf = (instant: string): string => instant.slice(0, 10);
export const percentOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));

export function makeQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        gcTime: 10 * 60_000,
        refetchOnWindowFocus: true,
        // An answer is an answer; only silence, an overload or a restart is worth asking again, twice at most.
        retry: (count, error) => count < 2 && !(error instanceof Problem && error.status < 500 && error.status !== 429),
        retryDelay: (count, error) =>
          error instanceof Problem && error.retryAfter ? Math.min(error.retryAfter, 5) * 1000 : 300 * 2 ** count,
      },
      mutations: { retry: false },
    },
  });
}
