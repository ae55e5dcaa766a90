// S5, Customer: overview, Azure reservations, allowance, requests, access; which one is in the address.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { api, dayOf, type Schemas, told, writeOnce } from '../../shared/api';
import { useI18n } from '../../shared/i18n';
import { MayButton, useMay } from '../../shared/me';
import { fromWire } from '../../shared/money';
import { useOnce } from '../../shared/once';
import { Card, Fact, Facts, Id, Status, ui } from '../../shared/ui/Bits';
import { Bones, Empty, Faced } from '../../shared/ui/Faces';
import { AllowanceMeter } from '../../shared/ui/Meter';
import { Told } from '../../shared/ui/Told';
import s from '../reservations/record.module.css';
import { termWord } from '../reservations/words';
import { allowanceQuery, customerQuery } from './queries';

const ReservationList = lazy(() => import('../reservations/ReservationsScreen').then((module) => ({ default: module.ReservationList })));
const AllowanceCards = lazy(() => import('../allowance/AllowanceCards'));
const CustomerSettlement = lazy(() => import('../settlement/CustomerSettlement'));
const Inbox = lazy(() => import('../requests/Inbox'));

const route = getRouteApi('/customers/$customer/$part');

export default function CustomerScreen() {
  const { customer: id, part } = route.useParams();
  const { say } = useI18n();
  if (part === 'reservations') return <Reservations id={id} />;
  return (
    <div className={s.body}>
      <Suspense fallback={<Bones rows={6} />}>
        {part === 'overview' ? (
          <Overview id={id} />
        ) : part === 'allowance' ? (
          <AllowanceCards customer={id} />
        ) : part === 'requests' ? (
          <Requests id={id} />
        ) : part === 'settlement' ? (
          <CustomerSettlement customer={id} />
        ) : part === 'access' ? (
          <Access id={id} />
        ) : (
          <Empty
            title={say('system.notFound')}
            step={
              <Link to="/customers/$customer/$part" params={{ customer: id, part: 'overview' }}>
                {say('record.overview')}
              </Link>
            }
          />
        )}
      </Suspense>
    </div>
  );
}

function Requests({ id }: { id: string }) {
  const { say } = useI18n();
  const [search, setSearch] = useState<{ view?: Schemas['RequestView'] | undefined; q?: string | undefined }>({ view: 'all' });
  return (
    <Card title={say('nav.requests')}>
      <div className={ui.stack} style={{ minHeight: 420 }}>
        <Inbox search={{ ...search, customer: id }} onSearch={({ customer: _, ...change }) => setSearch({ ...search, ...change })} />
      </div>
    </Card>
  );
}

function Reservations({ id }: { id: string }) {
  const search = route.useSearch();
  const navigate = useNavigate();
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  return (
    <div className={ui.tall} style={{ minHeight: 0, minWidth: 0, position: 'relative' }}>
      <Suspense fallback={<Bones rows={8} />}>
        <ReservationList
          search={{ ...search, customer: id }}
          onSearch={({ customer: _, ...change }) =>
            navigate({
              to: '/customers/$customer/$part',
              params: { customer: id, part: 'reservations' },
              search: { ...search, ...change },
              replace: true,
            })
          }
          picked={picked}
          onPicked={setPicked}
        />
      </Suspense>
    </div>
  );
}

