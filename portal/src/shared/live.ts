// What the desk said a moment ago: whether we hear it, and which things have just changed. Filled by src/app/events.ts, read by who shows it.
import { useSyncExternalStore } from 'react';

export const glowFor = 800;

interface Live {
  hearing: boolean;
  glowing: ReadonlySet<string>;
}
let live: Live = { hearing: true, glowing: new Set() };
const listeners = new Set<() => void>();

export function setLive(change: Partial<Live>) {
  live = { ...live, ...change };
  for (const listener of listeners) listener();
}

/** These have changed: they glow once. */
export function glow(ids: Iterable<string>) {
  const fresh = [...ids];
  if (fresh.length === 0) return;
  setLive({ glowing: new Set([...live.glowing, ...fresh]) });
  setTimeout(() => setLive({ glowing: new Set([...live.glowing].filter((id) => !fresh.includes(id))) }), glowFor + 100);
}

export function useLive(): Live {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => live,
  );
}
