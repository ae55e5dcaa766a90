// One case: why it stands as it does, and what a person may do: match by hand, pass it on, mark it paid.
import { Checkbox } from '@fluentui/react-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, dayOf, told, writeOnce } from '../../shared/api';
import { useI18n } from '../../shared/i18n';
import { useHeadline, useKeys } from '../../shared/keys';
import { MayButton, useMay } from '../../shared/me';
import { fromWire, isNegative } from '../../shared/money';
import { useOnce } from '../../shared/once';
import { Fact, Facts, ui } from '../../shared/ui/Bits';
import { Empty, Faced } from '../../shared/ui/Faces';
import { Told } from '../../shared/ui/Told';
import PayForm from './PayForm';
import { type Case, moneyMoved, settlementQuery } from './queries';
import s from './settlement.module.css';

const arrived = (of: Case) => of.credit?.state === 'arrived';

export default function CaseDetail({ of }: { of: Case }) {
  const i18n = useI18n();
  const { say, money, day, moment } = i18n;
  const headline = useHeadline(of.id);
  const may = useMay(undefined, 'settle');
  const [doing, setDoing] = useState<'match' | 'pay' | null>(null);
  const canMatch = of.state !== 'matched' && !arrived(of);
  const canPay = Boolean(of.owed && !of.settled && of.transaction);
  useKeys({ m: () => canMatch && may.may && setDoing('match') });
  return (
    <div className={s.inside}>
      <h2 ref={headline} tabIndex={-1} className={ui.big} style={{ fontSize: 17 }}>
        <Why of={of} />
      </h2>
      <Facts>
        {of.transaction && (
          <>
            <Fact name={say('settle.credit')}>{money(fromWire(of.transaction.credit))}</Fact>
            <Fact name={say('settle.fee')}>{money(fromWire(of.transaction.fee))}</Fact>
            <Fact name={say('settle.doneBy')}>
              {of.transaction.by}, {moment(of.at)} UTC
            </Fact>
          </>
        )}
        {of.credit?.difference && <Fact name={say('settle.difference')}>{money(fromWire(of.credit.difference))}</Fact>}
        {of.credit && arrived(of) && (
          <Fact name={say('settle.matchedBy')}>
            {of.credit.by}, {day(dayOf(of.credit.at))}
          </Fact>
        )}
        {of.lines.map((line) => (
          <Fact key={line.name} name={say('settle.onLine', { name: line.name })}>
            {money(fromWire(line.amount))} · {day(line.from)}
            {line.charge ? ` · ${line.charge}` : ''}
          </Fact>
        ))}
        {of.settled && (
          <Fact name={say('settle.paidTitle')}>
            {day(of.settled.paidOn)} · {say(of.settled.method === 'bank' ? 'settle.bank' : 'settle.setOff')}
            {of.settled.reference ? ` · ${of.settled.reference}` : ''}
          </Fact>
        )}
      </Facts>
      <div className={ui.row}>
        {canMatch && (
          <MayButton why={may.why} aria-expanded={doing === 'match'} onClick={() => setDoing(doing === 'match' ? null : 'match')}>
            {say('settle.match')}
          </MayButton>
        )}
        {canPay && !of.note && of.customer && of.transaction && (
          <Link to="/credit-notes/$id" params={{ id: 'new' }} search={{ customer: of.customer.id, returns: of.transaction.return }}>
            {say('settle.toNote')}
          </Link>
        )}
        {canPay && (
          <MayButton why={may.why} aria-expanded={doing === 'pay'} onClick={() => setDoing(doing === 'pay' ? null : 'pay')}>
            {say('settle.markPaid')}
          </MayButton>
        )}
        {of.reservation && (
          <Link to="/reservations/$reservation/history" params={{ reservation: of.reservation.id }}>
            {say('settle.toRecord')}
          </Link>
        )}
        {of.customer && (
          <Link to="/customers/$customer/$part" params={{ customer: of.customer.id, part: 'settlement' }}>
            <bdi>{of.customer.name}</bdi>
          </Link>
        )}
      </div>
      {doing === 'match' && <Match of={of} />}
      {doing === 'pay' && of.transaction && <Pay returned={of.transaction.return} from={dayOf(of.at)} />}
    </div>
  );
}