function Overview({ id }: { id: string }) {
  const i18n = useI18n();
  const { say, day, number } = i18n;
  const asked = useQuery(customerQuery(id));
  const allowance = useQuery(allowanceQuery(id));
  const ends = useQuery({
    queryKey: ['reservations', 'customer', id],
    queryFn: ({ signal }) =>
      told(
        api.GET('/api/reservations', {
          params: { query: { customer: id, limit: 8, sort: 'expiry', state: 'Succeeded,Expiring' } },
          signal,
        }),
      ),
  });
  return (
    <>
      <Card title={say('customer.allowance')}>
        <Faced of={allowance} failed={say('allowance.failed')} small>
          {(answer) => {
            const meter = answer.meter === 'refund' ? answer.refund : answer.cancelledCommitment;
            const next = answer.calendar[0];
            return (
              <div className={ui.stack}>
                <AllowanceMeter
                  title={say(answer.meter === 'refund' ? 'allowance.byRefund' : 'allowance.byCommitment')}
                  limit={fromWire(answer.limit)}
                  used={fromWire(meter.used)}
                  held={fromWire(meter.held)}
                  free={fromWire(meter.free)}
                />
                {next && (
                  <p>
                    {say('allowance.next', {
                      date: day(dayOf(next.at)),
                      amount: i18n.money(fromWire(answer.meter === 'refund' ? next.refund : next.cancelledCommitment)),
                    })}{' '}
                    <Link to="/customers/$customer/$part" params={{ customer: id, part: 'allowance' }}>
                      {say('allowance.calendar')}
                    </Link>
                  </p>
                )}
              </div>
            );
          }}
        </Faced>
      </Card>
      <Card
        title={say('customer.ends')}
        aside={
          <Link to="/customers/$customer/$part" params={{ customer: id, part: 'reservations' }}>
            {say('customer.all')}
          </Link>
        }
      >
        <Faced of={ends} failed={say('list.failed')} small>
          {(page) =>
            page.rows.length === 0 ? (
              <Empty small title={say('list.none')}>
                {say('customer.noneText')}
              </Empty>
            ) : (
              <div className={ui.scroll} tabIndex={0}>
                <table className={ui.table}>
                  <thead>
                    <tr>
                      <th scope="col">{say('column.reservation')}</th>
                      <th scope="col">{say('term.title')}</th>
                      <th scope="col">{say('column.expires')}</th>
                      <th scope="col">{say('column.status')}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {page.rows.map((row) => (
                      <tr key={row.id}>
                        <td>
                          <Link to="/reservations/$reservation/overview" params={{ reservation: row.id }}>
                            <bdi>{row.name}</bdi>
                          </Link>
                          <div className={ui.sub}>
                            {row.sku} · {row.region} · {say('units', { n: row.quantity })}
                          </div>
                        </td>
                        <td>{termWord(i18n, row.term)}</td>
                        <td>
                          {day(dayOf(row.expiry))}
                          <div className={ui.sub}>{say('days.in', { n: row.daysLeft })}</div>
                        </td>
                        <td>
                          <Status state={row.state} />
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )
          }
        </Faced>
      </Card>
      <Faced of={asked} failed={say('customer.failed')}>
        {(customer) => (
          <Card title={say('record.essentials')}>
            {customer.whereToGo && <p className={ui.note}>{customer.whereToGo}</p>}
            <Facts>
              <Fact name={say('column.domain')}>{customer.domain}</Fact>
              <Fact name={say('column.country')}>{customer.country}</Fact>
              <Fact name={say('fact.currency')}>{customer.currency}</Fact>
              {customer.reseller && <Fact name={say('fact.reseller')}>{customer.reseller}</Fact>}
              <Fact name={say('column.active')}>{number(customer.reservations)}</Fact>
              <Fact name={say('column.expiring')}>{number(customer.expiring)}</Fact>
              <Fact name={say('id.tenant')} wide>
                <Id name={say('id.tenant')} value={customer.id} />
              </Fact>
              <Fact name={say('fact.subscriptions')} wide>
                {customer.subscriptions.length === 0 && '–'}
                <ul>
                  {customer.subscriptions.map((subscription) => (
                    <li key={subscription.id}>
                      <bdi>{subscription.name}</bdi> <code>{subscription.id}</code>{' '}
                      {subscription.suspended && <span className={ui.chip}>{say('fact.suspended')}</span>}
                    </li>
                  ))}
                </ul>
              </Fact>
            </Facts>
          </Card>
        )}
      </Faced>
    </>
  );
}

function Access({ id }: { id: string }) {
  const { say } = useI18n();
  const queries = useQueryClient();
  const asked = useQuery(customerQuery(id));
  const may = useMay(asked.data?.actions, 'letCustomerBuy');
  const [sure, setSure] = useState(false);
  const change = useOnce(
    (allowed: boolean, key) =>
      told(api.PUT('/api/customers/{customer}/buying', { params: { path: { customer: id }, header: writeOnce(key) }, body: { allowed } })),
    (after) => {
      queries.setQueryData(customerQuery(id).queryKey, after);
      void queries.invalidateQueries({ queryKey: ['customers'] });
      setSure(false);
    },
  );
  return (
    <Card title={say('buying.title')}>
      <Faced of={asked} failed={say('customer.failed')}>
        {(customer) => (
          <div className={ui.stack}>
            <p>
              {say('buying.now')} <b>{say(customer.mayBuy ? 'value.on' : 'value.off')}</b>
            </p>
            <p className={ui.note}>{say('buying.warning')}</p>
            <Told
              error={change.error}
              failed={say('write.failed')}
              kept={say('write.oldStays')}
              done={change.isSuccess ? say(customer.mayBuy ? 'buying.turnedOn' : 'buying.turnedOff') : undefined}
            />
            <div className={ui.row}>
              {sure ? (
                <>
                  <MayButton why={may.why} appearance="primary" disabled={change.isPending} onClick={() => change.mutate(!customer.mayBuy)}>
                    {say(customer.mayBuy ? 'buying.sureOff' : 'buying.sureOn')}
                  </MayButton>
                  <MayButton why="" onClick={() => setSure(false)}>
                    {say('action.cancel')}
                  </MayButton>
                </>
              ) : (
                <MayButton why={may.why} onClick={() => setSure(true)}>
                  {say(customer.mayBuy ? 'buying.off' : 'buying.on')}
                </MayButton>
              )}
            </div>
          </div>
        )}
      </Faced>
    </Card>
  );
}
