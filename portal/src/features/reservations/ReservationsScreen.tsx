// S6, Azure reservations: the list over all customers, with the money in it.
import { Button, Input } from '@fluentui/react-components';
import { ArrowDownload20Regular, Bookmark20Regular, LayoutColumnThree20Regular } from '@fluentui/react-icons';
import { useQueries, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useLocation, useNavigate } from '@tanstack/react-router';
import { type CSSProperties, lazy, Suspense, useCallback, useEffect, useMemo, useState } from 'react';
import { api, dayOf, Problem, percentOf, type Schemas, told } from '../../shared/api';
import { useI18n, type WordKey } from '../../shared/i18n';
import { useHeadline } from '../../shared/keys';
import { fromWire } from '../../shared/money';
import { setTaste, useTaste } from '../../shared/taste';
import { CopyButton, Status, ui, useCopy } from '../../shared/ui/Bits';
import { type Column, DataGrid, grid } from '../../shared/ui/DataGrid';
import { Bones, Empty, Failed } from '../../shared/ui/Faces';
import { Filter } from '../../shared/ui/Filter';
import { useWindows } from '../../shared/windows';
import { linesMost } from '../exchanges/lines';
import { exportCsv } from './csv';
import { type Row, recordQuery, seedRow } from './queries';
import { type ListSearch, stateViews } from './search';
import { bothIds, placeOf, scopeWord } from './words';

const route = getRouteApi('/reservations');
const SelectionTotal = lazy(() => import('../bulk/SelectionTotal'));
type Window = Schemas['ReservationWindow'];
type Figures = Schemas['Figures'];

const viewWords = {
  succeeded: 'state.active',
  expiring: 'state.expiring',
  processing: 'state.processing',
  pending: 'state.pending',
  failed: 'state.failed',
  cancelled: 'state.canceled',
  expired: 'state.expired',
} as const satisfies Record<(typeof stateViews)[number], WordKey>;
const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

/** What the address says, as the API asks for it. */
export function listQuery(search: ListSearch) {
  const { view, ...rest } = search;
  return { ...rest, ...(view ? { state: capital(view) } : {}) };
}

export default function ReservationsScreen() {
  const search = route.useSearch();
  const navigate = useNavigate();
  const { say } = useI18n();
  const headline = useHeadline('reservations');
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  return (
    <div className={ui.tall}>
      <ReservationList
        search={search}
        onSearch={(change) => navigate({ to: '/reservations', search: { ...search, ...change }, replace: true })}
        picked={picked}
        onPicked={setPicked}
        title={
          <h1 ref={headline} tabIndex={-1}>
            {say('nav.reservations')}
          </h1>
        }
      />
    </div>
  );
}

