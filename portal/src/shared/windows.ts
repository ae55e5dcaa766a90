// A list too long to hold: asked for in windows of a hundred rows as the grid comes near them. While another question is being answered the
// rows of the last one stay, marked stale.
import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';

export const windowSize = 100;
export interface Page<R> {
  total: number;
  rows: R[];
}

export function useWindows<R, P extends Page<R>>(
  key: readonly unknown[],
  read: (offset: number, limit: number, signal: AbortSignal) => Promise<P>,
) {
  const [range, setRange] = useState<readonly [number, number]>([0, 0]);
  const head = useQuery({
    queryKey: [...key, 0],
    queryFn: ({ signal }) => read(0, windowSize, signal),
    placeholderData: keepPreviousData,
  });
  const total = head.data?.total ?? 0;
  const from = Math.max(1, range[0]);
  const to = Math.min(range[1], Math.max(0, Math.ceil(total / windowSize) - 1));
  const wanted = useMemo(
    () => (head.isPlaceholderData ? [] : Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i)),
    [from, to, head.isPlaceholderData],
  );
  const further = useQueries({
    queries: wanted.map((window) => ({
      queryKey: [...key, window],
      queryFn: ({ signal }: { signal: AbortSignal }) => read(window * windowSize, windowSize, signal),
    })),
  });
  const get = useCallback(
    (index: number): R | undefined => {
      if (index < 0) return undefined;
      const window = Math.floor(index / windowSize);
      const page = window === 0 ? head.data : further[wanted.indexOf(window)]?.data;
      return page?.rows[index - window * windowSize];
    },
    [head.data, further, wanted],
  );
  const onRange = useCallback((first: number, last: number) => {
    const next = [Math.floor(first / windowSize), Math.floor(last / windowSize)] as const;
    setRange((before) => (before[0] === next[0] && before[1] === next[1] ? before : next));
  }, []);
  return { head, page: head.data, total, get, onRange, stale: head.isPlaceholderData };
}
