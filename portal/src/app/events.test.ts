import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { listen, oldBy, readAnew } from './events';

class Source {
  static all: Source[] = [];
  static CLOSED = 2;
  readyState = 0;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  closed = false;
  private readonly on = new Map<string, (event: { data: string; lastEventId: string }) => void>();
  constructor(readonly url: string) {
    Source.all.push(this);
  }
  addEventListener(name: string, act: (event: { data: string; lastEventId: string }) => void) {
    this.on.set(name, act);
  }
  say(name: string, lastEventId: string, data: unknown) {
    this.on.get(name)?.({ lastEventId, data: JSON.stringify(data) });
  }
  close() {
    this.closed = true;
  }
}

beforeEach(() => {
  Source.all = [];
  vi.stubGlobal('EventSource', Source);
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function desk() {
  const queries = new QueryClient();
  for (const key of [
    ['reservation', 'a'],
    ['reservation', 'b'],
    ['reservations'],
    ['customers'],
    ['quote', 'a', 'kept', 1],
    ['quote', 'a', 1],
  ])
    queries.setQueryData(key, 1);
  const old = () =>
    queries
      .getQueryCache()
      .getAll()
      .filter((query) => query.state.isInvalidated)
      .map((query) => query.queryKey.join(' '));
  return { queries, old };
}

test('a change makes old what was read of that thing and of the lists it is in, and no more', () => {
  const { queries, old } = desk();
  readAnew(queries, [{ kind: 'reservation', id: 'a' }]);
  expect(old()).toEqual(['reservation a', 'reservations', 'quote a 1']);
  expect(oldBy({ kind: 'something newer than this page' })).toEqual([]);
});

test('a clock that moved makes everything old but the amount that somebody is agreeing to', () => {
  const { queries, old } = desk();
  readAnew(queries, [{ kind: 'clock' }]);
  expect(old()).not.toContain('quote a kept 1');
  expect(old()).toHaveLength(5);
});

test('changes that come together are one reading, and a tab that comes back says what it heard last', () => {
  const { queries, old } = desk();
  const stop = listen(queries);
  const [first] = Source.all;
  expect(first?.url).toBe('/api/events');
  first?.say('changed', '7-abc', { changes: [{ kind: 'reservation', id: 'a' }] });
  first?.say('changed', '8-def', { changes: [{ kind: 'customer', id: 'c' }] });
  expect(old()).toEqual([]);
  vi.advanceTimersByTime(200);
  expect(old()).toContain('customers');
  const seen = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  document.dispatchEvent(new Event('visibilitychange'));
  expect(first?.closed).toBe(true);
  seen.mockReturnValue('visible');
  document.dispatchEvent(new Event('visibilitychange'));
  expect(Source.all[1]?.url).toBe('/api/events?after=8-def');
  seen.mockRestore();
  stop();
  expect(Source.all[1]?.closed).toBe(true);
});
