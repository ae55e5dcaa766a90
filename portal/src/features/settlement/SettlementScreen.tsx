// S18, Settlement: every return found on the invoice and passed on to the customer, by month or whatever is open.
import { Button, Field, Input } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useI18n } from '../../shared/i18n';
import { useHeadline, useKeys } from '../../shared/keys';
import { MayButton, useMay } from '../../shared/me';
import { fromWire, isZero } from '../../shared/money';
import { Card, ui } from '../../shared/ui/Bits';
import { Bones, Empty, Faced } from '../../shared/ui/Faces';
import CaseTable from './CaseTable';
import { casesAtOnce, fileAddress, monthFrom, settlementQuery } from './queries';
import { caseStates } from './search';
import s from './settlement.module.css';
import { accountWords, stateWords } from './words';

const UploadCard = lazy(() => import('./UploadCard'));
const route = getRouteApi('/settlement/$month');

export default function SettlementScreen() {
  const i18n = useI18n();
  const { say, money } = i18n;
  const { month } = route.useParams();
  const search = route.useSearch();
  const navigate = useNavigate();
  const headline = useHeadline(month);
  const may = useMay(undefined, 'settle');
  const page = Number(search.page ?? 1);
  const asked = useQuery(settlementQuery({ month, customer: search.customer, state: search.state, offset: (page - 1) * casesAtOnce }));
  const go = (change: Partial<typeof search>) =>
    navigate({ to: '/settlement/$month', params: { month }, search: { ...search, ...change }, replace: true });
  const toMonth = (to: string) => navigate({ to: '/settlement/$month', params: { month: to }, search: { customer: search.customer } });
  const rows = asked.data?.rows ?? [];
  const next = () => {
    const at = rows.findIndex((row) => row.id === search.case);
    const open = [...rows.slice(at + 1), ...rows.slice(0, at + 1)].find((row) => row.open);
    if (open) void go({ case: open.id });
  };
  useKeys({
    n: next,
    Escape: () => void go({ case: undefined, do: undefined }),
  });
  const month1 = month === 'open' ? (asked.data?.asOf ?? '').slice(0, 7) : month;
  return (
    <div className={ui.page}>
      <div className={ui.head}>
        <div>
          <h1 ref={headline} tabIndex={-1}>
            {say('nav.settlement')}
          </h1>
          <p className={ui.sub}>{say(month === 'open' ? 'settle.openText' : 'settle.monthText')}</p>
        </div>
        <div className={ui.tools}>
          <MayButton why={may.why} appearance="primary" onClick={() => go({ do: search.do ? undefined : 'upload' })}>
            {say('settle.upload')}
          </MayButton>
          <Button as="a" href={fileAddress('/api/settlement/export', { month, customer: search.customer, state: search.state })} download>
            {say('list.export')}
          </Button>
        </div>
      </div>
      <div className={ui.row} style={{ alignItems: 'end' }}>
        <button type="button" className={ui.pill} aria-pressed={month === 'open'} onClick={() => toMonth('open')}>
          {say('settle.open')}
        </button>
        <Button
          style={{ minWidth: 36 }}
          aria-label={say('settle.before')}
          disabled={!month1}
          onClick={() => toMonth(month === 'open' ? month1 : monthFrom(month1, -1))}
        >
          ‹
        </Button>
        <Field label={say('settle.month')}>
          <Input
            type="month"
            value={month === 'open' ? '' : month}
            onChange={(_, data) => /^\d{4}-\d\d$/.test(data.value) && toMonth(data.value)}
          />
        </Field>
        <Button
          style={{ minWidth: 36 }}
          aria-label={say('settle.after')}
          disabled={month === 'open'}
          onClick={() => toMonth(monthFrom(month1, 1))}
        >
          ›
        </Button>
      </div>
      {search.do === 'upload' && (
        <Suspense fallback={<Bones rows={3} />}>
          <UploadCard onClose={() => go({ do: undefined })} />
        </Suspense>
      )}
      <Faced of={asked} failed={say('settle.failed')} kept={say('face.filterKept')} rows={8}>
        {(view) => (
          <div className={asked.isPlaceholderData ? `${ui.stack} ${ui.stale}` : ui.stack}>
            {view.sums.map((sum) => (
              <dl key={sum.currency} className={s.figures}>
                {(['expected', 'arrived', 'owed', 'noted', 'settled'] as const).map((name) => (
                  <div key={name}>
                    <dt>{say(`settle.sum.${name}`)}</dt>
                    <dd>{money(fromWire(sum[name]))}</dd>
                  </div>
                ))}
              </dl>
            ))}
            <div className={ui.pills} role="group" aria-label={say('column.status')}>
              {([undefined, ...caseStates.filter((each) => view.states[each] > 0 || each === search.state)] as const).map((state) => (
                <button
                  key={state ?? ''}
                  type="button"
                  className={ui.pill}
                  aria-pressed={search.state === state}
                  onClick={() => go({ state, page: undefined, case: undefined })}
                >
                  {say(state ? stateWords[state] : 'list.all')}
                  <b>{i18n.number(view.states[state ?? 'all'])}</b>
                </button>
              ))}
            </div>
            {view.rows.length === 0 ? (
              search.state ? (
                <Empty
                  title={say('settle.noneSuch')}
                  step={<Button onClick={() => go({ state: undefined })}>{say('action.clearFilters')}</Button>}
                />
              ) : (
                <Empty
                  title={month === 'open' ? say('settle.none') : say('settle.noneIn', { month: i18n.month(`${month}-01`) })}
                  step={<Link to="/requests">{say('nav.requests')}</Link>}
                >
                  {say('settle.noneText')}
                </Empty>
              )
            ) : (
              <CaseTable rows={view.rows} chosen={search.case} onChoose={(id) => go({ case: id })} month={month} />
            )}
            {view.total > casesAtOnce && (
              <div className={ui.row}>
                <Button disabled={page <= 1} onClick={() => go({ page: page > 2 ? String(page - 1) : undefined })}>
                  {say('settle.pageBefore')}
                </Button>
                <Button disabled={page * casesAtOnce >= view.total} onClick={() => go({ page: String(page + 1) })}>
                  {say('settle.pageAfter')}
                </Button>
                <span>{say('settle.shown', { from: view.offset + 1, until: view.offset + view.rows.length, total: view.total })}</span>
              </div>
            )}
            {view.ledger && view.ledger.length > 0 && (
              <Card title={say('settle.ledger')} aside={say(month === 'open' ? 'settle.ledgerNow' : 'settle.ledgerMonth')}>
                <div className={ui.stack}>
                  {view.ledger.map((strip) => (
                    <dl key={strip.currency} className={s.strip}>
                      {strip.accounts.map((each) => (
                        <div key={each.account}>
                          <dt>{say(accountWords[each.account])}</dt>
                          <dd>{money(fromWire(each.amount))}</dd>
                        </div>
                      ))}
                      <div className={isZero(fromWire(strip.total)) ? s.total : s.broken}>
                        <dt>{say(isZero(fromWire(strip.total)) ? 'settle.zero' : 'settle.notZero')}</dt>
                        <dd>{money(fromWire(strip.total))}</dd>
                      </div>
                    </dl>
                  ))}
                </div>
              </Card>
            )}
          </div>
        )}
      </Faced>
    </div>
  );
}