export function ReservationList(p: {
  search: ListSearch;
  onSearch: (change: Partial<ListSearch>) => void;
  picked: ReadonlySet<string>;
  onPicked: (ids: ReadonlySet<string>) => void;
  title?: React.ReactNode;
}) {
  const i18n = useI18n();
  const { say, number } = i18n;
  const { search } = p;
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { copy, copied } = useCopy();
  const location = useLocation();
  const key = useMemo(() => ['reservations', listQuery(search)] as const, [search]);
  const list = useWindows<Row, Window>(key, (offset, limit, signal) =>
    told(api.GET('/api/reservations', { params: { query: { ...listQuery(search), offset, limit } }, signal })),
  );
  const [range, setRange] = useState<readonly [number, number]>([0, 30]);
  const onRange = list.onRange;
  const moved = useCallback(
    (from: number, to: number) => {
      onRange(from, to);
      setRange([from, to]);
    },
    [onRange],
  );
  const figures = useFigures(range, list.get);
  const columns = useColumns(figures, Boolean(search.customer));
  const open = (row: Row) => {
    seedRow(queries, row);
    void navigate({ to: '/reservations/$reservation/overview', params: { reservation: row.id } });
  };
  const filtered = Boolean(search.q || search.view || search.archived);
  const states = list.page?.facets.states;
  const one = p.picked.size === 1 ? [...p.picked][0] : undefined;

  return (
    <>
      <div className={ui.page} style={{ minHeight: 0, flex: 'none', paddingBottom: 12, gap: 12 }}>
        <div className={ui.head}>
          <div>
            {p.title}
            <p className={ui.sub} role="status">
              {list.page ? say('list.summary', { total: list.total, customers: list.page.customers }) : '\u00a0'}
            </p>
          </div>
          <Tools search={search} total={list.total} />
        </div>
        <div className={ui.row}>
          <Filter value={search.q ?? ''} onChange={(q) => p.onSearch({ q: q || undefined })} label={say('list.filter')} />
          <div className={ui.pills} role="group" aria-label={say('list.states')}>
            <button type="button" className={ui.pill} aria-pressed={!search.view} onClick={() => p.onSearch({ view: undefined })}>
              {say('list.all')}
              <b>{states ? number(states.all) : ''}</b>
            </button>
            {stateViews.map((view) => (
              <button
                key={view}
                type="button"
                className={ui.pill}
                aria-pressed={search.view === view}
                onClick={() => p.onSearch({ view: search.view === view ? undefined : view })}
              >
                {say(viewWords[view])}
                <b>{states ? number(states[view]) : ''}</b>
              </button>
            ))}
          </div>
        </div>
      </div>
      {list.page ? (
        list.total > 0 ? (
          <>
            {list.head.error ? (
              <p className={ui.aged} role="status" style={{ padding: '0 32px 8px' }}>
                {say('face.aged', { time: i18n.time(new Date(list.head.dataUpdatedAt).toISOString()) })}{' '}
                <button type="button" className={ui.link} onClick={() => list.head.refetch()}>
                  {say('action.again')}
                </button>
              </p>
            ) : null}
            <DataGrid
              label={say('nav.reservations')}
              columns={columns}
              least={search.customer ? 900 : 1080}
              total={list.total}
              get={list.get}
              idOf={(row) => row.id}
              sort={search.sort ?? 'expiry'}
              dir={search.dir ?? 'asc'}
              onSort={(column) => {
                const sort = column as NonNullable<ListSearch['sort']>;
                const same = (search.sort ?? 'expiry') === sort;
                p.onSearch({ sort, dir: same && search.dir !== 'desc' ? 'desc' : 'asc' });
              }}
              selected={p.picked}
              onSelect={p.onPicked}
              selectLabel={say('list.select')}
              onOpen={open}
              onNear={(row) => {
                seedRow(queries, row);
                void queries.prefetchQuery(recordQuery(row.id));
              }}
              onCopy={(row) => copy(bothIds(row, i18n))}
              onRange={moved}
              of={JSON.stringify(key)}
              remember={location.href}
              stale={list.stale}
            />
          </>
        ) : filtered ? (
          <Empty
            title={say('list.noneMatch')}
            step={
              <Button onClick={() => p.onSearch({ q: undefined, view: undefined, archived: undefined })}>
                {say('action.clearFilters')}
              </Button>
            }
          >
            {search.q ? say('list.noneMatchText', { q: search.q }) : say('list.noneInView')}
          </Empty>
        ) : (
          <Empty title={say('list.none')}>{say('list.noneText')}</Empty>
        )
      ) : list.head.error && !list.head.isFetching ? (
        list.head.error instanceof Problem && list.head.error.status === 403 ? (
          <Empty title={say('face.noRight')}>{list.head.error.title}</Empty>
        ) : (
          <Failed title={say('list.failed')} kept={say('face.filterKept')} error={list.head.error} again={() => list.head.refetch()} />
        )
      ) : (
        <div style={{ padding: '12px 32px' }}>
          <Bones rows={12} />
        </div>
      )}
      {p.picked.size > 0 && (
        <section className={grid.bar} aria-label={say('list.selected', { n: p.picked.size })}>
          <b>{say('list.selected', { n: p.picked.size })}</b>
          <Suspense fallback={null}>
            <SelectionTotal picked={p.picked} />
          </Suspense>
          <button type="button" onClick={() => copy([...p.picked].join('\n'))}>
            {copied || say('action.copyIds')}
          </button>
          {one && (
            <button type="button" onClick={() => navigate({ to: '/reservations/$reservation/new-request', params: { reservation: one } })}>
              {say('action.refund')}
            </button>
          )}
          {p.picked.size <= linesMost && (
            <button
              type="button"
              onClick={() => navigate({ to: '/exchanges/new', search: { from: [...p.picked][0], returns: [...p.picked].join(',') } })}
            >
              {say('action.exchange')}
            </button>
          )}
          <button type="button" onClick={() => p.onPicked(new Set())}>
            {say('action.clear')}
          </button>
        </section>
      )}
      <div className={grid.foot}>
        <span>
          {list.total > 0 ? say('list.rows', { from: range[0] + 1, to: Math.min(list.total, range[1] + 1), total: list.total }) : ''}
        </span>
        <span className={grid.keys}>{say('list.keys')}</span>
      </div>
    </>
  );
}

