// S7, Overview: term, use, essentials, and what a return would give today.
import { Button } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { dayOf, percentOf } from '../../../shared/api';
import { useI18n } from '../../../shared/i18n';
import { useMay } from '../../../shared/me';
import { fromWire } from '../../../shared/money';
import { Card, Fact, Facts, Id, ui } from '../../../shared/ui/Bits';
import { TermBar, Twin, UsageBars } from '../../../shared/ui/Charts';
import { Empty, Faced } from '../../../shared/ui/Faces';
import { QuotePanel, unusedUnits } from '../QuotePanel';
import { quoteQuery, utilizationQuery } from '../queries';
import { useRecord } from '../RecordFrame';
import s from '../record.module.css';
import { planWord, scopeWord, termWord } from '../words';

const route = getRouteApi('/reservations/$reservation/overview');

export default function OverviewScreen() {
  const i18n = useI18n();
  const { say, money, day, number, percent } = i18n;
  const record = useRecord();
  const search = route.useSearch();
  const navigate = useNavigate();
  const may = useMay(record.actions, 'submitRequest');
  const live = ['Succeeded', 'Expiring'].includes(record.state);
  const whole = useQuery({ ...quoteQuery({ reservation: record.id, quantity: record.quantity, language: i18n.language }), enabled: live })
    .data?.quote;
  const utilization = useQuery(utilizationQuery(record.id));
  const units = Math.min(record.quantity, search.units ?? (unusedUnits(record) || record.quantity));
  const change = (next: { units?: number; pack?: string | undefined }) =>
    navigate({
      to: '/reservations/$reservation/overview',
      params: { reservation: record.id },
      search: { ...search, ...next },
      replace: true,
    });
  const days = utilization.data?.rows.map((row) => ({ day: row.from, used: percentOf(row.average) ?? 0 })) ?? [];
  const windows = [
    { word: say('use.day1'), used: percentOf(record.utilization?.day1) },
    { word: say('use.days7'), used: percentOf(record.utilization?.days7) },
    { word: say('use.days30'), used: percentOf(record.utilization?.days30) },
  ];
  return (
    <div className={s.two}>
      <div className={ui.stack} style={{ gap: 20 }}>
        <Card
          title={`${say('term.title')} · ${termWord(i18n, record.term)}`}
          aside={say('term.day', { elapsed: number(record.daysElapsed), total: number(record.termDays) })}
        >
          <TermBar
            elapsed={record.daysElapsed}
            total={record.termDays}
            spent={whole ? money(fromWire(whole.consumed)) : undefined}
            left={whole ? money(fromWire(whole.credit)) : undefined}
            pins={[
              { word: say('fact.purchased'), day: dayOf(record.purchased) },
              { word: say('column.expires'), day: dayOf(record.expiry), due: record.state === 'Expiring' },
            ]}
          />
          {record.status && record.status.code !== 'Succeeded' && (
            <p className={ui.note} style={{ marginTop: 12 }}>
              {record.status.message} <span className={ui.chip}>{record.status.code}</span>
            </p>
          )}
        </Card>
        <Card
          title={say('record.utilization')}
          aside={
            <Link to="/reservations/$reservation/utilization" params={{ reservation: record.id }}>
              {say('use.more')}
            </Link>
          }
        >
          <Faced of={utilization} failed={say('use.failed')} small>
            {() =>
              days.length === 0 ? (
                <Empty small title={say('use.none')}>
                  {say('use.lag')}
                </Empty>
              ) : (
                <>
                  <div className={s.numbers}>
                    {windows.map((one) => (
                      <div key={one.word}>
                        <b>{one.used === undefined ? '–' : percent(one.used)}</b>
                        <span>{one.word}</span>
                      </div>
                    ))}
                    <div>
                      {record.unusedMoney && (
                        <>
                          <b style={{ color: 'var(--late)' }}>{money(fromWire(record.unusedMoney))}</b>
                          <span>{say('use.unused30')}</span>
                        </>
                      )}
                    </div>
                  </div>
                  <Twin
                    summary={say('use.summary', {
                      n: days.length,
                      percent: utilization.data?.percent ? percent(Number(utilization.data.percent)) : '–',
                    })}
                    aside={say('use.lag')}
                    chart={<UsageBars days={days} />}
                    head={[say('use.dayHead'), say('chart.used'), say('chart.unused')]}
                    rows={days.map((one) => ({
                      key: one.day,
                      cells: [day(one.day), percent(one.used), percent(Math.max(0, 100 - one.used))],
                    }))}
                  />
                </>
              )
            }
          </Faced>
        </Card>
        <Card title={say('record.essentials')}>
          <Facts>
            <Fact name={say('column.customer')}>
              <Link to="/customers/$customer/$part" params={{ customer: record.customer.id, part: 'overview' }}>
                <bdi>{record.customer.name}</bdi>
              </Link>
            </Fact>
            <Fact name={say('column.scope')}>{scopeWord(i18n, record.scope)}</Fact>
            <Fact name={say('fact.plan')}>{planWord(i18n, record.plan)}</Fact>
            <Fact name={say('column.expires')}>{day(dayOf(record.expiry))}</Fact>
            <Fact name={say('fact.renew')}>{say(record.renew ? 'value.on' : 'value.off')}</Fact>
            <Fact name={say('fact.flexibility')}>{say(record.instanceFlexibility ? 'value.on' : 'value.off')}</Fact>
            {record.price && <Fact name={say('fact.price')}>{money(fromWire(record.price))}</Fact>}
            <Fact name={say('id.order')} wide>
              <Id name={say('id.order')} value={record.order} />
            </Fact>
            <Fact name={say('id.reservation')} wide>
              <Id name={say('id.reservation')} value={record.id} />
            </Fact>
          </Facts>
        </Card>
      </div>
      {record.quantity > 0 && live ? (
        <QuotePanel
          record={record}
          title={say('quote.today')}
          units={units}
          pack={search.pack}
          onUnits={(next) => change({ units: next })}
          onPack={(pack) => change({ pack })}
          footer={
            <div style={{ marginTop: 16, display: 'grid', gap: 6 }}>
              <Button
                appearance="primary"
                disabledFocusable={!may.may}
                onClick={() =>
                  navigate({
                    to: '/reservations/$reservation/new-request',
                    params: { reservation: record.id },
                    search: { want: 'refund', units, pack: search.pack },
                  })
                }
              >
                {say('quote.start')}
              </Button>
              {may.why && <p className={ui.sub}>{may.why}</p>}
            </div>
          }
        />
      ) : (
        <Card title={say('quote.today')}>
          <Empty small title={say('quote.notLive')}>
            {say('quote.notLiveText')}
          </Empty>
        </Card>
      )}
    </div>
  );
}
