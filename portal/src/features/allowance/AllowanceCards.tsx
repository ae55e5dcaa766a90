// S17 for one customer: both readings, what is held, when it comes back, and when a given amount fits.
import { Field, Input } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { dayOf, type Schemas } from '../../shared/api';
import { useI18n } from '../../shared/i18n';
import { fromWire, type Minor, type Money, money as parse } from '../../shared/money';
import { Card, ui } from '../../shared/ui/Bits';
import { FreeSteps, type Step, Twin } from '../../shared/ui/Charts';
import { Allowed, Empty, Faced, Refused } from '../../shared/ui/Faces';
import { AllowanceMeter } from '../../shared/ui/Meter';
import { allowanceQuery } from '../customers/queries';

type Allowance = Schemas['Allowance'];

/** The free amount from now on: each return of the calendar lifts it, never above the limit. */
export function stepsOf(allowance: Allowance): Step[] {
  const governing = allowance.meter === 'refund' ? allowance.refund : allowance.cancelledCommitment;
  const limit = fromWire(allowance.limit);
  let free = fromWire(governing.free);
  const steps: Step[] = [{ at: allowance.asOf, free }];
  for (const back of [...allowance.calendar].sort((a, b) => a.at.localeCompare(b.at))) {
    const amount = fromWire(allowance.meter === 'refund' ? back.refund : back.cancelledCommitment);
    const sum = (free.minor + amount.minor) as Minor;
    free = { minor: sum > limit.minor ? limit.minor : sum, currency: free.currency };
    steps.push({ at: back.at, free });
  }
  return steps;
}

/** The first day on which the amount fits; null when even the whole allowance is too small. */
export function fitsFrom(steps: Step[], amount: Money): string | null {
  return steps.find((step) => step.free.minor >= amount.minor)?.at ?? null;
}

export default function AllowanceCards({ customer }: { customer: string }) {
  const i18n = useI18n();
  const { say, money, day, moment } = i18n;
  const asked = useQuery(allowanceQuery(customer));
  return (
    <Faced of={asked} failed={say('allowance.failed')} rows={8}>
      {(allowance) => {
        const limit = fromWire(allowance.limit);
        const steps = stepsOf(allowance);
        const last = steps.at(-1)?.at ?? allowance.asOf;
        const year = new Date(Date.parse(allowance.asOf) + 365 * 86_400_000).toISOString();
        const readings = [
          { word: say('allowance.byRefund'), meter: allowance.refund, governs: allowance.meter === 'refund' },
          { word: say('allowance.byCommitment'), meter: allowance.cancelledCommitment, governs: allowance.meter !== 'refund' },
        ].sort((a, b) => Number(b.governs) - Number(a.governs));
        return (
          <>
            <Card
              title={say('customer.allowance')}
              aside={say('allowance.policy', { policy: allowance.policy, days: allowance.windowDays })}
            >
              <div className={ui.stack}>
                {readings.map((reading) => (
                  <AllowanceMeter
                    key={reading.word}
                    title={reading.governs ? say('allowance.governs', { reading: reading.word }) : reading.word}
                    limit={limit}
                    used={fromWire(reading.meter.used)}
                    held={fromWire(reading.meter.held)}
                    free={fromWire(reading.meter.free)}
                  />
                ))}
              </div>
            </Card>
            <Card title={say('allowance.calendar')}>
              {allowance.calendar.length === 0 ? (
                <Empty small title={say('allowance.allFree', { amount: money(limit) })} />
              ) : (
                <Twin
                  summary={say('allowance.summary', { n: allowance.calendar.length, date: day(dayOf(last)) })}
                  chart={<FreeSteps steps={steps} until={last > year ? last : year} limit={limit} />}
                  head={[say('allowance.date'), say('allowance.comesBack'), say('allowance.freeThen')]}
                  rows={steps.map((step, i) => {
                    const back = i > 0 ? [...allowance.calendar].sort((a, b) => a.at.localeCompare(b.at))[i - 1] : undefined;
                    return {
                      key: `${step.at}${i}`,
                      cells: [
                        i === 0 ? say('allowance.now') : day(dayOf(step.at)),
                        back
                          ? `${money(fromWire(allowance.meter === 'refund' ? back.refund : back.cancelledCommitment))}${back.isHold ? ` (${say('allowance.ofHold')})` : ''}`
                          : '',
                        money(step.free),
                      ],
                    };
                  })}
                />
              )}
            </Card>
            <Solver steps={steps} limit={limit} />
            <Card title={say('allowance.holds')}>
              {allowance.holds.length === 0 ? (
                <Empty small title={say('allowance.noHolds')} />
              ) : (
                <div className={ui.scroll} tabIndex={0}>
                  <table className={ui.table}>
                    <thead>
                      <tr>
                        <th scope="col">{say('allowance.reference')}</th>
                        <th scope="col">{say('allowance.placed')}</th>
                        <th scope="col">{say('allowance.expires')}</th>
                        <th scope="col" className={ui.end}>
                          {say('allowance.held')}
                        </th>
                      </tr>
                    </thead>
                    <tbody>
                      {allowance.holds.map((hold) => (
                        <tr key={hold.id}>
                          <td>
                            {hold.reference}
                            <div className={ui.sub}>{hold.by}</div>
                          </td>
                          <td>{moment(hold.placed)}</td>
                          <td>{moment(hold.expires)}</td>
                          <td className={ui.end}>
                            {money(fromWire(allowance.meter === 'refund' ? hold.refund : hold.cancelledCommitment))}
                          </td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                </div>
              )}
            </Card>
          </>
        );
      }}
    </Faced>
  );
}

/** "When can I return 28,412.59?" */
function Solver({ steps, limit }: { steps: Step[]; limit: Money }) {
  const { say, money, day } = useI18n();
  const [text, setText] = useState('');
  let amount: Money | null = null;
  try {
    amount = text.trim()
      ? parse(
          text
            .replace(/[\s\u00a0]/g, '')
            .replace(/,(\d{1,2})$/, '.$1')
            .replaceAll(',', ''),
          limit.currency,
        )
      : null;
  } catch {
    amount = null;
  }
  const from = amount ? fitsFrom(steps, amount) : null;
  return (
    <Card title={say('allowance.when')}>
      <div className={ui.form}>
        <Field
          label={say('allowance.amount', { currency: limit.currency })}
          validationMessage={text.trim() && !amount ? say('form.amount', { example: money(limit) }) : ''}
        >
          <Input inputMode="decimal" value={text} maxLength={30} onChange={(_, data) => setText(data.value)} />
        </Field>
        <div aria-live="polite">
          {amount &&
            (amount.minor > limit.minor ? (
              <Refused reasons={[{ code: 'RefundLimitExceeded', message: say('allowance.never', { limit: money(limit) }) }]} />
            ) : from === steps[0]?.at ? (
              <Allowed>{say('allowance.fitsNow')}</Allowed>
            ) : from ? (
              <p className={ui.note}>{say('allowance.fitsFrom', { date: day(dayOf(from)) })}</p>
            ) : (
              <p className={ui.note}>{say('allowance.notYet')}</p>
            ))}
        </div>
      </div>
    </Card>
  );
}
