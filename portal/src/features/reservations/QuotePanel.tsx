// The live quote: what a return would give, why, and what it takes of the allowance. Every sentence in it is the server's.
import { Button, Select } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useId } from 'react';
import { dayOf, Problem, percentOf } from '../../shared/api';
import { useI18n } from '../../shared/i18n';
import { useKeys } from '../../shared/keys';
import { fromWire } from '../../shared/money';
import { Segments, ui } from '../../shared/ui/Bits';
import { Allowed, Bones, Failed, Refused } from '../../shared/ui/Faces';
import { AllowanceMeter } from '../../shared/ui/Meter';
import { policiesQuery, type Quote, quoteQuery, type Record_ } from './queries';

/** Whole units that nothing used in the last 30 days. */
export function unusedUnits(record: Pick<Record_, 'quantity' | 'utilization'>): number {
  const used = percentOf(record.utilization?.days30);
  return used === undefined ? 0 : Math.max(0, Math.min(record.quantity, Math.floor((record.quantity * (100 - used)) / 100 + 1e-9)));
}

export function QuotePanel(p: {
  record: Record_;
  title: string;
  units: number;
  pack?: string | undefined;
  onUnits: (units: number) => void;
  onPack: (pack: string | undefined) => void;
  footer?: ReactNode;
}) {
  const i18n = useI18n();
  const { say, money, day, time } = i18n;
  const { record, units } = p;
  const heading = useId();
  const asked = useQuery(quoteQuery({ reservation: record.id, quantity: units, pack: p.pack, language: i18n.language }));
  const policies = useQuery(policiesQuery);
  const quote = asked.data?.quote;
  const stale = asked.isPlaceholderData;
  const unused = unusedUnits(record);
  const fits = quote?.fits ?? 0;
  useKeys(
    {
      ArrowLeft: () => p.onUnits(Math.max(1, units - 1)),
      ArrowRight: () => p.onUnits(Math.min(record.quantity, units + 1)),
    },
    !document.querySelector('[data-slider]'),
  );

  const quick = [
    ...(unused > 0 && unused < record.quantity ? [{ n: unused, label: say('quote.unused', { n: unused }) }] : []),
    ...(fits > 0 && fits < record.quantity && fits !== unused ? [{ n: fits, label: say('quote.fits', { n: fits }) }] : []),
    { n: record.quantity, label: say('quote.all', { n: record.quantity }) },
  ];
  return (
    <section className={ui.card} aria-labelledby={heading}>
      <div className={ui.cardHead}>
        <h2 id={heading}>{p.title}</h2>
        <div>{say('units', { n: units })}</div>
      </div>
      {quick.length > 1 && (
        <Segments
          label={say('quote.units')}
          value={quick.some((choice) => choice.n === units) ? String(units) : undefined}
          options={quick.map((choice) => ({ value: String(choice.n), label: choice.label }))}
          onChange={(value) => p.onUnits(Number(value))}
        />
      )}
      {quote ? (
        <div className={`${ui.stack} ${stale ? ui.stale : ''}`} style={{ marginTop: 12 }} aria-busy={stale} aria-live="polite">
          <p>
            <span
              className={ui.big}
              style={
                quote.ok
                  ? { fontSize: 30, lineHeight: '38px' }
                  : { fontSize: 30, lineHeight: '38px', color: 'var(--ink-2)', textDecoration: 'line-through' }
              }
            >
              {money(fromWire(quote.refund))}
            </span>
            <span className={ui.sub}>{say('quote.back')}</span>
          </p>
          {asked.error ? <p className={ui.aged}>{say('face.aged', { time: time(quote.asOf) })}</p> : null}
          <Verdict quote={quote} record={record} onUnits={p.onUnits} />
          <ul className={ui.lines}>
            {quote.lines.map((line, i) => (
              <li key={i}>
                <span>
                  {line.text} <span className={ui.chip}>{line.rule}</span>
                </span>
                <span style={{ whiteSpace: 'nowrap' }}>{line.amount ? money(fromWire(line.amount)) : ''}</span>
              </li>
            ))}
            <li className={ui.total}>
              <span>{say('quote.refund')}</span>
              <span>{money(fromWire(quote.refund))}</span>
            </li>
          </ul>
          {quote.notes.length > 0 && (
            <ul className={ui.note}>
              {quote.notes.map((note) => (
                <li key={note.code}>{note.text}</li>
              ))}
            </ul>
          )}
          <AllowanceMeter
            title={say('allowance.ofCustomer')}
            limit={fromWire(quote.allowance.limit)}
            used={fromWire(quote.allowance.used)}
            held={fromWire(quote.allowance.held)}
            refund={fromWire(quote.allowance.thisRefund)}
            free={fromWire(quote.allowance.free)}
            over={quote.reasons.some((reason) => reason.code.includes('limit') || reason.armCode === 'RefundLimitExceeded')}
          />
        </div>
      ) : asked.error && !asked.isFetching ? (
        <div style={{ marginTop: 12 }}>
          {asked.error instanceof Problem && asked.error.status < 500 && asked.error.status !== 429 ? (
            <Refused title={say('quote.none')} reasons={[{ code: asked.error.code, message: asked.error.title }]} />
          ) : (
            <Failed small title={say('quote.failed')} kept={say('quote.failedKept')} error={asked.error} again={() => asked.refetch()} />
          )}
        </div>
      ) : (
        <div style={{ marginTop: 16 }}>
          <Bones rows={7} />
        </div>
      )}
      {policies.data && policies.data.rows.length > 1 && (
        <div style={{ marginTop: 16 }}>
          <label htmlFor={`${heading}policy`} style={{ fontWeight: 600 }}>
            {say('quote.policy')}
          </label>
          <Select
            id={`${heading}policy`}
            value={p.pack ?? policies.data.governing}
            onChange={(_, data) => p.onPack(data.value === policies.data.governing ? undefined : data.value)}
            style={{ marginTop: 6 }}
          >
            {policies.data.rows.map((policy) => (
              <option key={policy.id} value={policy.id}>
                {policy.governing ? say('quote.inForce', { name: policy.name }) : policy.name}
              </option>
            ))}
          </Select>
          {quote?.otherPack && (
            <p className={ui.sub} style={{ marginTop: 4 }}>
              {say('quote.with', { pack: quote.otherPack.policy, amount: money(fromWire(quote.otherPack.refund)) })}
            </p>
          )}
        </div>
      )}
      {p.footer}
      {quote && (
        <p className={ui.sub} style={{ marginTop: 12, fontSize: 13 }}>
          {say('quote.valid', { time: time(quote.validUntil), day: day(dayOf(quote.validUntil)), ms: asked.data?.ms ?? 0 })}
        </p>
      )}
    </section>
  );
}

function Verdict({ quote, record, onUnits }: { quote: Quote; record: Record_; onUnits: (units: number) => void }) {
  const { say, day } = useI18n();
  if (quote.ok) {
    return (
      <Allowed>
        {say('quote.allowed')} {quote.approvalNeeded && say('quote.approval')}
      </Allowed>
    );
  }
  return (
    <Refused
      reasons={quote.reasons.map((reason) => ({ code: reason.armCode ?? reason.code, message: reason.text }))}
      ways={
        <>
          {quote.fits > 0 && quote.fits < quote.quantity && (
            <Button size="small" onClick={() => onUnits(quote.fits)}>
              {say('quote.atMost', { n: quote.fits })}
            </Button>
          )}
          {quote.fitsAllFrom && (
            <Link to="/allowance" search={{ customer: record.customer.id }}>
              {say('quote.fitsFrom', { date: day(dayOf(quote.fitsAllFrom)) })}
            </Link>
          )}
          {quote.whereToGo && <span>{quote.whereToGo}</span>}
        </>
      }
    />
  );
}
