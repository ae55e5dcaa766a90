// S20, Renewals and endings: what ends in which week over all customers, what renews and at which price of today, and what cannot.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, dayOf, type Schemas, told, writeOnce } from '../../shared/api';
import { useI18n } from '../../shared/i18n';
import { useHeadline, useKeys } from '../../shared/keys';
import { MayButton, useMe, whyNot } from '../../shared/me';
import { fromWire } from '../../shared/money';
import { useOnce } from '../../shared/once';
import { Card, Segments, ui } from '../../shared/ui/Bits';
import { Empty, Faced } from '../../shared/ui/Faces';
import { Filter } from '../../shared/ui/Filter';
import { Told } from '../../shared/ui/Told';
import { recordChanged } from '../reservations/queries';
import { placeOf, termWord } from '../reservations/words';
import { type Ending, renewalsQuery } from './queries';
import s from './renewals.module.css';
import { type RenewalsSearch, spans } from './search';
import { addDays, byWeek } from './weeks';

const route = getRouteApi('/renewals');

export default function RenewalsScreen() {
  const i18n = useI18n();
  const { say, day } = i18n;
  const me = useMe();
  const search = route.useSearch();
  const navigate = useNavigate();
  const headline = useHeadline('renewals');
  const days = search.days ?? '90';
  const asked = useQuery(renewalsQuery(addDays(me.now.slice(0, 10), Number(days)), search.q));
  const go = (change: Partial<RenewalsSearch>) => navigate({ to: '/renewals', search: { ...search, ...change }, replace: true });
  const fits = (row: Ending) => !search.view || (search.view === 'cannot' ? !row.renewable : search.view === 'on' ? row.renew : !row.renew);
  // Weeks by arrow keys: each has a headline that takes the focus.
  const step = (by: number) => {
    const heads = [...document.querySelectorAll<HTMLElement>('[data-week]')];
    const at = heads.findIndex((head) => head === document.activeElement || head.closest('section')?.contains(document.activeElement));
    heads[Math.max(0, Math.min(heads.length - 1, at + by))]?.focus();
  };
  useKeys({ ArrowLeft: () => step(-1), ArrowRight: () => step(1) });
  return (
    <div className={ui.page}>
      <div className={ui.head}>
        <div>
          <h1 ref={headline} tabIndex={-1}>
            {say('renewals.title')}
          </h1>
          <p className={ui.sub}>{say('renewals.intro')}</p>
        </div>
      </div>
      <div className={ui.stack}>
        <div className={ui.row}>
          <Filter value={search.q ?? ''} onChange={(q) => go({ q: q || undefined })} label={say('renewals.filter')} />
          <Segments
            label={say('renewals.span')}
            value={days}
            options={spans.map((span) => ({ value: span, label: say('renewals.days', { n: Number(span) }) }))}
            onChange={(value) => go({ days: value === '90' ? undefined : value })}
          />
          <Segments
            label={say('renewals.view')}
            value={search.view ?? 'all'}
            options={[
              { value: 'all' as const, label: say('renewals.all') },
              { value: 'on' as const, label: say('renewals.on') },
              { value: 'off' as const, label: say('renewals.off') },
              { value: 'cannot' as const, label: say('renewals.cannot') },
            ]}
            onChange={(value) => go({ view: value === 'all' ? undefined : value })}
          />
        </div>
        <Faced of={asked} failed={say('renewals.failed')} kept={say('face.filterKept')} rows={10}>
          {(found) => {
            const rows = found.rows.filter(fits);
            if (rows.length === 0) {
              return (
                <Empty title={say(search.q || search.view ? 'renewals.noneMatch' : 'renewals.none', { n: Number(days) })}>
                  {say('renewals.noneText')}
                </Empty>
              );
            }
            return (
              <>
                {found.total > found.rows.length && (
                  <p className={ui.note}>{say('renewals.more', { shown: found.rows.length, total: found.total })}</p>
                )}
                {byWeek(rows).map((week) => (
                  <Card
                    key={week.monday}
                    title={
                      <span data-week="" tabIndex={-1}>
                        {say('renewals.week', { date: day(week.monday) })}
                      </span>
                    }
                    aside={say('renewals.ends', { n: week.rows.length })}
                  >
                    <Week rows={week.rows} />
                  </Card>
                ))}
              </>
            );
          }}
        </Faced>
      </div>
    </div>
  );
}

