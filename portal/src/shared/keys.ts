// The keyboard. A screen names its keys while it is shown; a key that stands alone ('r', '/', '?') never fires in a field, in a dialog, or when
// single-letter keys are turned off.
import { useEffect, useRef } from 'react';
import { taste } from './taste';

export type Keys = Record<string, (event: KeyboardEvent) => void>;

const fields = 'input:not([type=checkbox]):not([type=radio]),textarea,select,[contenteditable=true],[role=combobox],[role=slider]';

export function nameOf(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const mods = [
    event.ctrlKey || event.metaKey ? 'Ctrl' : '',
    event.altKey ? 'Alt' : '',
    event.shiftKey && event.key.length > 1 ? 'Shift' : '',
  ];
  return [...mods.filter(Boolean), key].join('+');
}

function openMenu(): boolean {
  try {
    return document.querySelector(':popover-open') !== null;
  } catch {
    // A browser without popovers has none open.
    return false;
  }
}

export function useKeys(keys: Keys, on = true) {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    if (!on) return;
    let first = '';
    let timer = 0;
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const target = event.target instanceof Element ? event.target : document.body;
      const name = nameOf(event);
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
      const alone = plain && event.key.length === 1;
      // A dialog and an open menu have the keyboard to themselves; a field has all of it but Escape and what Ctrl or Alt makes.
      if (plain && (target.closest('dialog,[role=dialog],[role=alertdialog]') || openMenu())) return;
      if (plain && event.key !== 'Escape' && target.closest(fields)) return;
      if (plain && event.key.startsWith('Arrow') && target.closest('input,[role=grid]')) return;
      if (alone && !taste().letters && /^[a-z0-9.?]$/.test(name)) return;
      const pair = first ? `${first} ${name}` : '';
      const action = (pair && latest.current[pair]) || latest.current[name];
      const begins = alone && Object.keys(latest.current).some((key) => key.startsWith(`${name} `));
      first = begins && !pair ? name : '';
      window.clearTimeout(timer);
      if (first) {
        timer = window.setTimeout(() => {
          first = '';
        }, 1200);
      }
      if (!action) return;
      event.preventDefault();
      action(event);
    };
    document.addEventListener('keydown', listen);
    return () => {
      window.clearTimeout(timer);
      document.removeEventListener('keydown', listen);
    };
  }, [on]);
}

/** Moves the focus to the headline of what has just appeared, so that a reader hears where they are and Tab goes on from there. */
export function useHeadline(of: string) {
  const ref = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    ref.current?.focus({ preventScroll: true });
  }, [of]);
  return ref;
}
