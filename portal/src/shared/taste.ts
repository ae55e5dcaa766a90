// What one person likes, kept in this browser: language, theme, columns, single-letter keys, drafts. Nothing else is kept here.
import { useSyncExternalStore } from 'react';
import * as v from 'valibot';

const TasteForm = v.object({
  theme: v.fallback(v.picklist(['light', 'dark', 'system']), 'system'),
  language: v.fallback(v.picklist(['en', 'sv']), () => (/^sv/.test(navigator.language) ? 'sv' : 'en')),
  letters: v.fallback(v.boolean(), true),
  columns: v.fallback(v.record(v.string(), v.array(v.string())), {}),
  views: v.fallback(v.array(v.object({ name: v.string(), href: v.string() })), []),
});
export type Taste = v.InferOutput<typeof TasteForm>;

const key = 'prorata.taste';
const listeners = new Set<() => void>();
let current = read();

function read(): Taste {
  let raw: unknown = {};
  try {
    raw = JSON.parse(localStorage.getItem(key) ?? '{}');
  } catch {
    // A browser that keeps nothing, or a note that somebody edited: begin anew.
  }
  const known = v.safeParse(TasteForm, {
    theme: undefined,
    language: undefined,
    letters: undefined,
    columns: undefined,
    views: undefined,
    ...(raw as object),
  });
  return known.success
    ? known.output
    : v.parse(TasteForm, { theme: undefined, language: undefined, letters: undefined, columns: undefined, views: undefined });
}

export function setTaste(change: Partial<Taste>) {
  current = { ...current, ...change };
  keep(key, current);
  for (const listener of listeners) listener();
}
export const taste = (): Taste => current;

export function useTaste(): Taste {
  return useSyncExternalStore(
    (listener) => {
      const other = (event: StorageEvent) => {
        if (event.key !== key) return;
        current = read();
        listener();
      };
      listeners.add(listener);
      window.addEventListener('storage', other);
      return () => {
        listeners.delete(listener);
        window.removeEventListener('storage', other);
      };
    },
    () => current,
  );
}

function keep(name: string, value: unknown) {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // A full or forbidden store costs only the memory of it.
  }
}

/** A draft of a form, checked when it is read: what an older portal left is not trusted. */
export function readDraft<S extends v.GenericSchema>(name: string, form: S): v.InferOutput<S> | null {
  try {
    const known = v.safeParse(form, JSON.parse(localStorage.getItem(`prorata.draft.${name}`) ?? 'null'));
    return known.success ? known.output : null;
  } catch {
    return null;
  }
}
export const keepDraft = (name: string, value: unknown) => keep(`prorata.draft.${name}`, value);
export function dropDraft(name: string) {
  try {
    localStorage.removeItem(`prorata.draft.${name}`);
  } catch {
    // Nothing was kept.
  }
}
