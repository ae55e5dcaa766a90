// The requests of the desk or of one customer: views, words, a grid, and what is done with the picked ones.
import { Button } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useLocation, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useMemo, useRef, useState } from 'react';
import { api, dayOf, Problem, type Schemas, told, writeOnce } from '../../shared/api';
import { useI18n } from '../../shared/i18n';
import { useKeys } from '../../shared/keys';
import { useMe } from '../../shared/me';
import { fromWire } from '../../shared/money';
import { useOnce } from '../../shared/once';
import { Status, ui, useCopy } from '../../shared/ui/Bits';
import { type Column, DataGrid, grid } from '../../shared/ui/DataGrid';
import { Bones, Empty, Failed, Refused } from '../../shared/ui/Faces';
import { Filter } from '../../shared/ui/Filter';
import { Told } from '../../shared/ui/Told';
import { useWindows } from '../../shared/windows';
import { type AskedRow, askedQuery, inboxKey, readInbox } from './queries';
import type { RequestsSearch } from './search';
import { stateShapes, stateWords, views, viewWords, whatOf } from './words';

const ApproveMany = lazy(() => import('./ApproveMany'));
type Window = Schemas['RequestWindow'];
type Search = Omit<RequestsSearch, 'view' | 'status'> & { view?: Schemas['RequestView'] | undefined };

