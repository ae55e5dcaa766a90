// The last look at an exchange: the two transactions it makes, what is left to pay, who support may reach, and the consent. What is agreed to
// is the figure on the screen; the desk works it out once more and does nothing where it comes to another.
import { Button, Field, Textarea } from '@fluentui/react-components';
import { type UseQueryResult, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, Problem, type Schemas, told, writeOnce } from '../../shared/api';
import { useI18n } from '../../shared/i18n';
import { useHeadline, useKeys } from '../../shared/keys';
import { MayButton, useMay, useMe } from '../../shared/me';
import { fromWire, isNegative } from '../../shared/money';
import { useOnce } from '../../shared/once';
import { dropDraft } from '../../shared/taste';
import { Card, ui } from '../../shared/ui/Bits';
import { Empty, Faced, Refused } from '../../shared/ui/Faces';
import { Told } from '../../shared/ui/Told';
import Contact from '../requests/Contact';
import { useDraft } from '../requests/draft';
import w from '../requests/wizard.module.css';
import type { Record_ } from '../reservations/queries';
import { placeOf, planWord, scopeWord, termWord } from '../reservations/words';
import { scopeText, writeBuys, writeReturns } from './lines';
import { type ExchangeQuote, filedQuery } from './queries';

export default function ReviewExchange(p: {
  record: Record_;
  asked: UseQueryResult<ExchangeQuote>;
  /** Whether the scope of every bought line was confirmed. */
  confirmed: boolean;
  onBack: () => void;
  onMade: (number: string) => void;
}) {
  const i18n = useI18n();
  const { say, money } = i18n;
  const queries = useQueryClient();
  const headline = useHeadline('review');
  const may = useMay(p.record.actions, 'submitRequest');
  const draftName = `exchange.${p.record.id}`;
  const form = useDraft(draftName, useMe(), i18n);
  const [agreed, setAgreed] = useState('');
  const [missed, setMissed] = useState('');
  const quote = p.asked.isPlaceholderData ? undefined : p.asked.data;
  const net = quote ? fromWire(quote.balance.netPayable) : undefined;
  const consent = quote ? `${quote.policy} ${quote.balance.netPayable.amount} ${quote.balance.returned.amount}` : '';

  const file = useOnce(
    (body: Schemas['NewExchange'], key) => told(api.POST('/api/exchanges', { params: { header: writeOnce(key) }, body })),
    (filed) => {
      for (const changed of ['requests', 'inbox', 'reservations', 'reservation', 'quote'])
        void queries.invalidateQueries({ queryKey: [changed] });
      queries.setQueryData(filedQuery(filed.number).queryKey, filed);
      dropDraft(draftName);
      p.onMade(filed.number);
    },
  );
  const old = file.error instanceof Problem && /stale|expired/.test(file.error.code);

  const create = () => {
    if (file.isPending) return;
    if (may.why) return setMissed(may.why);
    if (!quote?.ok) return setMissed(say('exchange.notYet'));
    if (!form.check()) return;
    if (agreed !== consent) return setMissed(say('wizard.agreeFirst'));
    setMissed('');
    const { values } = form;
    file.mutate({
      returns: writeReturns(quote.returned.map((line) => ({ reservation: line.reservation, units: line.quantity }))),
      bought: writeBuys(
        quote.bought.map((line) => ({
          units: line.quantity,
          sku: line.sku,
          region: line.region,
          term: line.term,
          plan: line.plan,
          scope: scopeText(line.scope),
          product: line.product,
        })),
      ),
      reason: values.details.trim(),
      contact: {
        firstName: values.firstName.trim(),
        lastName: values.lastName.trim(),
        method: values.method,
        email: values.email.trim(),
        ...(values.phone.trim() ? { phone: values.phone.trim() } : {}),
        timeZone: values.timeZone,
        country: values.country,
        language: values.language,
      },
      policy: quote.policy,
      netPayable: quote.balance.netPayable,
    });
  };
  useKeys({ 'Ctrl+Enter': create, Escape: p.onBack });

  if (!p.confirmed) {
    return (
      <Empty title={say('exchange.confirmFirst')} step={<Button onClick={p.onBack}>{say('exchange.back')}</Button>}>
        {say('exchange.confirmText')}
      </Empty>
    );
  }
  return (
    <>
      <div className={w.body} style={{ gridTemplateColumns: 'minmax(0, 820px)' }}>
        <div className={ui.stack}>
          <h2 ref={headline} tabIndex={-1} style={{ fontSize: 18, lineHeight: '24px' }}>
            {say('exchange.reviewTitle')}
          </h2>
          <Faced of={p.asked} failed={say('exchange.failed')} kept={say('exchange.kept')} rows={8}>
            {(shown) => (
              <>
                <Card title={say('exchange.first')} aside={say('exchange.creditNow', { amount: money(fromWire(shown.balance.credits)) })}>
                  <ul className={ui.lines}>
                    {shown.returned.map((line) => (
                      <li key={line.reservation}>
                        <span>
                          {say('exchange.lineOut', { units: say('units', { n: line.quantity }), name: line.name })}{' '}
                          <span className={ui.sub}>{placeOf(line)}</span>
                        </span>
                        <span>{money(fromWire(line.value))}</span>
                        <small>
                          {say('exchange.valueOf', {
                            credit: money(fromWire(line.credit)),
                            commitment: money(fromWire(line.remainingCommitment)),
                          })}
                        </small>
                      </li>
                    ))}
                    <li className={ui.total}>
                      <span>{say('exchange.returned')}</span>
                      <span>{money(fromWire(shown.balance.returned))}</span>
                    </li>
                  </ul>
                </Card>
                <Card title={say('exchange.second')} aside={say('exchange.newTerm')}>
                  <ul className={ui.lines}>
                    {shown.bought.map((line, i) => (
                      <li key={`${line.sku} ${i}`}>
                        <span>
                          {say('exchange.lineIn', { units: say('units', { n: line.quantity }), name: line.sku })}{' '}
                          <span className={ui.sub}>{[line.region, termWord(i18n, line.term), planWord(i18n, line.plan)].join(' · ')}</span>
                        </span>
                        <span>{money(fromWire(line.price))}</span>
                        <small>{scopeWord(i18n, line.scope)}</small>
                      </li>
                    ))}
                    <li className={ui.total}>
                      <span>{say('exchange.boughtTotal')}</span>
                      <span>{money(fromWire(shown.balance.bought))}</span>
                    </li>
                    <li>
                      <span>{say('exchange.netTerm')}</span>
                      <span>{money(fromWire(shown.balance.netPayable))}</span>
                    </li>
                    <li className={ui.total}>
                      <span>{say(isNegative(fromWire(shown.balance.dueToday)) ? 'exchange.creditedNow' : 'exchange.netNow')}</span>
                      <span>{money(fromWire(shown.balance.dueToday))}</span>
                    </li>
                  </ul>
                </Card>
                {!shown.ok && (
                  <Refused
                    reasons={shown.checks
                      .filter((check) => !check.met)
                      .map((check) => ({ code: check.code ?? check.rule, message: `${check.text} ${check.fix ?? ''}` }))}
                    ways={<Button onClick={p.onBack}>{say('exchange.back')}</Button>}
                  />
                )}
              </>
            )}
          </Faced>
          <Card title={say('wizard.contact')}>
            <div className={ui.stack}>
              <Contact form={form} />
              <Field label={say('exchange.why')}>
                <Textarea rows={3} maxLength={4000} value={form.values.details} onChange={(_, data) => form.set({ details: data.value })} />
              </Field>
            </div>
          </Card>
          {net && quote?.ok && (
            <label className={w.agree}>
              <input type="checkbox" checked={agreed === consent} onChange={(event) => setAgreed(event.target.checked ? consent : '')} />
              {say('exchange.agree', {
                returned: money(fromWire(quote.balance.returned)),
                bought: money(fromWire(quote.balance.bought)),
                net: money(net),
                pack: quote.policy,
              })}
            </label>
          )}
          {missed && (
            <p role="alert" className={ui.note}>
              {missed}
            </p>
          )}
          <Told error={file.error} failed={say('wizard.nothingSent')} kept={say('wizard.draftKept')} />
          {old && (
            <Button
              onClick={() => {
                setAgreed('');
                file.reset();
                void p.asked.refetch();
              }}
            >
              {say('wizard.newQuote')}
            </Button>
          )}
        </div>
      </div>
      <div className={w.foot}>
        <Button onClick={p.onBack}>{say('action.previous')}</Button>
        <MayButton why={may.why} appearance="primary" onClick={create} disabledFocusable={file.isPending}>
          {say(file.isPending ? 'wizard.sending' : 'action.create')}
        </MayButton>
        <span>{say('wizard.keyCreate')}</span>
      </div>
    </>
  );
}
