// S2, Requests.
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useI18n } from '../../shared/i18n';
import { useHeadline } from '../../shared/keys';
import { ui } from '../../shared/ui/Bits';
import RequestList, { statusWords } from './RequestList';

const route = getRouteApi('/requests');

export default function RequestsScreen() {
  const { say } = useI18n();
  const search = route.useSearch();
  const navigate = useNavigate();
  const headline = useHeadline('requests');
  return (
    <div className={ui.page}>
      <div className={ui.head}>
        <h1 ref={headline} tabIndex={-1}>
          {say('nav.requests')}
        </h1>
      </div>
      <div className={ui.pills} role="group" aria-label={say('column.status')}>
        {([undefined, 'Open', 'Updating', 'Closed'] as const).map((status) => (
          <button
            key={status ?? ''}
            type="button"
            className={ui.pill}
            aria-pressed={search.status === status}
            onClick={() => navigate({ to: '/requests', search: { ...search, status }, replace: true })}
          >
            {status ? say(statusWords[status]) : say('list.all')}
          </button>
        ))}
      </div>
      <RequestList customer={search.customer} status={search.status} />
    </div>
  );
}
