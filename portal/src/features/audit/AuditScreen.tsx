// S25, Audit trail: who did what, the newest first, and the proof that nobody changed it.
import { Button, Field, Input } from '@fluentui/react-components';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { Problem } from '../../shared/api';
import { useI18n } from '../../shared/i18n';
import { useHeadline, useKeys } from '../../shared/keys';
import { announce } from '../../shared/ui/announce';
import { CopyButton, ui } from '../../shared/ui/Bits';
import { Allowed, Bones, Empty, Failed, Refused } from '../../shared/ui/Faces';
import { Filter } from '../../shared/ui/Filter';
import { given, readAudit, verdictQuery } from './queries';

const route = getRouteApi('/audit');

export default function AuditScreen() {
  const { say, number, moment } = useI18n();
  const search = route.useSearch();
  const navigate = useNavigate();
  const headline = useHeadline('audit');
  const { record, ...ask } = search;
  const asked = useInfiniteQuery({
    queryKey: ['audit', ask],
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) => readAudit(ask, pageParam, signal),
    getNextPageParam: (page) => page.next,
  });
  const go = (change: Partial<typeof search>) => navigate({ to: '/audit', search: { ...search, ...change }, replace: true });
  const verdict = useQuery(verdictQuery);
  const check = () => void verdict.refetch();
  useKeys({ v: check, Escape: () => void go({ record: undefined }) });
  const filtered = Object.keys(given(ask)).length > 0;
  const rows = asked.data?.pages.flatMap((page) => page.rows) ?? [];
  const hidden = asked.data?.pages.reduce((sum, page) => sum + page.hidden, 0) ?? 0;
  return (
    <div className={ui.page}>
      <div className={ui.head}>
        <div>
          <h1 ref={headline} tabIndex={-1}>
            {say('nav.audit')}
          </h1>
          <p className={ui.sub}>{asked.data?.pages[0] ? say('audit.total', { n: asked.data.pages[0].total }) : '\u00a0'}</p>
        </div>
        <div className={ui.tools}>
          <Button appearance="primary" disabled={verdict.isFetching} onClick={check} aria-keyshortcuts="v">
            {say(verdict.isFetching ? 'audit.verifying' : 'audit.verify')}
          </Button>
          <Button as="a" href={`/api/audit/export?${new URLSearchParams(given(ask))}`} download>
            {say('list.export')}
          </Button>
        </div>
      </div>
      <Verdict of={verdict} again={check} />
      <div className={ui.row} style={{ alignItems: 'end' }}>
        <Filter value={search.q ?? ''} onChange={(q) => go({ q: q || undefined })} label={say('audit.filter')} />
        <Filter value={search.actor ?? ''} onChange={(actor) => go({ actor: actor || undefined })} label={say('audit.actor')} />
        <Filter value={search.action ?? ''} onChange={(action) => go({ action: action || undefined })} label={say('audit.action')} />
        <Field label={say('audit.from')}>
          <Input type="date" value={search.from ?? ''} onChange={(_, data) => go({ from: data.value || undefined })} />
        </Field>
        <Field label={say('audit.until')}>
          <Input type="date" value={search.until ?? ''} onChange={(_, data) => go({ until: data.value || undefined })} />
        </Field>
        {filtered && <Button onClick={() => navigate({ to: '/audit', search: {}, replace: true })}>{say('action.clearFilters')}</Button>}
      </div>
      {!asked.data ? (
        asked.error instanceof Problem && asked.error.status === 403 ? (
          <Refused title={say('face.noRight')} reasons={[{ code: asked.error.code, message: asked.error.title }]} />
        ) : asked.error && !asked.isFetching ? (
          <Failed title={say('audit.failed')} kept={say('face.filterKept')} error={asked.error} again={() => asked.refetch()} />
        ) : (
          <Bones rows={8} />
        )
      ) : rows.length === 0 ? (
        hidden > 0 ? (
          <Refused title={say('face.noRight')} reasons={[{ code: 'forbidden', message: say('audit.hidden', { n: hidden }) }]} />
        ) : (
          <Empty title={say(filtered ? 'audit.noneMatch' : 'audit.none')}>{say('audit.noneText')}</Empty>
        )
      ) : (
        <>
          {hidden > 0 && <p className={ui.note}>{say('audit.hidden', { n: hidden })}</p>}
          <div className={ui.scroll} tabIndex={0}>
            <table className={ui.table}>
              <thead>
                <tr>
                  <th scope="col">{say('audit.number')}</th>
                  <th scope="col">{say('audit.when')}</th>
                  <th scope="col">{say('audit.who')}</th>
                  <th scope="col">{say('audit.what')}</th>
                  <th scope="col">{say('column.customer')}</th>
                  <th scope="col">{say('audit.change')}</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => {
                  const open = search.record === String(row.number);
                  return (
                    <tr key={row.number}>
                      <td>
                        <button
                          type="button"
                          className={ui.link}
                          aria-expanded={open}
                          onClick={() => go({ record: open ? undefined : String(row.number) })}
                        >
                          {number(row.number)}
                        </button>
                      </td>
                      <td>{moment(row.at)}</td>
                      <td>
                        <bdi>{row.actor}</bdi>
                      </td>
                      <td>
                        <code>{row.action}</code>
                      </td>
                      <td>
                        {row.customer ? (
                          <Link to="/customers/$customer/$part" params={{ customer: row.customer.id, part: 'overview' }}>
                            <bdi>{row.customer.name}</bdi>
                          </Link>
                        ) : (
                          '–'
                        )}
                      </td>
                      <td>
                        <bdi>{[row.before, row.after].filter(Boolean).join(' → ')}</bdi>
                        {row.subject && (
                          <div className={ui.sub}>
                            <Subject of={row.subject} action={row.action} />
                          </div>
                        )}
                        {open && (
                          <dl className={ui.facts}>
                            {(
                              [
                                ['audit.previous', row.previous],
                                ['audit.hash', row.hash],
                              ] as const
                            ).map(([word, hash]) => (
                              <div key={word} className={ui.wide}>
                                <dt>{say(word)}</dt>
                                <dd>
                                  <code>{hash}</code> <CopyButton text={hash} what={say(word)} />
                                </dd>
                              </div>
                            ))}
                          </dl>
                        )}
                      </td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </div>
          {asked.hasNextPage && (
            <div>
              <Button disabled={asked.isFetchingNextPage} onClick={() => asked.fetchNextPage()}>
                {say('audit.more')}
              </Button>
            </div>
          )}
        </>
      )}
    </div>
  );
}

/** What a record is about, as a link where the portal has a page for it. */
function Subject({ of, action }: { of: string; action: string }) {
  const guid = /^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(of);
  if (action.startsWith('credit_note.'))
    return (
      <Link to="/credit-notes/$id" params={{ id: of }}>
        {of}
      </Link>
    );
  if (guid && /^(reservation|refund|exchange|purchase|order|change)/.test(action))
    return (
      <Link to="/reservations" search={{ q: of, archived: 'all' }}>
        <code>{of}</code>
      </Link>
    );
  return <bdi>{of}</bdi>;
}

function Verdict({
  of,
  again,
}: {
  of: ReturnType<typeof useQuery<{ whole: boolean; commits: number; milliseconds: number; fault?: string }>>;
  again: () => void;
}) {
  const { say, number, language } = useI18n();
  const { data, error, isFetching } = of;
  const seconds = data && (data.milliseconds / 1000).toLocaleString(language === 'sv' ? 'sv-SE' : 'en-GB', { maximumFractionDigits: 1 });
  const said = data?.whole ? say('audit.whole', { n: number(data.commits), seconds: seconds ?? '' }) : data ? say('audit.broken') : '';
  useEffect(() => {
    if (said && !isFetching) announce(said);
  }, [said, isFetching]);
  if (isFetching) return <p role="status">{say('audit.verifyingText')}</p>;
  if (error instanceof Problem && error.status === 403)
    return <Refused title={say('face.noRight')} reasons={[{ code: error.code, message: error.title }]} />;
  if (error) return <Failed small title={say('audit.notVerified')} error={error} again={again} />;
  if (!data) return null;
  if (data.whole) return <Allowed>{said}</Allowed>;
  return (
    <div role="alert">
      <Refused title={said} reasons={[{ code: 'storage_corrupt', message: data.fault ?? '' }]} ways={<p>{say('audit.report')}</p>} />
    </div>
  );
}
