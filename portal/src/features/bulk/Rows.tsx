// The lines in their order. One of them has the keyboard: arrows go, Alt and an arrow moves it, Space leaves it out, F applies its fix.
import { ArrowDown16Regular, ArrowUp16Regular } from '@fluentui/react-icons';
import { Link } from '@tanstack/react-router';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { dayOf } from '../../shared/api';
import { useI18n } from '../../shared/i18n';
import { nameOf } from '../../shared/keys';
import { fromWire } from '../../shared/money';
import { taste } from '../../shared/taste';
import { announce } from '../../shared/ui/announce';
import { ui } from '../../shared/ui/Bits';
import s from './bulk.module.css';
import type { PlanRow } from './queries';
import { type Line, moved } from './search';

/** What makes a line fit: fewer units, where some fit. */
export function fixOf(line: Line, row: PlanRow | undefined): Line | null {
  if (!row || (row.state !== 'refused' && row.state !== 'cut') || !row.fits) return null;
  return { reservation: line.reservation, units: row.fits };
}

export default function Rows(p: {
  lines: readonly Line[];
  rows: ReadonlyMap<string, PlanRow>;
  stale: boolean;
  onChange: (lines: readonly Line[]) => void;
}) {
  const { say } = useI18n();
  const [at, setAt] = useState(0);
  const body = useRef<HTMLTableSectionElement>(null);
  // A line that was moved keeps the keyboard.
  const follow = useRef<string | null>(null);
  useEffect(() => {
    if (follow.current === null) return;
    body.current?.querySelector<HTMLElement>(`[data-line="${follow.current}"]`)?.focus();
    follow.current = null;
  });
  const here = Math.min(at, p.lines.length - 1);
  const nameAt = (line: Line) => p.rows.get(line.reservation)?.name ?? line.reservation.slice(0, 8);

  const change = (index: number, next: Line) => p.onChange(p.lines.map((line, i) => (i === index ? next : line)));
  const move = (index: number, by: 1 | -1) => {
    const line = p.lines[index];
    const to = index + by;
    if (!line || to < 0 || to >= p.lines.length) return;
    follow.current = line.reservation;
    setAt(to);
    p.onChange(moved(p.lines, index, by));
    announce(say('bulk.movedTo', { name: nameAt(line), n: to + 1, total: p.lines.length }));
  };
  const toggle = (index: number) => {
    const line = p.lines[index];
    if (!line) return;
    const { out, ...rest } = line;
    change(index, out ? rest : { ...rest, out: true });
    announce(say(out ? 'bulk.takenIn' : 'bulk.leftOut', { name: nameAt(line) }));
  };
  const fix = (index: number) => {
    const line = p.lines[index];
    const row = line && p.rows.get(line.reservation);
    const next = line && fixOf(line, row);
    if (!next) {
      announce(say('bulk.noFix'));
      return;
    }
    change(index, next);
    announce(say('bulk.fixed', { units: say('units', { n: next.units ?? 0 }) }));
  };

  const onKey = (event: KeyboardEvent<HTMLTableRowElement>, index: number) => {
    // Buttons and links in a row keep their own keys, but for those that no button has.
    const own = event.target !== event.currentTarget;
    const go = (to: number) => {
      const line = p.lines[to];
      if (!line) return;
      setAt(to);
      body.current?.querySelector<HTMLElement>(`[data-line="${line.reservation}"]`)?.focus();
    };
    const letters = taste().letters;
    const act = (
      {
        'Alt+ArrowUp': () => move(index, -1),
        'Alt+ArrowDown': () => move(index, 1),
        ArrowUp: () => go(index - 1),
        ArrowDown: () => go(index + 1),
        Home: () => go(0),
        End: () => go(p.lines.length - 1),
        ...(own ? {} : { ' ': () => toggle(index) }),
        ...(own || !letters ? {} : { f: () => fix(index) }),
      } as Record<string, () => void>
    )[nameOf(event.nativeEvent)];
    if (!act) return;
    event.preventDefault();
    act();
  };

  return (
    <div className={ui.scroll}>
      <table role="grid" aria-label={say('bulk.lines')} className={`${ui.table} ${s.table} ${p.stale ? ui.stale : ''}`} aria-busy={p.stale}>
        <thead>
          <tr>
            <th scope="col">{say('bulk.order')}</th>
            <th scope="col">{say('column.reservation')}</th>
            <th scope="col">{say('column.customer')}</th>
            <th scope="col" className={ui.end}>
              {say('bulk.units')}
            </th>
            <th scope="col" className={ui.end}>
              {say('quote.refund')}
            </th>
            <th scope="col">{say('bulk.result')}</th>
            <th scope="col" className={ui.end}>
              {say('bulk.left')}
            </th>
          </tr>
        </thead>
        <tbody ref={body}>
          {p.lines.map((line, index) => (
            <Row
              key={line.reservation}
              line={line}
              row={line.out ? undefined : p.rows.get(line.reservation)}
              index={index}
              last={index === p.lines.length - 1}
              focusable={index === here}
              onFocus={() => setAt(index)}
              onKey={(event) => onKey(event, index)}
              onMove={(by) => move(index, by)}
              onToggle={() => toggle(index)}
              onFix={() => fix(index)}
              onChange={(next) => change(index, next)}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row(p: {
  line: Line;
  row: PlanRow | undefined;
  index: number;
  last: boolean;
  focusable: boolean;
  onFocus: () => void;
  onKey: (event: KeyboardEvent<HTMLTableRowElement>) => void;
  onMove: (by: 1 | -1) => void;
  onToggle: () => void;
  onFix: () => void;
  onChange: (line: Line) => void;
}) {
  const i18n = useI18n();
  const { say, money } = i18n;
  const { line, row } = p;
  const name = row?.name ?? line.reservation.slice(0, 8);
  return (
    <tr
      data-line={line.reservation}
      data-state={line.out ? 'out' : (row?.state ?? 'asked')}
      tabIndex={p.focusable ? 0 : -1}
      aria-label={say('bulk.line', { n: p.index + 1, name })}
      onFocus={p.onFocus}
      onKeyDown={p.onKey}
    >
      <td>
        <span className={s.order}>
          <input type="checkbox" checked={!line.out} aria-label={say('bulk.include', { name })} onChange={p.onToggle} />
          {i18n.number(p.index + 1)}
          <button type="button" disabled={p.index === 0} aria-label={say('bulk.up', { name })} onClick={() => p.onMove(-1)}>
            <ArrowUp16Regular aria-hidden="true" />
          </button>
          <button type="button" disabled={p.last} aria-label={say('bulk.down', { name })} onClick={() => p.onMove(1)}>
            <ArrowDown16Regular aria-hidden="true" />
          </button>
        </span>
      </td>
      <td>
        <Link to="/reservations/$reservation/overview" params={{ reservation: line.reservation }}>
          <bdi>{name}</bdi>
        </Link>
        {row?.sku && (
          <small>
            {row.sku} · {row.region}
          </small>
        )}
      </td>
      <td>
        <bdi>{row?.customer?.name}</bdi>
      </td>
      <td className={ui.end}>
        {row?.quantity !== undefined && (
          <>
            {i18n.number(row.quantity)}
            {row.ofQuantity !== undefined && row.ofQuantity !== row.quantity && (
              <small>
                {say('bulk.of', { n: row.ofQuantity })}{' '}
                <button type="button" className={ui.link} onClick={() => p.onChange({ reservation: line.reservation })}>
                  {say('bulk.all')}
                </button>
              </small>
            )}
          </>
        )}
      </td>
      <td className={ui.end}>{row?.refund ? money(fromWire(row.refund)) : '–'}</td>
      <td>{line.out ? say('bulk.out') : row ? <Result row={row} line={line} onFix={p.onFix} onChange={p.onChange} /> : '–'}</td>
      <td className={ui.end}>{row?.leftAfter ? money(fromWire(row.leftAfter)) : '–'}</td>
    </tr>
  );
}

function Result(p: { row: PlanRow; line: Line; onFix: () => void; onChange: (line: Line) => void }) {
  const i18n = useI18n();
  const { say } = i18n;
  const { row, line } = p;
  if (row.state === 'fits')
    return (
      <span className={s.good}>
        {say(line.cut && row.forfeited ? 'bulk.cutAgreed' : 'bulk.fits')}
        {line.cut && row.forfeited && (
          <small>
            {say('bulk.lost', { amount: i18n.money(fromWire(row.forfeited)) })}{' '}
            <button
              type="button"
              className={ui.link}
              onClick={() => p.onChange({ reservation: line.reservation, ...(line.units ? { units: line.units } : {}) })}
            >
              {say('bulk.unagree')}
            </button>
          </small>
        )}
      </span>
    );
  const fix = fixOf(line, row);
  const reasons = row.problem ? [{ code: row.problem.code, text: row.problem.text }] : (row.reasons ?? []);
  return (
    <div className={s.why}>
      <b>{say(row.state === 'cut' ? 'bulk.cut' : row.state === 'refused' ? 'face.refused' : 'bulk.unknown')}</b>
      <ul>
        {reasons.map((reason) => (
          <li key={reason.code}>
            {reason.text} <span className={ui.chip}>{('armCode' in reason && reason.armCode) || reason.code}</span>
          </li>
        ))}
        {row.state === 'cut' && row.forfeited && <li>{say('bulk.lost', { amount: i18n.money(fromWire(row.forfeited)) })}</li>}
        {row.fitsAllFrom && <li>{say('quote.fitsFrom', { date: i18n.day(dayOf(row.fitsAllFrom)) })}</li>}
      </ul>
      {(fix || row.state === 'cut') && (
        <div className={ui.row}>
          {fix && (
            <button type="button" className={ui.link} aria-keyshortcuts="F" onClick={p.onFix}>
              {say('quote.atMost', { n: fix.units ?? 0 })}
            </button>
          )}
          {row.state === 'cut' && (
            <button type="button" className={ui.link} onClick={() => p.onChange({ ...line, cut: true })}>
              {say('bulk.agreeCut')}
            </button>
          )}
        </div>
      )}
    </div>
  );
}
