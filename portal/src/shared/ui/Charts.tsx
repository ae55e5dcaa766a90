// Pictures of figures. Each has its figures as a table too, and a sentence for those who do not see it.
import { type CSSProperties, type ReactNode, type RefObject, useLayoutEffect, useRef, useState } from 'react';
import { dayOf } from '../api';
import { useI18n } from '../i18n';
import { type Money, share } from '../money';
import { Legend } from './Meter';
import s from './ui.module.css';

/** A chart and its table twin; the reader chooses, and the table is there for print and screen readers. */
export function Twin(p: {
  summary: string;
  chart: ReactNode;
  head: string[];
  rows: { key: string; cells: ReactNode[] }[];
  aside?: ReactNode;
}) {
  const { say } = useI18n();
  const [table, setTable] = useState(false);
  return (
    <div>
      <p className={s.sub}>
        {p.aside}
        {p.aside ? ' · ' : ''}
        <button type="button" className={s.link} aria-pressed={table} onClick={() => setTable(!table)}>
          {say(table ? 'chart.asChart' : 'chart.asTable')}
        </button>
      </p>
      {table ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls is reached by keyboard
        <div className={s.scroll} style={{ maxHeight: 320, overflow: 'auto' }} tabIndex={0} role="region" aria-label={p.summary}>
          <table className={s.table}>
            <thead>
              <tr>
                {p.head.map((cell, i) => (
                  <th key={cell} scope="col" className={i > 0 ? s.end : undefined}>
                    {cell}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {p.rows.map((row) => (
                <tr key={row.key}>
                  {row.cells.map((cell, i) => (
                    <td key={i} className={i > 0 ? s.end : undefined}>
                      {cell}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        <div role="img" aria-label={p.summary}>
          {p.chart}
        </div>
      )}
    </div>
  );
}

/** The width a chart is shown at, so that its letters stay as large as all others. */
function useWidth(otherwise: number): [RefObject<SVGSVGElement | null>, number] {
  const ref = useRef<SVGSVGElement>(null);
  const [width, setWidth] = useState(otherwise);
  useLayoutEffect(() => {
    const box = ref.current?.parentElement;
    if (!box || typeof ResizeObserver === 'undefined') return;
    const observer = new ResizeObserver(() => setWidth(Math.max(240, Math.round(box.clientWidth))));
    observer.observe(box);
    return () => observer.disconnect();
  }, []);
  return [ref, width];
}

export interface UsageDay {
  day: string;
  used: number;
}

/** Days as bars: what was used, and above it what was paid for and not used. */
export function UsageBars({ days, target = 80 }: { days: UsageDay[]; target?: number }) {
  const { day, dayShort, percent, say } = useI18n();
  const [ref, width] = useWidth(640);
  const height = 130;
  const left = 44;
  const step = (width - left) / Math.max(1, days.length);
  const y = (part: number) => 6 + height * (1 - Math.min(100, part) / 100);
  const every = Math.max(1, Math.ceil(days.length / Math.max(2, Math.min(8, Math.floor(width / 90)))));
  return (
    <>
      <svg ref={ref} className={s.chart} viewBox={`0 0 ${width} ${height + 28}`} aria-hidden="true">
        {[0, 50, 100].map((tick) => (
          <g key={tick}>
            <line x1={left} x2={width} y1={y(tick)} y2={y(tick)} stroke="var(--line)" />
            <text x={left - 8} y={y(tick) + 4} textAnchor="end">
              {percent(tick).replace(/[.,]0/, '')}
            </text>
          </g>
        ))}
        {days.map((one, i) => (
          <g key={one.day}>
            <title>{`${day(one.day)}: ${percent(one.used)}`}</title>
            <rect x={left + i * step + step * 0.16} width={step * 0.68} y={y(100)} height={y(0) - y(100)} fill="var(--waste)" />
            <rect x={left + i * step + step * 0.16} width={step * 0.68} y={y(one.used)} height={y(0) - y(one.used)} fill="var(--bar)" />
            {i % every === 0 && i + every / 2 < days.length + 1 && (
              <text x={Math.min(left + (i + 0.5) * step, width - 18)} y={height + 24} textAnchor="middle">
                {dayShort(one.day)}
              </text>
            )}
          </g>
        ))}
        <line x1={left} x2={width} y1={y(target)} y2={y(target)} stroke="var(--ink-2)" strokeDasharray="4 3" />
      </svg>
      <Legend
        parts={[
          { tone: 'var(--bar)', word: say('chart.used') },
          { tone: 'var(--waste)', word: say('chart.unused') },
          { tone: 'var(--ink-2)', word: say('chart.target', { n: target }) },
        ]}
      />
    </>
  );
}

export interface Pin {
  word: string;
  day: string;
  due?: boolean;
}

/** The term as one bar: what is used up and what is left, with the days that matter below. */
export function TermBar(p: { elapsed: number; total: number; spent?: string | undefined; left?: string | undefined; pins: Pin[] }) {
  const { say, day, number } = useI18n();
  const at = p.total > 0 ? Math.min(100, (p.elapsed / p.total) * 100) : 0;
  return (
    <div>
      <div className={s.ends}>
        <span>{p.spent ? say('term.usedUp', { amount: p.spent }) : ''}</span>
        <span>{p.left ? say('term.left', { amount: p.left }) : ''}</span>
      </div>
      <div
        className={s.term}
        style={{ '--at': `${at}%` } as CSSProperties}
        role="img"
        aria-label={say('term.day', { elapsed: number(p.elapsed), total: number(p.total) })}
      />
      <ul className={s.pins}>
        {p.pins.map((pin) => (
          <li key={pin.word} className={pin.due ? s.due : undefined}>
            <span>{pin.word}</span>
            <b>{day(pin.day)}</b>
          </li>
        ))}
      </ul>
    </div>
  );
}

export interface Step {
  at: string;
  free: Money;
}

/** How much is free, as steps over time. The first step is today. */
export function FreeSteps({ steps, until, limit }: { steps: Step[]; until: string; limit: Money }) {
  const { day, money } = useI18n();
  const [ref, width] = useWidth(640);
  const height = 120;
  const first = steps[0];
  if (!first) return null;
  const start = Date.parse(first.at);
  const span = Math.max(1, Date.parse(until) - start);
  const x = (at: string) => ((Date.parse(at) - start) / span) * width;
  const y = (free: Money) => 6 + height * (1 - share(free, limit) / 1000);
  const line = steps.map((step, i) => `${i === 0 ? 'M' : 'H'}${x(step.at)}${i === 0 ? ` ${y(step.free)}` : `V${y(step.free)}`}`).join('');
  return (
    <svg ref={ref} className={s.chart} viewBox={`0 0 ${width} ${height + 28}`} aria-hidden="true">
      <line x1="0" x2={width} y1={y(limit)} y2={y(limit)} stroke="var(--ink-3)" strokeDasharray="4 3" />
      <path d={`${line}H${width}V${height + 6}H0z`} fill="var(--left)" />
      <path d={`${line}H${width}`} fill="none" stroke="var(--this)" strokeWidth="2" />
      <text x="4" y={y(limit) + 16}>
        {money(limit)}
      </text>
      <text x="0" y={height + 24}>
        {day(dayOf(first.at))}
      </text>
      <text x={width} y={height + 24} textAnchor="end">
        {day(dayOf(until))}
      </text>
    </svg>
  );
}
