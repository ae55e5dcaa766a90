// S8, Utilization: what was used, what was wasted, and what would help.
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { percentOf } from '../../../shared/api';
import { useI18n } from '../../../shared/i18n';
import { fromWire } from '../../../shared/money';
import { Card, Segments, ui } from '../../../shared/ui/Bits';
import { Twin, UsageBars } from '../../../shared/ui/Charts';
import { Empty, Faced } from '../../../shared/ui/Faces';
import { unusedUnits } from '../QuotePanel';
import { utilizationQuery } from '../queries';
import { useRecord } from '../RecordFrame';
import s from '../record.module.css';
import { scopeWord } from '../words';

const route = getRouteApi('/reservations/$reservation/utilization');

export function daysBefore(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);
}

export default function UtilizationScreen() {
  const i18n = useI18n();
  const { say, percent, money, day, moment } = i18n;
  const record = useRecord();
  const navigate = useNavigate();
  const days = route.useSearch().days ?? '30';
  const watermark = record.utilization?.watermark.slice(0, 10);
  const asked = useQuery(utilizationQuery(record.id, watermark && days !== '30' ? daysBefore(watermark, Number(days)) : undefined));
  const unused = unusedUnits(record);
  return (
    <>
      <Card
        title={say('record.utilization')}
        aside={
          <Segments
            label={say('use.window')}
            value={days}
            options={(['7', '30', '90'] as const).map((value) => ({ value, label: say('use.days', { n: Number(value) }) }))}
            onChange={(value) =>
              navigate({
                to: '/reservations/$reservation/utilization',
                params: { reservation: record.id },
                search: { days: value === '30' ? undefined : value },
                replace: true,
              })
            }
          />
        }
      >
        <Faced of={asked} failed={say('use.failed')} kept={say('face.filterKept')}>
          {(answer) => {
            const rows = answer.rows.map((row) => ({ ...row, used: percentOf(row.average) ?? 0 }));
            if (rows.length === 0) return <Empty title={say('use.none')}>{say('use.lag')}</Empty>;
            return (
              <div className={asked.isPlaceholderData ? ui.stale : undefined}>
                <div className={s.numbers}>
                  <div>
                    <b>{answer.percent ? percent(Number(answer.percent)) : '–'}</b>
                    <span>{say('use.fromUntil', { from: day(answer.from), until: day(answer.until) })}</span>
                  </div>
                  <div>
                    {answer.unusedMoney && (
                      <>
                        <b style={{ color: 'var(--late)' }}>{money(fromWire(answer.unusedMoney))}</b>
                        <span>{say('use.unusedMoney')}</span>
                      </>
                    )}
                  </div>
                </div>
                <Twin
                  summary={say('use.summary', { n: rows.length, percent: answer.percent ? percent(Number(answer.percent)) : '–' })}
                  aside={answer.windows ? say('use.asOf', { at: moment(answer.windows.watermark) }) : say('use.lag')}
                  chart={<UsageBars days={rows.map((row) => ({ day: row.from, used: row.used }))} />}
                  head={[
                    say('use.dayHead'),
                    say('use.average'),
                    say('use.least'),
                    say('use.most'),
                    say('use.reservedHours'),
                    say('use.usedHours'),
                  ]}
                  rows={rows.map((row) => ({
                    key: row.from,
                    cells: [
                      day(row.from),
                      percent(row.used),
                      percent(Number(row.least)),
                      percent(Number(row.most)),
                      row.reservedHours,
                      row.usedHours,
                    ],
                  }))}
                />
              </div>
            );
          }}
        </Faced>
      </Card>
      <Card title={say('use.help')}>
        <ul className={ui.stack}>
          {!record.instanceFlexibility && (
            <li>
              <Link to="/reservations/$reservation/configuration" params={{ reservation: record.id }}>
                {say('use.helpFlexibility')}
              </Link>
            </li>
          )}
          {record.scope.type !== 'Shared' && (
            <li>
              <Link to="/reservations/$reservation/configuration" params={{ reservation: record.id }}>
                {say('use.helpScope')}
              </Link>{' '}
              <span className={ui.sub}>{say('use.helpScopeNow', { scope: scopeWord(i18n, record.scope) })}</span>
            </li>
          )}
          {unused > 0 && (
            <li>
              <Link
                to="/reservations/$reservation/new-request"
                params={{ reservation: record.id }}
                search={{ want: 'refund', units: unused }}
              >
                {say('use.helpReturn', { n: unused })}
              </Link>
            </li>
          )}
          {record.instanceFlexibility && record.scope.type === 'Shared' && unused === 0 && (
            <li className={ui.sub}>{say(record.utilization ? 'use.helpNone' : 'use.helpUnknown')}</li>
          )}
        </ul>
      </Card>
    </>
  );
}