const figuresAtOnce = 25;
/** Refund today and utilization of the rows in sight, asked in blocks once the list rests. */
function useFigures(range: readonly [number, number], get: (index: number) => Row | undefined): ReadonlyMap<string, Figures> {
  const [rested, setRested] = useState(range);
  useEffect(() => {
    const timer = window.setTimeout(() => setRested(range), 60);
    return () => window.clearTimeout(timer);
  }, [range]);
  const blocks: string[] = [];
  for (let block = Math.floor(rested[0] / figuresAtOnce); block <= Math.floor(rested[1] / figuresAtOnce); block += 1) {
    const ids = Array.from({ length: figuresAtOnce }, (_, i) => get(block * figuresAtOnce + i)?.id).filter((id) => id !== undefined);
    if (ids.length > 0) blocks.push(ids.join(','));
  }
  const answers = useQueries({
    queries: blocks.map((ids) => ({
      queryKey: ['reservations', 'figures', ids],
      queryFn: ({ signal }: { signal: AbortSignal }) => told(api.GET('/api/reservations/figures', { params: { query: { ids } }, signal })),
    })),
  });
  const state = answers.map((answer) => `${answer.dataUpdatedAt}${answer.isError}`).join() + blocks.join();
  return useMemo(() => new Map(answers.flatMap((answer) => answer.data?.rows ?? []).map((row) => [row.id, row])), [state]);
}

function useColumns(figures: ReadonlyMap<string, Figures>, ofCustomer: boolean): Column<Row>[] {
  const i18n = useI18n();
  const taste = useTaste();
  return useMemo(() => {
    const { say, day, number, percent, money } = i18n;
    const hidden = taste.columns.reservations ?? [];
    const all: Column<Row>[] = [
      {
        key: 'name',
        head: say('column.reservation'),
        width: 'minmax(190px, 2fr)',
        sort: true,
        cell: (row) => (
          <>
            <b title={row.name}>
              <bdi>{row.name}</bdi>
            </b>
            <small>{placeOf(row)}</small>
          </>
        ),
      },
      {
        key: 'customer',
        head: say('column.customer'),
        width: 'minmax(140px, 1.4fr)',
        sort: true,
        cell: (row) => <bdi>{row.customer.name}</bdi>,
      },
      { key: 'quantity', head: say('column.quantity'), width: '64px', end: true, sort: true, cell: (row) => number(row.quantity) },
      { key: 'scope', head: say('column.scope'), width: 'minmax(100px, 1fr)', cell: (row) => scopeWord(i18n, row.scope, true) },
      {
        key: 'utilization',
        head: say('column.utilization'),
        width: '150px',
        cell: (row) => {
          const used = percentOf(figures.get(row.id)?.utilization?.days30);
          if (!figures.has(row.id)) return <span className={grid.bone} />;
          if (used === undefined) return <span style={{ color: 'var(--ink-2)' }}>{say('value.noUsage')}</span>;
          return (
            <span className={grid.level}>
              <i style={{ '--part': `${Math.min(100, used)}%`, '--tone': used < 80 ? 'var(--held)' : 'var(--bar)' } as CSSProperties} />
              {percent(used)}
            </span>
          );
        },
      },
      {
        key: 'expiry',
        head: say('column.expires'),
        width: '112px',
        sort: true,
        cell: (row) => (
          <>
            {day(dayOf(row.expiry))}
            {row.daysLeft > 0 && row.daysLeft <= 90 && (
              <small className={row.daysLeft <= 30 ? grid.late : undefined}>{say('days.in', { n: row.daysLeft })}</small>
            )}
          </>
        ),
      },
      {
        key: 'refund',
        head: say('column.refund'),
        width: '132px',
        end: true,
        cell: (row) => {
          const known = figures.get(row.id);
          if (!known) return <span className={grid.bone} style={{ marginLeft: 'auto' }} />;
          if (!known.refund) return '–';
          return (
            <>
              {money(fromWire(known.refund.amount))}
              {known.refund.overLimit && <small className={grid.over}>{say('list.overLimit')}</small>}
            </>
          );
        },
      },
      { key: 'state', head: say('column.status'), width: '128px', cell: (row) => <Status state={row.state} /> },
    ];
    return all.filter((column) => column.key === 'name' || (!hidden.includes(column.key) && !(ofCustomer && column.key === 'customer')));
  }, [i18n, figures, taste.columns, ofCustomer]);
}

