// The small parts every screen is made of.
import { Copy16Regular } from '@fluentui/react-icons';
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { useI18n, type WordKey } from '../i18n';
import { announce } from './announce';
import s from './ui.module.css';

export { s as ui };

export function Card(p: { title: ReactNode; aside?: ReactNode; children: ReactNode; id?: string }) {
  const id = useId();
  return (
    <section className={s.card} aria-labelledby={id} id={p.id}>
      <div className={s.cardHead}>
        <h2 id={id}>{p.title}</h2>
        {p.aside !== undefined && <div>{p.aside}</div>}
      </div>
      {p.children}
    </section>
  );
}

export function Facts(p: { children: ReactNode }) {
  return <dl className={s.facts}>{p.children}</dl>;
}
export function Fact(p: { name: ReactNode; wide?: boolean; children: ReactNode }) {
  return (
    <div className={p.wide ? s.wide : undefined}>
      <dt>{p.name}</dt>
      <dd>{p.children}</dd>
    </div>
  );
}

export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without the clipboard's permission, or on plain HTTP: the old way.
    const area = document.createElement('textarea');
    area.value = text;
    area.style.position = 'fixed';
    document.body.append(area);
    area.select();
    const done = typeof document.execCommand === 'function' && document.execCommand('copy');
    area.remove();
    return done;
  }
}

/** Copies, says so in place for two seconds, and aloud. */
export function useCopy() {
  const { say } = useI18n();
  const [copied, setCopied] = useState('');
  const timer = useRef(0);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const copy = async (text: string) => {
    const done = await copyText(text);
    const words = say(done ? 'copy.done' : 'copy.failed');
    setCopied(words);
    announce(words);
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => setCopied(''), 2000);
  };
  return { copy, copied };
}

export function CopyButton(p: { text: string; what: string; label?: string }) {
  const { say } = useI18n();
  const { copy, copied } = useCopy();
  return (
    <button
      type="button"
      className={s.copy}
      aria-label={p.label ? undefined : say('copy.what', { what: p.what })}
      onClick={() => copy(p.text)}
    >
      <Copy16Regular aria-hidden="true" />
      {copied || p.label}
    </button>
  );
}

export function Id(p: { name: string; value: string }) {
  return (
    <>
      <code>{p.value}</code> <CopyButton text={p.value} what={p.name} />
    </>
  );
}

// A shape of its own for every kind of state, so that colour is never the only sign.
type Shape = 'dot' | 'ring' | 'triangle' | 'square' | 'diamond';
const shapes: Record<Shape, ReactNode> = {
  dot: <circle cx="5" cy="5" r="4.5" fill="var(--good)" />,
  ring: <circle cx="5" cy="5" r="3.6" fill="none" stroke="var(--link)" strokeWidth="1.8" />,
  triangle: <path d="M5 .6 9.6 9.2H.4z" fill="var(--warn)" />,
  square: <path d="M1 1h8v8H1z" fill="var(--ink-3)" />,
  diamond: <path d="M5 0 10 5 5 10 0 5z" fill="var(--bad)" />,
};
const states = {
  succeeded: { shape: 'dot', word: 'state.active' },
  expiring: { shape: 'triangle', word: 'state.expiring' },
  pending: { shape: 'ring', word: 'state.pending' },
  processing: { shape: 'ring', word: 'state.processing' },
  failed: { shape: 'diamond', word: 'state.failed' },
  cancelled: { shape: 'square', word: 'state.canceled' },
  expired: { shape: 'square', word: 'state.expired' },
} as const satisfies Record<string, { shape: Shape; word: WordKey }>;

/** A state's shape alone, for states that are not a reservation's. */
export function Mark({ shape }: { shape: Shape }) {
  return (
    <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
      {shapes[shape]}
    </svg>
  );
}

/** `word` says it otherwise than a reservation's state would be said. */
export function Status({ state, word }: { state: string; word?: string }) {
  const { say } = useI18n();
  // A state that a newer server may have is shown as it spells it.
  const known = states[state.toLowerCase() as keyof typeof states];
  return (
    <span className={s.status}>
      <Mark shape={known?.shape ?? 'ring'} />
      {word ?? (known ? say(known.word) : state)}
    </span>
  );
}

export function Segments<T extends string>(p: {
  label: string;
  value: T | undefined;
  options: { value: T; label: ReactNode }[];
  onChange: (value: T) => void;
}) {
  const name = useId();
  return (
    <div className={s.segments} role="radiogroup" aria-label={p.label}>
      {p.options.map((option) => (
        <label key={option.value}>
          <input type="radio" name={name} checked={option.value === p.value} onChange={() => p.onChange(option.value)} />
          <span>{option.label}</span>
        </label>
      ))}
    </div>
  );
}
