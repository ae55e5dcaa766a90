// The frame of a reservation's record: where one is, what it is, what can be done, and the menu with the names the article uses.
import { Button } from '@fluentui/react-components';
import { ArrowSwap20Regular, ArrowUndo20Regular, Copy20Regular, Target20Regular } from '@fluentui/react-icons';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { createContext, useContext, useRef, useState } from 'react';
import { Problem } from '../../shared/api';
import { type PlainKey, useI18n } from '../../shared/i18n';
import { useHeadline, useKeys } from '../../shared/keys';
import { MayButton, useMay } from '../../shared/me';
import { Status, ui, useCopy } from '../../shared/ui/Bits';
import { Bones, Failed, NoRight } from '../../shared/ui/Faces';
import { type Record_, recordQuery, seededRow } from './queries';
import s from './record.module.css';
import { bothIds } from './words';

export { s as recordStyles };

const route = getRouteApi('/reservations/$reservation');
const Context = createContext<Record_ | null>(null);
export function useRecord(): Record_ {
  const record = useContext(Context);
  if (!record) throw new Error('useRecord is called outside a record');
  return record;
}
export const RecordProvider = Context.Provider;

const parts = [
  { group: null, entries: [{ part: 'overview', word: 'record.overview' }] },
  {
    group: 'record.use',
    entries: [
      { part: 'utilization', word: 'record.utilization' },
      { part: 'payments', word: 'record.payments' },
      { part: 'history', word: 'record.history' },
    ],
  },
  {
    group: 'record.settings',
    entries: [
      { part: 'access', word: 'record.access' },
      { part: 'configuration', word: 'record.configuration' },
      { part: 'properties', word: 'record.properties' },
    ],
  },
  { group: 'record.help', entries: [{ part: 'new-request', word: 'record.newRequest' }] },
] as const satisfies { group: PlainKey | null; entries: { part: string; word: PlainKey }[] }[];
const entries = parts.flatMap((part) => part.entries as readonly { part: string; word: PlainKey }[]);

export default function RecordFrame() {
  const i18n = useI18n();
  const { say } = i18n;
  const { reservation: id } = route.useParams();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const asked = useQuery(recordQuery(id));
  const record = asked.data;
  const head = record ?? seededRow(queries, id);
  const headline = useHeadline(id);
  const filter = useRef<HTMLInputElement>(null);
  const [wanted, setWanted] = useState('');
  const { copy, copied } = useCopy();
  const request = useMay(record?.actions, 'submitRequest');
  const scope = useMay(record?.actions, 'changeScope');
  const current = pathname.split('/')[3] ?? 'overview';
  const go = (part: string) => navigate({ to: `/reservations/${id}/${part}` });
  const refund = () =>
    record &&
    !request.why &&
    navigate({ to: '/reservations/$reservation/new-request', params: { reservation: id }, search: { want: 'refund' } });
  const exchange = () => record && !request.why && navigate({ to: '/exchanges/new', search: { from: id } });
  const copyIds = () => head && copy(bothIds(head, i18n));

  useKeys({
    r: () => void refund(),
    e: () => void exchange(),
    s: () => void go('configuration'),
    c: () => void copyIds(),
    'Ctrl+/': () => filter.current?.focus(),
    Escape: () => void navigate({ to: '/reservations', search: head ? { customer: head.customer.id } : {} }),
    ...Object.fromEntries(entries.map(({ part }, index) => [String(index + 1), () => void go(part)])),
  });

  if (asked.error && !record && !asked.isFetching) {
    const problem = asked.error instanceof Problem ? asked.error : null;
    return (
      <div className={ui.page}>
        {problem?.status === 403 ? (
          <NoRight problem={problem} />
        ) : (
          <Failed
            title={say(problem?.status === 404 ? 'record.notFound' : 'record.failed')}
            error={asked.error}
            again={() => asked.refetch()}
          />
        )}
      </div>
    );
  }
  const shown = parts.map((group) => ({
    ...group,
    entries: (group.entries as readonly { part: string; word: PlainKey }[]).filter((entry) =>
      say(entry.word).toLowerCase().includes(wanted.toLowerCase()),
    ),
  }));
  return (
    <div className={s.frame}>
      <div className={s.head}>
        <nav aria-label={say('shell.crumbs')}>
          <ol className={s.crumbs}>
            <li>
              <Link to="/customers">{say('nav.customers')}</Link>
            </li>
            {head && (
              <>
                <li>
                  <Link to="/customers/$customer/$part" params={{ customer: head.customer.id, part: 'overview' }}>
                    {head.customer.name}
                  </Link>
                </li>
                <li>
                  <Link to="/customers/$customer/$part" params={{ customer: head.customer.id, part: 'reservations' }}>
                    {say('nav.reservations')}
                  </Link>
                </li>
              </>
            )}
          </ol>
        </nav>
        <div className={s.title}>
          <h1 ref={headline} tabIndex={-1}>
            {head ? <bdi>{head.name}</bdi> : <span className="unseen">{say('face.pending')}</span>}
          </h1>
          {head && <Status state={head.state} />}
        </div>
        <p className={s.facts}>
          {head
            ? [say('kind.reservation'), record?.skuDescription || head.product, head.sku, head.region, say('units', { n: head.quantity })]
                .filter(Boolean)
                .join(' · ')
            : '\u00a0'}
        </p>
        <div className={s.commands}>
          <MayButton
            why={request.why}
            appearance="subtle"
            icon={<ArrowUndo20Regular />}
            onClick={refund}
            disabled={!record}
            aria-keyshortcuts="R"
          >
            {say('action.refund')}
          </MayButton>
          <MayButton
            why={request.why}
            appearance="subtle"
            icon={<ArrowSwap20Regular />}
            onClick={exchange}
            disabled={!record}
            aria-keyshortcuts="E"
          >
            {say('action.exchange')}
          </MayButton>
          <MayButton
            why={scope.why}
            appearance="subtle"
            icon={<Target20Regular />}
            onClick={() => go('configuration')}
            disabled={!record}
            aria-keyshortcuts="S"
          >
            {say('action.changeScope')}
          </MayButton>
          <Button appearance="subtle" icon={<Copy20Regular />} onClick={copyIds} disabled={!head} aria-keyshortcuts="C">
            {copied || say('action.copyIds')}
          </Button>
        </div>
      </div>
      <div className={s.below}>
        <nav className={s.menu} aria-label={say('record.menu')}>
          <input
            ref={filter}
            type="search"
            value={wanted}
            placeholder={say('record.filter')}
            aria-label={say('record.filter')}
            onChange={(event) => setWanted(event.target.value)}
          />
          {shown.map(
            (group) =>
              group.entries.length > 0 && (
                <div key={group.group ?? 'first'}>
                  {group.group && <h2>{say(group.group)}</h2>}
                  <ul>
                    {group.entries.map(({ part, word }) => (
                      <li key={part}>
                        <Link to={`/reservations/${id}/${part}` as '/'} aria-current={part === current ? 'page' : undefined}>
                          {say(word)}
                        </Link>
                      </li>
                    ))}
                  </ul>
                </div>
              ),
          )}
        </nav>
        <div className={s.body}>
          {record ? (
            <Context.Provider value={record}>
              <Outlet />
            </Context.Provider>
          ) : (
            <Bones rows={8} />
          )}
        </div>
      </div>
    </div>
  );
}
