// The left side: which units go back. Amounts are the quote's; how many are unused comes from the measured utilization.
import { Button, Field, Input } from '@fluentui/react-components';
import { useQueries, useQuery } from '@tanstack/react-query';
import { forwardRef, useState } from 'react';
import { dayOf, percentOf } from '../../shared/api';
import { useI18n } from '../../shared/i18n';
import { fromWire } from '../../shared/money';
import { Card, ui } from '../../shared/ui/Bits';
import { Faced } from '../../shared/ui/Faces';
import { Filter } from '../../shared/ui/Filter';
import { type Record_, recordQuery } from '../reservations/queries';
import { placeOf, termWord } from '../reservations/words';
import s from './exchange.module.css';
import { linesMost, type ReturnLine } from './lines';
import { type ExchangeQuote, othersQuery } from './queries';

const rights = { open: 'exchange.rightOpen', last: 'exchange.rightLast', used: 'exchange.rightUsed' } as const;
type Span = 'day1' | 'days7' | 'days30';
const spans = [
  { span: 'day1', days: 1 },
  { span: 'days7', days: 7 },
  { span: 'days30', days: 30 },
] as const;

/** Whole units that nothing used in that time. */
export function unusedIn(record: Pick<Record_, 'quantity' | 'utilization'>, span: Span): number {
  const used = percentOf(record.utilization?.[span]);
  return used === undefined ? 0 : Math.max(0, Math.min(record.quantity, Math.floor((record.quantity * (100 - used)) / 100 + 1e-9)));
}

export const ReturnSide = forwardRef<
  HTMLDivElement,
  {
    customer: string;
    lines: ReturnLine[];
    quote: ExchangeQuote | undefined;
    wrong: ReadonlySet<number>;
    onLines: (lines: ReturnLine[]) => void;
  }
>(function ReturnSide({ customer, lines, quote, wrong, onLines }, ref) {
  const i18n = useI18n();
  const { say, money, day } = i18n;
  const records = useQueries({ queries: lines.map((line) => recordQuery(line.reservation)) });
  const change = (at: number, units: number | undefined) => onLines(lines.map((line, i) => (i === at ? { ...line, units } : line)));
  const fills = spans.map(({ span, days }) => ({
    span,
    days,
    units: records.map((asked) => (asked.data ? unusedIn(asked.data, span) : 0)),
  }));
  return (
    <div ref={ref} tabIndex={-1} className={s.side} role="group" aria-label={say('exchange.return')}>
      <Card title={say('exchange.return')} aside={say('exchange.keyReturn')}>
        <div className={ui.stack}>
          <ol className={s.lines}>
            {lines.map((line, i) => {
              const record = records[i]?.data;
              const amounts = quote?.returned.find((each) => each.reservation === line.reservation);
              const name = record?.name ?? amounts?.name ?? line.reservation;
              return (
                <li key={line.reservation} data-wrong={wrong.has(i)}>
                  <div className={s.what}>
                    <b>
                      <bdi>{name}</bdi>
                    </b>
                    <span>{amounts ? money(fromWire(amounts.value)) : ''}</span>
                  </div>
                  {record && (
                    <p className={ui.sub}>
                      {placeOf(record)} · {termWord(i18n, record.term)} · {say('exchange.expires', { date: day(dayOf(record.expiry)) })}
                      {amounts && <> · {say(rights[amounts.right])}</>}
                    </p>
                  )}
                  <div className={s.inputs}>
                    <Units
                      label={say('quote.units')}
                      units={line.units ?? record?.quantity}
                      most={record?.quantity ?? 1_000_000}
                      onUnits={(units) => change(i, units === record?.quantity ? undefined : units)}
                    />
                    {lines.length > 1 && (
                      <Button
                        appearance="subtle"
                        onClick={() => onLines(lines.filter((_, at) => at !== i))}
                        aria-label={`${say('action.remove')}: ${name}`}
                      >
                        {say('action.remove')}
                      </Button>
                    )}
                  </div>
                  {amounts && (
                    <p className={ui.sub}>
                      {say('exchange.valueOf', {
                        credit: money(fromWire(amounts.credit)),
                        commitment: money(fromWire(amounts.remainingCommitment)),
                      })}
                    </p>
                  )}
                </li>
              );
            })}
          </ol>
          <div className={ui.row} role="group" aria-label={say('exchange.fill')}>
            <span className={ui.sub}>{say('exchange.fill')}</span>
            <Button size="small" onClick={() => onLines(lines.map(({ reservation }) => ({ reservation })))}>
              {say('exchange.fillAll')}
            </Button>
            {fills.map(({ span, days, units }) => (
              <Button
                key={span}
                size="small"
                disabledFocusable={units.every((n) => n === 0)}
                onClick={() => {
                  const left = lines.flatMap((line, i) => (units[i] ? [{ ...line, units: units[i] }] : []));
                  if (left.length > 0) onLines(left);
                }}
              >
                {say('exchange.fillUnused', { n: days })}
              </Button>
            ))}
          </div>
          {lines.length < linesMost && (
            <Others customer={customer} there={lines} onAdd={(reservation) => onLines([...lines, { reservation }])} />
          )}
        </div>
      </Card>
    </div>
  );
});