function Why({ of }: { of: Case }) {
  const { say, day, month, money } = useI18n();
  const line = of.lines[0];
  switch (of.state) {
    case 'matched':
      return say('settle.why.matched');
    case 'off':
      return of.credit?.difference
        ? say(arrived(of) ? 'settle.why.offTaken' : 'settle.why.off', { amount: money(fromWire(of.credit.difference)) })
        : say('settle.why.offUnknown');
    case 'other_month':
      return say(of.inPurchaseMonth ? 'settle.why.purchaseMonth' : 'settle.why.otherMonth', { month: line ? month(line.from) : '' });
    case 'other_currency':
      return say('settle.why.otherCurrency', { currency: line?.amount.currency ?? '' });
    case 'ambiguous':
      return say('settle.why.ambiguous', { n: of.lines.length });
    case 'missing':
      return say('settle.why.missing', { date: of.missingFrom ? day(of.missingFrom) : '' });
    case 'waiting':
      return say('settle.why.waiting', { date: of.missingFrom ? day(of.missingFrom) : '' });
    default:
      return say('settle.why.unrequested');
  }
}

/** What may belong together: a return with the lines of its customer, a line with the returns whose credit has not come. */
function Match({ of }: { of: Case }) {
  const { say, money, day } = useI18n();
  const queries = useQueryClient();
  const may = useMay(undefined, 'settle');
  const [chosen, setChosen] = useState('');
  const [accept, setAccept] = useState(false);
  const open = useQuery(settlementQuery({ month: 'open', customer: of.customer?.id, limit: 500 }));
  const match = useOnce(
    (body: { line: string; return: string; acceptDifference: boolean }, key) =>
      told(api.POST('/api/settlement/matches', { params: { header: writeOnce(key) }, body })),
    () => void moneyMoved(queries),
  );
  const isLine = !of.transaction;
  return (
    <Faced of={open} failed={say('settle.failed')} small>
      {(view) => {
        const lines = [...of.lines, ...view.rows.filter((row) => row.state === 'unrequested').flatMap((row) => row.lines)];
        const returns = view.rows.filter((row) => row.transaction && !arrived(row) && row.state !== 'matched');
        const choices = isLine
          ? returns.map((row) => ({
              id: row.id,
              amount: row.transaction?.refund,
              text: `${row.reservation?.name ?? row.id}, ${row.customer?.name ?? ''}, ${day(dayOf(row.at))}`,
            }))
          : lines.map((line) => ({
              id: line.name,
              amount: line.amount,
              text: `${line.name}, ${day(line.from)}, ${line.text ?? line.charge ?? ''}`,
            }));
        if (choices.length === 0)
          return (
            <Empty small title={say(isLine ? 'settle.noReturns' : 'settle.noLines')}>
              {say('settle.noChoice')}
            </Empty>
          );
        const other = choices.find((choice) => choice.id === chosen);
        const mine = isLine ? of.lines[0]?.amount : of.transaction?.refund;
        const differs = Boolean(other?.amount && mine && !opposite(other.amount, mine));
        const send = () =>
          other &&
          match.mutate(
            isLine
              ? { line: of.id, return: other.id, acceptDifference: accept }
              : { line: other.id, return: of.id, acceptDifference: accept },
          );
        return (
          <fieldset className={ui.stack}>
            <legend>{say(isLine ? 'settle.chooseReturn' : 'settle.chooseLine')}</legend>
            <div>
              {choices.map((choice) => (
                <label key={choice.id} className={ui.choice}>
                  <input type="radio" name="match" checked={choice.id === chosen} onChange={() => setChosen(choice.id)} />
                  <span>
                    <b>{choice.amount && money(fromWire(choice.amount))}</b> <bdi>{choice.text}</bdi>
                  </span>
                </label>
              ))}
            </div>
            {differs && <Checkbox checked={accept} onChange={(_, data) => setAccept(data.checked === true)} label={say('settle.accept')} />}
            <Told error={match.error} failed={say('write.failed')} kept={say('write.oldStays')} />
            <div>
              <MayButton
                why={may.why}
                appearance="primary"
                disabled={!other || (differs && !accept) || match.isPending || match.isSuccess}
                onClick={send}
              >
                {say('settle.matchThese')}
              </MayButton>
            </div>
          </fieldset>
        );
      }}
    </Faced>
  );
}

/** A credit on an invoice stands below zero; the refund that it is of above. */
function opposite(one: { amount: string; currency: string }, other: { amount: string; currency: string }): boolean {
  const a = fromWire(one);
  const b = fromWire(other);
  return a.currency === b.currency && isNegative(a) !== isNegative(b) && a.minor === -b.minor;
}

function Pay({ returned, from }: { returned: string; from: string }) {
  const queries = useQueryClient();
  const may = useMay(undefined, 'settle');
  const pay = useOnce(
    (body: { paidOn?: string; method: 'bank' | 'receivable'; reference: string }, key) =>
      told(api.POST('/api/settlement/cases/{return}/settled', { params: { path: { return: returned }, header: writeOnce(key) }, body })),
    () => void moneyMoved(queries),
  );
  return <PayForm from={from} why={may.why} busy={pay.isPending || pay.isSuccess} error={pay.error} onPay={(body) => pay.mutate(body)} />;
}
