// S22, Bulk dry run: every result before anything is sent, the allowance shared out in an order that can be changed, one click for the rest.
import { Button } from '@fluentui/react-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useI18n } from '../../shared/i18n';
import { useHeadline } from '../../shared/keys';
import { fromWire } from '../../shared/money';
import { announce } from '../../shared/ui/announce';
import { Card, ui } from '../../shared/ui/Bits';
import { Bones, Empty, Faced } from '../../shared/ui/Faces';
import { AllowanceMeter } from '../../shared/ui/Meter';
import s from './bulk.module.css';
import { fitted, type Made, type Plan, type PlanRow, planQuery } from './queries';
import Rows from './Rows';
import { type Line, linesMax, readLines, writeLines } from './search';

const route = getRouteApi('/bulk');
const Create = lazy(() => import('./Create'));
const Done = lazy(() => import('./Done'));

export default function BulkScreen() {
  const i18n = useI18n();
  const { say } = i18n;
  const queries = useQueryClient();
  const navigate = useNavigate();
  const search = route.useSearch();
  const headline = useHeadline('bulk');
  const [made, setMade] = useState<Made | null>(null);
  const lines = readLines(search.lines);
  const plan = useQuery(planQuery(lines, i18n.language));
  const change = (next: readonly Line[]) => {
    void navigate({ to: '/bulk', search: { lines: writeLines(next) || undefined }, replace: true });
  };
  const done = (result: Made) => {
    setMade(result);
    const left = new Set(result.rows.filter((row) => row.state !== 'made').map((row) => row.reservation));
    // What was left out stays in the address, for another round.
    change(lines.filter((line) => line.out || left.has(line.reservation)));
    for (const key of ['reservations', 'requests', 'customers', 'customer', 'allowance', 'bulk', 'quote'])
      void queries.invalidateQueries({ queryKey: [key] });
  };

  return (
    <div className={ui.page}>
      <div className={ui.head}>
        <div>
          <h1 ref={headline} tabIndex={-1}>
            {say('bulk.title')}
          </h1>
          <p className={ui.sub}>{say('bulk.intro')}</p>
        </div>
        <Link to="/reservations">{say('bulk.back')}</Link>
      </div>
      {made ? (
        <Suspense fallback={<Bones rows={8} />}>
          <Done made={made} again={() => setMade(null)} />
        </Suspense>
      ) : lines.length === 0 ? (
        <Empty title={say('bulk.none')} step={<Link to="/reservations">{say('bulk.choose')}</Link>}>
          {say('bulk.noneText', { n: linesMax })}
        </Empty>
      ) : lines.every((line) => line.out) ? (
        <>
          <Rows lines={lines} rows={noRows} stale={false} onChange={change} />
          <Empty small title={say('bulk.allOut')}>
            {say('bulk.allOutText')}
          </Empty>
        </>
      ) : (
        <Faced of={plan} failed={say('bulk.failed')} kept={say('bulk.kept')} rows={10}>
          {(told) => <Planned plan={told} lines={lines} stale={plan.isPlaceholderData} onChange={change} onMade={done} />}
        </Faced>
      )}
    </div>
  );
}

const noRows: ReadonlyMap<string, PlanRow> = new Map();

function Planned(p: {
  plan: Plan;
  lines: Line[];
  stale: boolean;
  onChange: (lines: readonly Line[]) => void;
  onMade: (made: Made) => void;
}) {
  const i18n = useI18n();
  const { say, money } = i18n;
  const { plan } = p;
  const [fitting, setFitting] = useState(false);
  const rows = new Map(plan.rows.map((row) => [row.reservation, row]));
  const wanted = p.lines.filter((line) => !line.out);
  const fixable = plan.rows.some((row) => (row.state === 'refused' || row.state === 'cut') && (row.fits ?? 0) > 0);
  const fixAll = () => {
    setFitting(true);
    fitted(p.lines)
      .then((lines) => {
        p.onChange(lines);
        announce(say('bulk.fixedAll'));
      })
      .catch(() => announce(say('bulk.failed')))
      .finally(() => setFitting(false));
  };
  return (
    <div className={s.body}>
      <div className={ui.stack}>
        <div className={ui.row}>
          <p role="status" className={s.summary}>
            {say('bulk.summary', { n: plan.makeable, total: wanted.length })}
          </p>
          {fixable && (
            <Button onClick={fixAll} disabledFocusable={fitting}>
              {say('bulk.fixAll')}
            </Button>
          )}
        </div>
        <Rows lines={p.lines} rows={rows} stale={p.stale} onChange={p.onChange} />
        <p className={ui.sub}>{say('bulk.keys')}</p>
      </div>
      <div className={ui.stack}>
        <Card title={say('bulk.totals')}>
          {plan.totals.length > 0 ? (
            <table className={ui.table}>
              <tbody>
                {plan.totals.map((total) => (
                  <tr key={total.refund.currency}>
                    <th scope="row">{say('bulk.requests', { n: total.lines })}</th>
                    <td className={ui.end}>
                      <b>{money(fromWire(total.refund))}</b>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          ) : (
            <p className={ui.sub}>{say('bulk.noTotals')}</p>
          )}
        </Card>
        <Card title={say('bulk.allowances')}>
          <div className={ui.stack}>
            {plan.customers.map((each) => (
              <div key={each.customer.id}>
                <AllowanceMeter
                  title={each.customer.name}
                  limit={fromWire(each.limit)}
                  used={fromWire(each.used)}
                  held={fromWire(each.held)}
                  refund={fromWire(each.taken)}
                  free={fromWire(each.left)}
                />
                <p className={ui.sub}>
                  {say('bulk.ofCustomer', { n: each.lines, amount: money(fromWire(each.refund)) })}{' '}
                  {each.others > 0 && say('bulk.others', { n: each.others })}
                </p>
              </div>
            ))}
          </div>
        </Card>
        <Suspense fallback={<Bones rows={6} />}>
          <Create plan={plan} lines={wanted} stale={p.stale} onMade={p.onMade} />
        </Suspense>
      </div>
    </div>
  );
}
