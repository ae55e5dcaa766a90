// One intention, one key: a double click, or the same button after a lost answer, is the same request. Money and settings are never optimistic.
import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';

export function useOnce<In, Out>(act: (input: In, key: string) => Promise<Out>, done?: (out: Out) => void) {
  const kept = useRef<{ input: string; key: string } | null>(null);
  return useMutation({
    mutationFn: (input: In) => {
      const text = JSON.stringify(input ?? null);
      if (kept.current?.input !== text) kept.current = { input: text, key: crypto.randomUUID() };
      return act(input, kept.current.key);
    },
    onSuccess: (out) => {
      kept.current = null;
      done?.(out);
    },
  });
}
