// The allowance as a bar, and the legend that all bars share.
import { type ReactNode, useId } from 'react';
import { useI18n } from '../i18n';
import { isZero, type Money, share } from '../money';
import s from './ui.module.css';

export function Legend({ parts }: { parts: { tone: string; word: ReactNode }[] }) {
  return (
    <ul className={s.legend}>
      {parts.map((part) => (
        <li key={part.tone}>
          <i style={{ background: part.tone }} aria-hidden="true" />
          {part.word}
        </li>
      ))}
    </ul>
  );
}

/** The allowance as one bar: used, held, this refund, what is left. */
export function AllowanceMeter(p: {
  limit: Money;
  used: Money;
  held: Money;
  refund?: Money | undefined;
  free: Money;
  over?: boolean;
  title: string;
}) {
  const { money, say } = useI18n();
  const id = useId();
  const parts = [
    { tone: 'var(--used)', word: say('allowance.used'), amount: p.used },
    { tone: 'var(--held)', word: say('allowance.held'), amount: p.held },
    ...(p.refund ? [{ tone: p.over ? 'var(--bad)' : 'var(--this)', word: say('allowance.this'), amount: p.refund }] : []),
  ];
  const summary = say('allowance.left', { free: money(p.free), limit: money(p.limit) });
  let room = 1000;
  return (
    <div>
      <h3 id={id} style={{ font: 'inherit', fontWeight: 600, marginBottom: 8 }}>
        {p.title}
      </h3>
      <div
        className={s.meter}
        role="img"
        aria-label={`${parts.map((part) => `${part.word} ${money(part.amount)}`).join(', ')}. ${summary}`}
      >
        {parts.map((part) => {
          const width = Math.min(room, share(part.amount, p.limit));
          room -= width;
          return width > 0 || !isZero(part.amount) ? (
            <i key={part.tone} style={{ width: `${Math.max(width / 10, 0.4)}%`, background: part.tone }} />
          ) : null;
        })}
      </div>
      <Legend parts={parts.map((part) => ({ tone: part.tone, word: part.word }))} />
      <p className={s.sub}>{summary}</p>
    </div>
  );
}
