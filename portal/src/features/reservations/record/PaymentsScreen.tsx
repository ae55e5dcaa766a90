// S9, Payments: the instalments, what is paid and what is still due.
import { useQuery } from '@tanstack/react-query';
import { useI18n } from '../../../shared/i18n';
import { fromWire, share } from '../../../shared/money';
import { Card, Fact, Facts, ui } from '../../../shared/ui/Bits';
import { Empty, Faced } from '../../../shared/ui/Faces';
import { Legend } from '../../../shared/ui/Meter';
import { paymentsQuery } from '../queries';
import { useRecord } from '../RecordFrame';
import { planWord } from '../words';

const words = { Succeeded: 'pay.succeeded', Failed: 'pay.failed', Scheduled: 'pay.scheduled', Cancelled: 'pay.cancelled' } as const;

export default function PaymentsScreen() {
  const i18n = useI18n();
  const { say, money, day } = i18n;
  const record = useRecord();
  const asked = useQuery(paymentsQuery(record.id));
  return (
    <Card
      title={say('record.payments')}
      aside={asked.data && asked.data.total > 1 ? say('pay.count', { n: asked.data.succeeded, total: asked.data.total }) : undefined}
    >
      <Faced of={asked} failed={say('pay.failedToLoad')}>
        {(payments) => {
          const first = payments.rows[0];
          if (!first) return <Empty title={say('pay.none')}>{say('pay.noneText')}</Empty>;
          if (payments.plan === 'Upfront' && payments.rows.length === 1 && first.status === 'Succeeded') {
            return (
              <Empty title={say('pay.upfront', { date: day(first.paid ?? first.due), amount: money(fromWire(first.amount)) })}>
                {say('pay.upfrontText')}
              </Empty>
            );
          }
          const paid = payments.paid ? fromWire(payments.paid) : undefined;
          const due = payments.due ? fromWire(payments.due) : undefined;
          return (
            <div className={ui.stack}>
              <Facts>
                <Fact name={say('fact.plan')}>{planWord(i18n, payments.plan)}</Fact>
                {paid && <Fact name={say('pay.paid')}>{money(paid)}</Fact>}
                {due && <Fact name={say('pay.due')}>{money(due)}</Fact>}
              </Facts>
              {paid && due && (
                <div>
                  <div className={ui.meter} role="img" aria-label={`${say('pay.paid')} ${money(paid)}, ${say('pay.due')} ${money(due)}`}>
                    <i
                      style={{
                        flex: `${Math.max(1, share(paid, { minor: paid.minor > due.minor ? paid.minor : due.minor, currency: paid.currency }))}`,
                        background: 'var(--bar)',
                      }}
                    />
                    <i
                      style={{
                        flex: `${Math.max(1, share(due, { minor: paid.minor > due.minor ? paid.minor : due.minor, currency: paid.currency }))}`,
                        background: 'var(--free)',
                      }}
                    />
                  </div>
                  <Legend
                    parts={[
                      { tone: 'var(--bar)', word: say('pay.paid') },
                      { tone: 'var(--free)', word: say('pay.due') },
                    ]}
                  />
                </div>
              )}
              <div className={ui.scroll} tabIndex={0}>
                <table className={ui.table}>
                  <thead>
                    <tr>
                      <th scope="col">{say('pay.dueDay')}</th>
                      <th scope="col">{say('pay.paidDay')}</th>
                      <th scope="col">{say('column.status')}</th>
                      <th scope="col" className={ui.end}>
                        {say('pay.amount')}
                      </th>
                      <th scope="col" className={ui.end}>
                        {say('pay.soFar')}
                      </th>
                    </tr>
                  </thead>
                  <tbody>
                    {payments.rows.map((row) => (
                      <tr
                        key={row.due}
                        style={row.status === 'Cancelled' ? { textDecoration: 'line-through', color: 'var(--ink-2)' } : undefined}
                      >
                        <td>{day(row.due)}</td>
                        <td>{row.paid ? day(row.paid) : '–'}</td>
                        <td>{say(words[row.status])}</td>
                        <td className={ui.end}>
                          {money(fromWire(row.amount))}
                          {row.pricing && row.pricing.currency !== row.amount.currency && (
                            <div className={ui.sub}>{money(fromWire(row.pricing))}</div>
                          )}
                        </td>
                        <td className={ui.end}>{row.paidSoFar ? money(fromWire(row.paidSoFar)) : '–'}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            </div>
          );
        }}
      </Faced>
    </Card>
  );
}
