// S23, Reservation order: what was bought, and the tree of reservations it has become by splits, merges, returns and exchanges.
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { type CSSProperties, type KeyboardEvent, useRef, useState } from 'react';
import { dayOf } from '../../shared/api';
import { useI18n } from '../../shared/i18n';
import { useHeadline } from '../../shared/keys';
import { fromWire } from '../../shared/money';
import { Card, Fact, Facts, Id, Status, ui } from '../../shared/ui/Bits';
import { Faced } from '../../shared/ui/Faces';
import r from '../reservations/record.module.css';
import { placeOf, planWord, scopeWord, termWord } from '../reservations/words';
import s from './order.module.css';
import { orderQuery } from './queries';
import { type Branch, branchesOf } from './tree';

const route = getRouteApi('/orders/$order');
const made = { purchase: 'order.bought', split: 'order.split', merge: 'order.merged' } as const;

export default function OrderScreen() {
  const i18n = useI18n();
  const { say, money, day } = i18n;
  const { order: id } = route.useParams();
  const asked = useQuery(orderQuery(id));
  const order = asked.data;
  const headline = useHeadline(id);
  return (
    <div className={r.frame}>
      <div className={r.head}>
        <nav aria-label={say('shell.crumbs')}>
          <ol className={r.crumbs}>
            <li>
              <Link to="/customers">{say('nav.customers')}</Link>
            </li>
            {order && (
              <li>
                <Link to="/customers/$customer/$part" params={{ customer: order.customer.id, part: 'overview' }}>
                  <bdi>{order.customer.name}</bdi>
                </Link>
              </li>
            )}
          </ol>
        </nav>
        <div className={r.title}>
          <h1 ref={headline} tabIndex={-1}>
            {say('order.title')}
          </h1>
        </div>
        <p className={r.facts}>{order ? <bdi>{order.name}</bdi> : '\u00a0'}</p>
      </div>
      <div className={s.page}>
        <Faced of={asked} failed={say('order.failed')} rows={8}>
          {(shown) => (
            <>
              <Card title={say('order.facts')}>
                <Facts>
                  <Fact name={say('id.order')} wide>
                    <Id name={say('id.order')} value={shown.id} />
                  </Fact>
                  <Fact name={say('order.requested')}>{day(dayOf(shown.requested))}</Fact>
                  <Fact name={say('order.created')}>{day(dayOf(shown.created))}</Fact>
                  <Fact name={say('fact.originalQuantity')}>{say('units', { n: shown.originalQuantity })}</Fact>
                  <Fact name={say('order.term')}>{termWord(i18n, shown.term)}</Fact>
                  <Fact name={say('fact.plan')}>{planWord(i18n, shown.plan)}</Fact>
                  <Fact name={say('column.expires')}>{day(dayOf(shown.expiry))}</Fact>
                </Facts>
              </Card>
              <Card title={say('order.tree')} aside={say('order.count', { n: shown.reservations.length })}>
                {shown.reservations.length === 1 && <p className={ui.sub}>{say('order.one')}</p>}
                {shown.hidden > 0 && <p className={ui.note}>{say('order.hidden', { n: shown.hidden })}</p>}
                <Tree branches={branchesOf(shown.reservations)} />
              </Card>
              {shown.payments && (
                <Card
                  title={say('record.payments')}
                  aside={`${say('pay.paid')} ${money(fromWire(shown.payments.paid))} · ${say('pay.due')} ${money(fromWire(shown.payments.due))}`}
                >
                  <div className={ui.scroll} tabIndex={0}>
                    <table className={ui.table}>
                      <thead>
                        <tr>
                          <th scope="col">{say('pay.dueDay')}</th>
                          <th scope="col" className={ui.end}>
                            {say('pay.paid')}
                          </th>
                          <th scope="col" className={ui.end}>
                            {say('pay.due')}
                          </th>
                        </tr>
                      </thead>
                      <tbody>
                        {shown.payments.rows.map((row) => (
                          <tr key={row.day}>
                            <td>{day(row.day)}</td>
                            <td className={ui.end}>{money(fromWire(row.paid))}</td>
                            <td className={ui.end}>{money(fromWire(row.due))}</td>
                          </tr>
                        ))}
                      </tbody>
                    </table>
                  </div>
                </Card>
              )}
              {shown.reservations[0] && (
                <Card title={say('order.access')}>
                  <p>
                    {say('order.accessText')}{' '}
                    <Link to="/reservations/$reservation/access" params={{ reservation: shown.reservations[0].id }}>
                      {say('order.openAccess')}
                    </Link>
                  </p>
                </Card>
              )}
            </>
          )}
        </Faced>
      </div>
    </div>
  );
}

