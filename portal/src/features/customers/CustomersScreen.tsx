// S4, Customers: find the customer, with what is left of the allowance beside the name.
import { Button } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useLocation, useNavigate } from '@tanstack/react-router';
import { type CSSProperties, useMemo, useState } from 'react';
import { api, Problem, type Schemas, told } from '../../shared/api';
import { useI18n } from '../../shared/i18n';
import { useHeadline } from '../../shared/keys';
import { fromWire, share } from '../../shared/money';
import { ui, useCopy } from '../../shared/ui/Bits';
import { type Column, DataGrid, grid } from '../../shared/ui/DataGrid';
import { Bones, Empty, Failed } from '../../shared/ui/Faces';
import { Filter } from '../../shared/ui/Filter';
import { useWindows } from '../../shared/windows';
import { type CustomerRow, customerQuery } from './queries';

const route = getRouteApi('/customers');

export default function CustomersScreen() {
  const i18n = useI18n();
  const { say, number, money } = i18n;
  const search = route.useSearch();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const location = useLocation();
  const headline = useHeadline('customers');
  const { copy } = useCopy();
  const [range, setRange] = useState<readonly [number, number]>([0, 30]);
  const list = useWindows<CustomerRow, Schemas['CustomerWindow']>(['customers', search], (offset, limit, signal) =>
    told(api.GET('/api/customers', { params: { query: { ...search, offset, limit } }, signal })),
  );
  const onRange = list.onRange;
  const moved = useMemo(
    () => (from: number, to: number) => {
      onRange(from, to);
      setRange([from, to]);
    },
    [onRange],
  );
  const onSearch = (change: Partial<typeof search>) => navigate({ to: '/customers', search: { ...search, ...change }, replace: true });
  const columns = useMemo<Column<CustomerRow>[]>(
    () => [
      {
        key: 'name',
        head: say('column.name'),
        width: 'minmax(200px, 2fr)',
        sort: true,
        cell: (row) => (
          <b title={row.name}>
            <bdi>{row.name}</bdi>
          </b>
        ),
      },
      { key: 'domain', head: say('column.domain'), width: 'minmax(160px, 1.4fr)', sort: true, cell: (row) => <bdi>{row.domain}</bdi> },
      { key: 'country', head: say('column.country'), width: '80px', sort: true, cell: (row) => row.country },
      { key: 'reservations', head: say('column.active'), width: '110px', end: true, sort: true, cell: (row) => number(row.reservations) },
      { key: 'expiring', head: say('column.expiring'), width: '120px', end: true, sort: true, cell: (row) => number(row.expiring) },
      {
        key: 'free',
        head: say('column.free'),
        width: 'minmax(210px, 1.4fr)',
        cell: (row) => {
          if (!row.allowanceFree || !row.allowanceLimit) return '–';
          const part = share(fromWire(row.allowanceFree), fromWire(row.allowanceLimit)) / 10;
          return (
            <span className={grid.level}>
              <i style={{ '--part': `${part}%`, '--tone': part < 20 ? 'var(--held)' : 'var(--bar)' } as CSSProperties} />
              {money(fromWire(row.allowanceFree))}
            </span>
          );
        },
      },
      {
        key: 'buy',
        head: say('column.mayBuy'),
        width: '110px',
        cell: (row) => (row.mayBuy === undefined ? '–' : say(row.mayBuy ? 'value.on' : 'value.off')),
      },
    ],
    [say, number, money],
  );
  return (
    <div className={ui.tall}>
      <div className={ui.page} style={{ minHeight: 0, flex: 'none', paddingBottom: 12, gap: 12 }}>
        <div className={ui.head}>
          <div>
            <h1 ref={headline} tabIndex={-1}>
              {say('nav.customers')}
            </h1>
            <p className={ui.sub} role="status">
              {list.page ? say('customers.summary', { n: list.total }) : '\u00a0'}
            </p>
          </div>
        </div>
        <div className={ui.row}>
          <Filter value={search.q ?? ''} onChange={(q) => onSearch({ q: q || undefined })} label={say('customers.filter')} />
        </div>
      </div>
      {list.page ? (
        list.total > 0 ? (
          <DataGrid
            label={say('nav.customers')}
            columns={columns}
            least={980}
            total={list.total}
            get={list.get}
            idOf={(row) => row.id}
            sort={search.sort ?? 'name'}
            dir={search.dir ?? 'asc'}
            onSort={(column) => {
              const sort = column as NonNullable<typeof search.sort>;
              onSearch({ sort, dir: (search.sort ?? 'name') === sort && search.dir !== 'desc' ? 'desc' : 'asc' });
            }}
            onOpen={(row, event) =>
              navigate({
                to: '/customers/$customer/$part',
                params: { customer: row.id, part: event.shiftKey ? 'overview' : 'reservations' },
              })
            }
            onNear={(row) => void queries.prefetchQuery(customerQuery(row.id))}
            onCopy={(row) => copy(row.id)}
            onRange={moved}
            of={JSON.stringify(search)}
            remember={location.href}
            stale={list.stale}
          />
        ) : search.q ? (
          <Empty
            title={say('customers.noneMatch')}
            step={<Button onClick={() => onSearch({ q: undefined })}>{say('action.clearFilters')}</Button>}
          >
            {say('list.noneMatchText', { q: search.q })}
          </Empty>
        ) : (
          <Empty title={say('customers.none')}>{say('customers.noneText')}</Empty>
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
      <div className={grid.foot}>
        <span>
          {list.total > 0 ? say('list.rows', { from: range[0] + 1, to: Math.min(list.total, range[1] + 1), total: list.total }) : ''}
        </span>
        <span className={grid.keys}>{say('customers.keys')}</span>
      </div>
    </div>
  );
}
