// S2, Requests: the inbox by its views, and beside it the plain support tickets.
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useI18n } from '../../shared/i18n';
import { useHeadline } from '../../shared/keys';
import { ui } from '../../shared/ui/Bits';
import { Bones } from '../../shared/ui/Faces';
import Inbox from './Inbox';

const RequestList = lazy(() => import('./RequestList'));
const route = getRouteApi('/requests');
const statuses = { '': 'list.all', Open: 'request.open', Updating: 'request.updating', Closed: 'request.closed' } as const;

export default function RequestsScreen() {
  const { say } = useI18n();
  const search = route.useSearch();
  const navigate = useNavigate();
  const headline = useHeadline('requests');
  const go = (change: Partial<typeof search>) => navigate({ to: '/requests', search: { ...search, ...change }, replace: true });
  const { view, status, ...rest } = search;
  return (
    <div className={`${ui.page} ${ui.tall}`}>
      <div className={ui.head}>
        <h1 ref={headline} tabIndex={-1}>
          {say('nav.requests')}
        </h1>
      </div>
      {view === 'tickets' ? (
        <>
          <div className={ui.pills} role="group" aria-label={say('column.status')}>
            <button type="button" className={ui.pill} aria-pressed={false} onClick={() => go({ view: undefined, status: undefined })}>
              {say('inbox.back')}
            </button>
            {(Object.keys(statuses) as (keyof typeof statuses)[]).map((name) => (
              <button
                key={name}
                type="button"
                className={ui.pill}
                aria-pressed={(status ?? '') === name}
                onClick={() => go({ status: name || undefined })}
              >
                {say(statuses[name])}
              </button>
            ))}
          </div>
          <Suspense fallback={<Bones rows={6} />}>
            <RequestList customer={search.customer} status={status} />
          </Suspense>
        </>
      ) : (
        <Inbox
          search={{ ...rest, view }}
          onSearch={go}
          tickets={
            <button type="button" className={ui.pill} aria-pressed={false} onClick={() => go({ view: 'tickets' })}>
              {say('inbox.tickets')}
            </button>
          }
        />
      )}
    </div>
  );
}