function Week({ rows }: { rows: Ending[] }) {
  const i18n = useI18n();
  const { say, money, day } = i18n;
  return (
    <div className={ui.scroll} tabIndex={0}>
      <table className={`${ui.table} ${s.weeks}`}>
        <thead>
          <tr>
            <th scope="col">{say('column.expires')}</th>
            <th scope="col">{say('column.reservation')}</th>
            <th scope="col">{say('column.customer')}</th>
            <th scope="col" className={ui.end}>
              {say('renewals.price')}
            </th>
            <th scope="col">{say('fact.renew')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <td>
                {day(dayOf(row.expiry))}
                <div className={ui.sub}>{say('renewals.left', { n: row.daysLeft })}</div>
              </td>
              <td>
                <Link to="/reservations/$reservation/overview" params={{ reservation: row.id }}>
                  <bdi>{row.name}</bdi>
                </Link>
                <div className={ui.sub}>
                  {placeOf(row)} · {say('units', { n: row.quantity })}
                </div>
              </td>
              <td>
                <Link to="/customers/$customer/$part" params={{ customer: row.customer.id, part: 'reservations' }}>
                  <bdi>{row.customer.name}</bdi>
                </Link>
              </td>
              <td className={ui.end}>
                {row.renewalPrice ? money(fromWire(row.renewalPrice)) : '–'}
                <div className={ui.sub}>
                  {say('units', { n: row.renewal.quantity })}, {termWord(i18n, row.renewal.term)}
                </div>
              </td>
              <td>
                <Renew row={row} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Its own question and answer: the row says what came of it, and what undoes it is the same button until the day. */
function Renew({ row }: { row: Ending }) {
  const i18n = useI18n();
  const { say, money, day } = i18n;
  const me = useMe();
  const queries = useQueryClient();
  const [done, setDone] = useState('');
  const turn = useOnce(
    (on: boolean, key) =>
      told(
        api.PUT('/api/reservations/{order}/{reservation}/renewal', {
          params: { path: { order: row.order, reservation: row.id }, header: { ...writeOnce(key), 'If-Match': row.etag } },
          body: { on },
        }),
      ),
    (after: Schemas['Reservation']) => {
      setDone(
        after.renew && row.renewalPrice
          ? say('renewals.doneOn', { date: day(dayOf(row.expiry)), amount: money(fromWire(row.renewalPrice)) })
          : say(after.renew ? 'renewals.on' : 'renewals.doneOff'),
      );
      recordChanged(queries, after);
      void queries.invalidateQueries({ queryKey: ['renewals'] });
    },
  );
  const why = row.mayChange ? '' : whyNot(i18n, me.actions.changeScope);
  return (
    <div className={ui.stack} style={{ gap: 4 }}>
      <div className={ui.row}>
        <span>{say(row.renew ? 'renewals.isOn' : 'renewals.isOff')}</span>
        <MayButton
          why={why}
          size="small"
          disabledFocusable={turn.isPending || (!row.renew && !row.renewable)}
          onClick={() => !turn.isPending && (row.renew || row.renewable) && turn.mutate(!row.renew)}
          aria-label={`${say(row.renew ? 'renewals.turnOff' : 'renewals.turnOn')}: ${row.name}`}
        >
          {say(row.renew ? 'renewals.turnOff' : 'renewals.turnOn')}
        </MayButton>
      </div>
      {!row.renewable && (
        <p className={ui.sub}>
          {say('renewals.notRenewable')} {row.why}{' '}
          <Link to="/exchanges/new" search={{ from: row.id }}>
            {say('renewals.instead')}
          </Link>
        </p>
      )}
      {row.madeBy && !row.renew && <p className={ui.sub}>{say(row.madeBy === 'split' ? 'renewals.lostSplit' : 'renewals.lostMerge')}</p>}
      <Told error={turn.error} done={done} failed={say('renewals.notSaved')} />
    </div>
  );
}