/** A number of units that may be nonsense while it is typed; the last sound one counts. */
export function Units(p: { label: string; units: number | undefined; most: number; onUnits: (units: number) => void }) {
  const { say } = useI18n();
  const [text, setText] = useState<string | null>(null);
  const shown = text ?? (p.units === undefined ? '' : String(p.units));
  const n = Number(shown);
  const wrong = shown !== '' && !(Number.isInteger(n) && n >= 1 && n <= p.most);
  return (
    <Field className={s.few ?? ''} label={p.label} validationMessage={wrong ? say('form.number', { min: 1, max: p.most }) : ''}>
      <Input
        type="number"
        inputMode="numeric"
        min={1}
        max={p.most}
        value={shown}
        onChange={(_, data) => {
          setText(data.value);
          const next = Number(data.value);
          if (data.value !== '' && Number.isInteger(next) && next >= 1 && next <= p.most) p.onUnits(next);
        }}
        onBlur={() => setText(null)}
      />
    </Field>
  );
}

function Others({ customer, there, onAdd }: { customer: string; there: ReturnLine[]; onAdd: (reservation: string) => void }) {
  const i18n = useI18n();
  const { say } = i18n;
  const [open, setOpen] = useState(false);
  const [q, setQ] = useState('');
  const asked = useQuery({ ...othersQuery(customer, q), enabled: open && customer !== '' });
  if (!open) {
    return (
      <div>
        <Button onClick={() => setOpen(true)}>{say('exchange.addReturn')}</Button>
      </div>
    );
  }
  return (
    <div className={ui.stack} style={{ gap: 8 }}>
      <Filter value={q} onChange={setQ} label={say('exchange.findReturn')} />
      <Faced of={asked} failed={say('list.failed')} small>
        {(page) => {
          const rows = page.rows.filter((row) => !there.some((line) => line.reservation === row.id));
          if (rows.length === 0) return <p className={ui.sub}>{say('exchange.noOthers')}</p>;
          return (
            <ul className={s.offers}>
              {rows.map((row) => (
                <li key={row.id}>
                  <span>
                    <b>
                      <bdi>{row.name}</bdi>
                    </b>
                    <span className={ui.sub}> {placeOf(row)}</span>
                  </span>
                  <span className={ui.sub}>{say('units', { n: row.quantity })}</span>
                  <Button size="small" onClick={() => onAdd(row.id)} aria-label={`${say('exchange.add')}: ${row.name}`}>
                    {say('exchange.add')}
                  </Button>
                </li>
              ))}
            </ul>
          );
        }}
      </Faced>
    </div>
  );
}
