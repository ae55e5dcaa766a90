// Cases as rows: agreed, done, invoiced, passed on. The one that is chosen opens beneath its row.
import { Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { dayOf } from '../../shared/api';
import { useI18n } from '../../shared/i18n';
import { fromWire } from '../../shared/money';
import { Mark, ui } from '../../shared/ui/Bits';
import { Bones } from '../../shared/ui/Faces';
import type { Case } from './queries';
import type { CaseState } from './search';
import s from './settlement.module.css';
import { stateWords } from './words';

const CaseDetail = lazy(() => import('./CaseDetail'));

const shapes = {
  matched: 'dot',
  other_month: 'dot',
  other_currency: 'dot',
  waiting: 'ring',
  off: 'triangle',
  ambiguous: 'triangle',
  missing: 'diamond',
  unrequested: 'square',
} as const satisfies Record<CaseState, string>;

export default function CaseTable(p: {
  rows: Case[];
  chosen?: string | undefined;
  onChoose: (id: string | undefined) => void;
  month: string;
  /** On a customer's own page its name says nothing. */
  ofCustomer?: boolean;
}) {
  const { say, money, day } = useI18n();
  return (
    <div className={ui.scroll} tabIndex={0}>
      <table className={`${ui.table} ${s.cases}`}>
        <thead>
          <tr>
            <th scope="col">{say('settle.case')}</th>
            <th scope="col">{say('settle.agreed')}</th>
            <th scope="col">{say('settle.transaction')}</th>
            <th scope="col">{say('settle.line')}</th>
            <th scope="col">{say('settle.note')}</th>
            <th scope="col">{say('column.status')}</th>
          </tr>
        </thead>
        <tbody>
          {p.rows.map((row) => {
            const open = row.id === p.chosen;
            const line = row.lines[0];
            return [
              <tr key={row.id} className={open ? s.open : undefined}>
                <td>
                  <button
                    type="button"
                    className={ui.link}
                    aria-expanded={open}
                    aria-controls={open ? 'case' : undefined}
                    onClick={() => p.onChoose(open ? undefined : row.id)}
                  >
                    <bdi>{row.reservation?.name ?? line?.text ?? row.id}</bdi>
                  </button>
                  <div className={ui.sub}>
                    {!p.ofCustomer && <bdi>{row.customer?.name ?? line?.customerName}</bdi>}
                    {!p.ofCustomer && (row.customer ?? line?.customerName) ? ' · ' : ''}
                    {day(dayOf(row.at))}
                  </div>
                </td>
                <td>
                  {row.agreed ? (
                    <>
                      <span className={s.money}>{money(fromWire(row.agreed.refund))}</span>
                      <div className={ui.sub}>{row.agreed.request}</div>
                    </>
                  ) : (
                    <span className={ui.sub}>{row.transaction ? say('settle.noRequest') : '–'}</span>
                  )}
                </td>
                <td>
                  {row.transaction ? (
                    <>
                      <span className={s.money}>{money(fromWire(row.transaction.refund))}</span>
                      <div className={ui.sub}>{say('units', { n: row.transaction.quantity })}</div>
                    </>
                  ) : (
                    '–'
                  )}
                </td>
                <td>
                  {line ? (
                    <>
                      <span className={s.money}>{money(fromWire(line.amount))}</span>
                      <div className={ui.sub}>
                        {row.lines.length > 1 ? say('settle.lines', { n: row.lines.length }) : say('settle.onLine', { name: line.name })}
                      </div>
                    </>
                  ) : row.credit?.invoice ? (
                    say('settle.byHand', { invoice: row.credit.invoice })
                  ) : (
                    '–'
                  )}
                </td>
                <td>
                  {row.owed ? (
                    <>
                      <span className={s.money}>{money(fromWire(row.owed))}</span>
                      <div className={ui.sub}>
                        {row.note ? (
                          <Link to="/credit-notes/$id" params={{ id: row.note }}>
                            {row.note}
                          </Link>
                        ) : row.settled ? (
                          ''
                        ) : (
                          say('settle.noNote')
                        )}
                        {row.settled ? ` ${say('settle.paid', { date: day(row.settled.paidOn) })}` : ''}
                      </div>
                    </>
                  ) : (
                    '–'
                  )}
                </td>
                <td>
                  <span className={ui.status}>
                    <Mark shape={shapes[row.state]} />
                    {say(stateWords[row.state])}
                  </span>
                </td>
              </tr>,
              open && (
                <tr key={`${row.id} open`} className={s.detail}>
                  <td colSpan={6} id="case">
                    <Suspense fallback={<Bones rows={3} />}>
                      <CaseDetail of={row} />
                    </Suspense>
                  </td>
                </tr>
              ),
            ];
          })}
        </tbody>
      </table>
    </div>
  );
}
