// S1, Today: what needs whoever is signed in, in four short queues that load, fail and empty each by itself, and what comes back this week.
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useId } from 'react';
import { dayOf, Problem, percentOf } from '../../shared/api';
import { type PlainKey, useI18n } from '../../shared/i18n';
import { useHeadline, useKeys } from '../../shared/keys';
import { fromWire } from '../../shared/money';
import { ui } from '../../shared/ui/Bits';
import { Bones, Empty, Faced, Refused } from '../../shared/ui/Faces';
import { type Queue, type QueueName, type QueueRow, queues, todayQuery } from './queries';
import s from './today.module.css';

const titles = {
  waiting: 'today.waiting',
  deadlines: 'today.deadlines',
  money: 'today.money',
  waste: 'today.waste',
} as const satisfies Record<(typeof queues)[number], PlainKey>;
const empty = {
  waiting: 'today.noneWaiting',
  deadlines: 'today.noneDeadlines',
  money: 'today.noneMoney',
  waste: 'today.noneWaste',
} as const satisfies Record<(typeof queues)[number], PlainKey>;
const kinds = {
  approve: 'today.approve',
  decide: 'today.decide',
  take_up: 'today.takeUp',
  agree: 'today.agree',
  look_after: 'today.lookAfter',
  first_days_end: 'today.firstDays',
  term_ends: 'today.termEnds',
  answer_due: 'today.answerDue',
  hold_ends: 'today.holdEnds',
  credit_customer: 'today.credit',
  badly_used: 'today.badlyUsed',
  comes_back: 'today.comesBack',
} as const satisfies Record<QueueRow['kind'], PlainKey>;

const forbidden = (asked: UseQueryResult<Queue>) => asked.error instanceof Problem && asked.error.status === 403;

export default function TodayScreen() {
  const { say } = useI18n();
  const headline = useHeadline('today');
  const asked = {
    waiting: useQuery(todayQuery('waiting')),
    deadlines: useQuery(todayQuery('deadlines')),
    money: useQuery(todayQuery('money')),
    waste: useQuery(todayQuery('waste')),
    allowance: useQuery(todayQuery('allowance')),
  } satisfies Record<QueueName, unknown>;
  // A queue of another role is absent, not grey; where no queue is theirs, that is said.
  const theirs = queues.filter((queue) => !forbidden(asked[queue]));
  const why = theirs.length === 0 && asked.waiting.error instanceof Problem ? asked.waiting.error : null;
  const step = (by: 1 | -1) => {
    const heads = [...document.querySelectorAll<HTMLElement>('[data-queue]')];
    const at = heads.findIndex((head) => head.contains(document.activeElement));
    const next = heads[at < 0 ? (by > 0 ? 0 : heads.length - 1) : Math.min(heads.length - 1, Math.max(0, at + by))];
    (next?.querySelector<HTMLElement>('a') ?? next?.querySelector<HTMLElement>('h2'))?.focus();
  };
  useKeys({ j: () => step(1), k: () => step(-1) });
  return (
    <div className={ui.page}>
      <div className={ui.head}>
        <div>
          <h1 ref={headline} tabIndex={-1}>
            {say('nav.today')}
          </h1>
          <p className={ui.sub}>{say('today.intro')}</p>
        </div>
      </div>
      {why ? (
        <Refused title={say('face.noRight')} reasons={[{ code: why.code, message: why.title }]} />
      ) : (
        <>
          {!forbidden(asked.allowance) && <Strip asked={asked.allowance} />}
          <div className={s.queues}>
            {theirs.map((queue) => (
              <QueueCard key={queue} queue={queue} asked={asked[queue]} />
            ))}
          </div>
        </>
      )}
    </div>
  );
}