const choosable = ['customer', 'quantity', 'scope', 'utilization', 'expiry', 'refund', 'state'] as const;
function Tools({ search, total }: { search: ListSearch; total: number }) {
  const i18n = useI18n();
  const { say } = i18n;
  const taste = useTaste();
  const location = useLocation();
  const [name, setName] = useState('');
  const [exporting, setExporting] = useState('');
  const hidden = taste.columns.reservations ?? [];
  const heads = {
    customer: 'column.customer',
    quantity: 'column.quantity',
    scope: 'column.scope',
    utilization: 'column.utilization',
    expiry: 'column.expires',
    refund: 'column.refund',
    state: 'column.status',
  } as const;
  const save = () => {
    if (name.trim())
      setTaste({
        views: [...taste.views.filter((view) => view.name !== name.trim()), { name: name.trim().slice(0, 60), href: location.href }],
      });
    setName('');
  };
  return (
    <div className={ui.tools}>
      <Button appearance="subtle" icon={<LayoutColumnThree20Regular />} popoverTarget="columns">
        {say('list.columns')}
      </Button>
      <div id="columns" popover="auto" className={ui.sheet}>
        <fieldset>
          <legend>{say('list.columns')}</legend>
          {choosable.map((column) => (
            <label key={column} className={ui.choice}>
              <input
                type="checkbox"
                checked={!hidden.includes(column)}
                onChange={(event) =>
                  setTaste({
                    columns: {
                      ...taste.columns,
                      reservations: event.target.checked ? hidden.filter((other) => other !== column) : [...hidden, column],
                    },
                  })
                }
              />
              {say(heads[column])}
            </label>
          ))}
          <Link to="/reservations" search={{ ...search, archived: search.archived ? undefined : 'all' }}>
            {say(search.archived ? 'list.hideArchived' : 'list.showArchived')}
          </Link>
        </fieldset>
      </div>
      <Button
        appearance="subtle"
        icon={<ArrowDownload20Regular />}
        disabled={total === 0 || exporting !== ''}
        onClick={() =>
          exportCsv(i18n, listQuery(search), total, (done) => setExporting(say('list.exporting', { done, total })))
            .then(() => setExporting(''))
            .catch(() => setExporting(say('list.exportFailed')))
        }
      >
        {exporting || say('list.export')}
      </Button>
      <Button appearance="subtle" icon={<Bookmark20Regular />} popoverTarget="views">
        {say('list.views')}
      </Button>
      <div id="views" popover="auto" className={ui.sheet}>
        <ul>
          {taste.views.map((view) => (
            <li key={view.name} className={ui.row}>
              <a href={view.href}>{view.name}</a>
              <button
                type="button"
                className={ui.copy}
                aria-label={say('list.removeView', { name: view.name })}
                onClick={() => setTaste({ views: taste.views.filter((other) => other !== view) })}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
        <Input
          value={name}
          maxLength={60}
          aria-label={say('list.viewName')}
          placeholder={say('list.viewName')}
          onChange={(_, data) => setName(data.value)}
          onKeyDown={(event) => event.key === 'Enter' && save()}
        />
        <div className={ui.row}>
          <Button onClick={save}>{say('list.saveView')}</Button>
          <CopyButton text={globalThis.location.href} what={say('list.link')} label={say('list.link')} />
        </div>
      </div>
    </div>
  );
}