/** One stop of Tab; the arrows go through it and Enter opens. */
function Tree({ branches }: { branches: Branch[] }) {
  const i18n = useI18n();
  const { say, day } = i18n;
  const navigate = useNavigate();
  const [at, setAt] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const nameOf = (id: string) => branches.find((branch) => branch.node.id === id)?.node.name ?? id;
  const go = (to: number) => {
    const next = Math.max(0, Math.min(branches.length - 1, to));
    setAt(next);
    list.current?.querySelectorAll<HTMLElement>('[role=treeitem]')[next]?.focus();
  };
  const above = (from: number) => {
    const level = branches[from]?.level ?? 1;
    for (let i = from - 1; i >= 0; i -= 1) if ((branches[i]?.level ?? 1) < level) return i;
    return from;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const below = branches[at + 1]?.level ?? 0;
    const moves: Record<string, () => void> = {
      ArrowDown: () => go(at + 1),
      ArrowUp: () => go(at - 1),
      Home: () => go(0),
      End: () => go(branches.length - 1),
      ArrowLeft: () => go(above(at)),
      ArrowRight: () => go(below > (branches[at]?.level ?? 0) ? at + 1 : at),
      Enter: () => {
        const id = branches[at]?.node.id;
        if (id) void navigate({ to: '/reservations/$reservation/overview', params: { reservation: id } });
      },
    };
    const move = moves[event.key];
    if (!move || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    move();
  };
  return (
    <ul className={s.tree} role="tree" aria-label={say('order.tree')} ref={list} onKeyDown={onKeyDown}>
      {branches.map(({ node, level, others }, i) => {
        const gone = ['Split', 'Merged', 'Cancelled'].includes(node.provisioningState);
        return (
          <li
            key={node.id}
            className={s.node}
            role="treeitem"
            aria-level={level}
            aria-selected={i === at}
            data-level={level}
            data-gone={gone}
            style={{ '--level': Math.min(level, 6) } as CSSProperties}
            tabIndex={i === at ? 0 : -1}
            onFocus={() => setAt(i)}
            onDoubleClick={() => navigate({ to: '/reservations/$reservation/overview', params: { reservation: node.id } })}
          >
            <b>
              <Link to="/reservations/$reservation/overview" params={{ reservation: node.id }} tabIndex={-1}>
                <bdi>{node.name}</bdi>
              </Link>
            </b>
            <span>{say('units', { n: node.quantity })}</span>
            <Status state={node.state} />
            <p className={ui.sub}>
              {[
                say(made[node.madeBy]),
                ...(others.length > 0 ? [say('order.alsoOf', { names: others.map(nameOf).join(', ') })] : []),
                placeOf(node),
                scopeWord(i18n, node.scope, true),
                ...(node.unitsReturned > 0 ? [say('order.returned', { units: say('units', { n: node.unitsReturned }) })] : []),
                ...(node.unitsExchanged > 0 ? [say('order.exchanged', { units: say('units', { n: node.unitsExchanged }) })] : []),
                ...(gone ? [say('order.gone')] : [say('exchange.expires', { date: day(dayOf(node.expiry)) })]),
              ].join(' · ')}
            </p>
          </li>
        );
      })}
    </ul>
  );
}