export default function Inbox(p: { search: Search; onSearch: (change: Partial<Search>) => void; tickets?: React.ReactNode }) {
  const i18n = useI18n();
  const { say, number, day, time } = i18n;
  const me = useMe();
  const { search } = p;
  const queries = useQueryClient();
  const navigate = useNavigate();
  const location = useLocation();
  const { copy } = useCopy();
  const view = search.view ?? 'open';
  const sort = search.sort ?? 'created';
  const dir = search.dir ?? (search.sort ? 'asc' : 'desc');
  const ask = useMemo(() => ({ view, q: search.q, customer: search.customer, sort, dir }), [view, search.q, search.customer, sort, dir]);
  const list = useWindows<AskedRow, Window>(inboxKey(ask), (offset, limit, signal) => readInbox(ask, offset, limit, signal));
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [approving, setApproving] = useState<AskedRow[] | null>(null);
  const near = useRef<AskedRow | undefined>(undefined);
  const [range, setRange] = useState<readonly [number, number]>([0, 30]);

  const onRange = list.onRange;
  const moved = useCallback(
    (from: number, to: number) => {
      onRange(from, to);
      setRange([from, to]);
    },
    [onRange],
  );

  // What a command is about: the picked ones, or the one the focus is on.
  const meant = (): AskedRow[] => {
    const rows = Array.from({ length: Math.min(list.total, range[1] + 1) }, (_, i) => list.get(i)).filter((row) => row !== undefined);
    if (picked.size > 0) return rows.filter((row) => picked.has(row.number));
    return near.current && document.activeElement?.closest('[role=grid]') ? [near.current] : [];
  };
  const take = useOnce(
    async (rows: { number: string; etag: string }[], key) => {
      for (const row of rows)
        await told(
          api.PUT('/api/requests/{number}/owner', {
            params: { path: { number: row.number }, header: { ...writeOnce(`${key} ${row.number}`), 'If-Match': row.etag } },
            body: { user: me.user.name },
          }),
        );
    },
    () => queries.invalidateQueries({ queryKey: ['inbox'] }),
  );
  const own = () => {
    const rows = meant().filter((row) => row.assign.allowed);
    if (rows.length > 0 && !take.isPending) take.mutate(rows.map(({ number, etag }) => ({ number, etag })));
  };
  const approve = () => {
    const rows = meant().filter((row) => !row.approve.state);
    if (rows.length > 0) setApproving(rows);
  };
  useKeys({ a: approve, o: own });

  const columns = useMemo((): Column<AskedRow>[] => {
    const all: Column<AskedRow>[] = [
      { key: 'number', head: say('request.number'), width: '96px', sort: true, cell: (row) => <b>{row.number}</b> },
      {
        key: 'customer',
        head: say('column.customer'),
        width: 'minmax(150px, 1.1fr)',
        sort: true,
        cell: (row) => <bdi>{row.customer.name}</bdi>,
      },
      { key: 'what', head: say('request.what'), width: 'minmax(190px, 1.5fr)', cell: (row) => <bdi>{whatOf(row, i18n)}</bdi> },
      {
        key: 'amount',
        head: say('asked.amount'),
        width: '150px',
        end: true,
        sort: true,
        cell: (row) => (row.amount ? i18n.money(fromWire(row.amount)) : '–'),
      },
      {
        key: 'state',
        head: say('column.status'),
        width: '200px',
        cell: (row) => <Status state={stateShapes[row.state]} word={say(row.agreeAgain ? 'asked.agreeAgain' : stateWords[row.state])} />,
      },
      {
        key: 'due',
        head: say('asked.due'),
        width: '140px',
        sort: true,
        cell: (row) =>
          row.due ? (
            <>
              {day(dayOf(row.due))} {time(row.due)}
              {list.page && row.due < list.page.asOf && <span className={ui.chip}>{say('asked.overdue')}</span>}
            </>
          ) : (
            '–'
          ),
      },
      { key: 'owner', head: say('asked.owner'), width: '150px', cell: (row) => <bdi>{row.owner ?? say('asked.nobody')}</bdi> },
      {
        key: 'word',
        head: say('asked.lastWord'),
        width: 'minmax(120px, 1fr)',
        cell: (row) => <bdi>{row.lastWord?.text ?? row.askedBy ?? ''}</bdi>,
      },
    ];
    return search.customer ? all.filter((column) => column.key !== 'customer') : all;
  }, [i18n, say, day, time, search.customer, list.page]);

  const onlyOne = picked.size === 1 ? [...picked][0] : undefined;
  return (
    <>
      <div className={ui.row}>
        <Filter value={search.q ?? ''} onChange={(q) => p.onSearch({ q: q || undefined })} label={say('inbox.filter')} />
        <div className={ui.pills} role="group" aria-label={say('inbox.views')}>
          {views.map((name) => (
            <button
              key={name}
              type="button"
              className={ui.pill}
              aria-pressed={view === name}
              onClick={() => p.onSearch({ view: name === 'open' ? undefined : name })}
            >
              {say(viewWords[name])}
              <b>{list.page ? number(list.page.views[name]) : ''}</b>
            </button>
          ))}
          {p.tickets}
        </div>
      </div>
      {approving && (
        <Suspense fallback={<Bones rows={2} />}>
          <ApproveMany
            rows={approving}
            onEnd={() => {
              setApproving(null);
              setPicked(new Set());
              document.querySelector<HTMLElement>('[role=grid]')?.focus();
            }}
          />
        </Suspense>
      )}
      <Told error={take.error} failed={say('write.failed')} />
      {list.page ? (
        list.total > 0 ? (
          <DataGrid
            label={say('nav.requests')}
            columns={columns}
            least={search.customer ? 980 : 1180}
            total={list.total}
            get={list.get}
            idOf={(row) => row.number}
            sort={sort}
            dir={dir}
            onSort={(column) =>
              p.onSearch({ sort: column as NonNullable<Search['sort']>, dir: sort === column && dir === 'asc' ? 'desc' : 'asc' })
            }
            selected={picked}
            onSelect={setPicked}
            selectLabel={say('list.select')}
            onOpen={(row) => navigate({ to: '/requests/$name', params: { name: row.number } })}
            onNear={(row) => {
              near.current = row;
              void queries.prefetchQuery(askedQuery(row.number));
            }}
            onCopy={(row) => copy(row.number)}
            onRange={moved}
            of={JSON.stringify(ask)}
            remember={location.href}
            stale={list.stale}
          />
        ) : search.q || search.view ? (
          <Empty
            title={say(search.q ? 'inbox.noneMatch' : 'request.noneSuch')}
            step={<Button onClick={() => p.onSearch({ q: undefined, view: undefined })}>{say('action.clearFilters')}</Button>}
          >
            {search.q ? say('list.noneMatchText', { q: search.q }) : say('inbox.noneInView')}
          </Empty>
        ) : (
          <Empty title={say('inbox.none')} step={<Link to="/reservations">{say('nav.reservations')}</Link>}>
            {say('inbox.noneText')}
          </Empty>
        )
      ) : list.head.error && !list.head.isFetching ? (
        list.head.error instanceof Problem && list.head.error.status === 403 ? (
          <Refused title={say('face.noRight')} reasons={[{ code: list.head.error.code, message: list.head.error.title }]} />
        ) : (
          <Failed title={say('list.failed')} kept={say('face.filterKept')} error={list.head.error} again={() => list.head.refetch()} />
        )
      ) : (
        <Bones rows={8} />
      )}
      {picked.size > 0 && (
        <section className={grid.bar} aria-label={say('list.selected', { n: picked.size })}>
          <b>{say('list.selected', { n: picked.size })}</b>
          <button type="button" onClick={approve}>
            {say('asked.approve')} (A)
          </button>
          <button type="button" onClick={own}>
            {say('asked.take')} (O)
          </button>
          {onlyOne && (
            <button type="button" onClick={() => navigate({ to: '/requests/$name', params: { name: onlyOne } })}>
              {say('wizard.open')}
            </button>
          )}
          <button type="button" onClick={() => setPicked(new Set())}>
            {say('action.clear')}
          </button>
        </section>
      )}
      <div className={grid.foot}>
        <span role="status">{list.page ? say('inbox.count', { n: list.total }) : ''}</span>
        <span className={grid.keys}>{say('inbox.keys')}</span>
      </div>
    </>
  );
}