function Strip({ asked }: { asked: UseQueryResult<Queue> }) {
  const i18n = useI18n();
  const { say } = i18n;
  return (
    <section className={s.strip} aria-label={say('today.week')}>
      {asked.data ? (
        asked.data.rows.length === 0 ? (
          <p className={ui.sub}>{say('today.noneBack')}</p>
        ) : (
          <>
            <b>
              {say('today.back', {
                sums: asked.data.amounts.map((amount) => i18n.money(fromWire(amount))).join(' + '),
                n: asked.data.total,
              })}
            </b>
            <ul>
              {asked.data.rows.slice(0, 6).map((row) => (
                <li key={`${row.customer.id}${row.at}`}>
                  <Link to="/allowance" search={{ customer: row.customer.id }}>
                    <bdi>{row.customer.name}</bdi>
                  </Link>{' '}
                  {row.amount && i18n.money(fromWire(row.amount))}, {i18n.dayShort(dayOf(row.at))}
                </li>
              ))}
            </ul>
          </>
        )
      ) : asked.error && !asked.isFetching ? (
        <p role="status">
          {say('today.weekFailed')}{' '}
          <button type="button" className={ui.link} onClick={() => asked.refetch()}>
            {say('action.again')}
          </button>
        </p>
      ) : (
        <Bones rows={1} />
      )}
    </section>
  );
}

function QueueCard({ queue, asked }: { queue: (typeof queues)[number]; asked: UseQueryResult<Queue> }) {
  const i18n = useI18n();
  const { say } = i18n;
  const id = useId();
  return (
    <section className={ui.card} aria-labelledby={id} data-queue={queue}>
      <div className={ui.cardHead}>
        <h2 id={id} tabIndex={-1}>
          {say(titles[queue])}
        </h2>
        <div>
          {asked.data && asked.data.total > 0 && (
            <>
              {i18n.number(asked.data.total)}
              {asked.data.complete ? '' : '+'}
              {queue !== 'deadlines' && queue !== 'waste' && asked.data.amounts.length > 0
                ? ` · ${asked.data.amounts.map((amount) => i18n.money(fromWire(amount))).join(' + ')}`
                : ''}
            </>
          )}
        </div>
      </div>
      <Faced of={asked} failed={say('today.failed')} small rows={5}>
        {(list) =>
          list.rows.length === 0 ? (
            <Empty small title={say(empty[queue])} />
          ) : (
            <ul className={s.rows}>
              {list.rows.map((row) => (
                <Row key={`${row.kind}${row.request ?? ''}${row.reservation ?? ''}${row.at}`} row={row} asOf={list.asOf} />
              ))}
              {list.total > list.rows.length && <li className={ui.sub}>{say('today.more', { n: list.total - list.rows.length })}</li>}
            </ul>
          )
        }
      </Faced>
    </section>
  );
}

const dayLength = 86_400_000;
function Row({ row, asOf }: { row: QueueRow; asOf: string }) {
  const i18n = useI18n();
  const { say } = i18n;
  const days = Math.trunc((Date.parse(dayOf(row.at)) - Date.parse(dayOf(asOf))) / dayLength);
  const used = percentOf(row.used);
  const title = <bdi>{row.title || row.customer.name}</bdi>;
  return (
    <li>
      <div>
        {row.request ? (
          <Link to="/requests/$name" params={{ name: row.request }}>
            {row.request} {title}
          </Link>
        ) : row.reservation ? (
          <Link to="/reservations/$reservation/overview" params={{ reservation: row.reservation }}>
            {title}
          </Link>
        ) : (
          title
        )}
        <small>
          <bdi>{row.customer.name}</bdi> · {say(kinds[row.kind])}
          {row.mine && ` · ${say('today.mine')}`}
        </small>
      </div>
      <div className={s.end}>
        {used !== undefined ? <b>{i18n.percent(used)}</b> : row.amount && <b>{i18n.money(fromWire(row.amount))}</b>}
        <small className={row.late ? s.late : undefined}>
          {used !== undefined
            ? row.amount && say('today.unused', { amount: i18n.money(fromWire(row.amount)) })
            : days > 0
              ? say('days.in', { n: days })
              : say('today.ago', { n: -days })}
          {row.late && ` · ${say('today.late')}`}
        </small>
      </div>
    </li>
  );
}
