// The frame of one customer: name, facts, menu.
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { Problem } from '../../shared/api';
import { useI18n } from '../../shared/i18n';
import { useHeadline, useKeys } from '../../shared/keys';
import { ui, useCopy } from '../../shared/ui/Bits';
import { Bones, Failed, NoRight } from '../../shared/ui/Faces';
import s from '../reservations/record.module.css';
import { customerQuery } from './queries';

const route = getRouteApi('/customers/$customer');
export const customerParts = [
  { part: 'overview', word: 'record.overview' },
  { part: 'reservations', word: 'nav.reservations' },
  { part: 'allowance', word: 'customer.allowance' },
  { part: 'requests', word: 'nav.requests' },
  { part: 'settlement', word: 'nav.settlement' },
  { part: 'access', word: 'customer.access' },
] as const;

export default function CustomerFrame() {
  const { say } = useI18n();
  const { customer: id } = route.useParams();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const asked = useQuery(customerQuery(id));
  const headline = useHeadline(id);
  const { copy } = useCopy();
  const current = pathname.split('/')[3] ?? 'overview';
  const go = (part: string) => navigate({ to: '/customers/$customer/$part', params: { customer: id, part } });
  useKeys({
    c: () => void copy(id),
    Escape: () => void navigate({ to: '/customers' }),
    ...Object.fromEntries(customerParts.map(({ part }, index) => [String(index + 1), () => void go(part)])),
  });
  if (asked.error && !asked.data && !asked.isFetching) {
    const problem = asked.error instanceof Problem ? asked.error : null;
    return (
      <div className={ui.page}>
        {problem?.status === 403 ? (
          <NoRight problem={problem} />
        ) : (
          <Failed
            title={say(problem?.status === 404 ? 'customer.notFound' : 'customer.failed')}
            error={asked.error}
            again={() => asked.refetch()}
          />
        )}
      </div>
    );
  }
  const customer = asked.data;
  return (
    <div className={current === 'reservations' ? `${s.frame} ${s.fill}` : s.frame}>
      <div className={s.head}>
        <nav aria-label={say('shell.crumbs')}>
          <ol className={s.crumbs}>
            <li>
              <Link to="/customers">{say('nav.customers')}</Link>
            </li>
          </ol>
        </nav>
        <div className={s.title}>
          <h1 ref={headline} tabIndex={-1}>
            <bdi>{customer?.name ?? '\u00a0'}</bdi>
          </h1>
        </div>
        <p className={s.facts}>
          {customer
            ? [say('column.customer'), customer.domain, customer.country, say('customer.active', { n: customer.reservations })].join(' · ')
            : '\u00a0'}
        </p>
      </div>
      <div className={s.below}>
        <nav className={s.menu} aria-label={say('customer.menu')}>
          <ul>
            {customerParts.map(({ part, word }) => (
              <li key={part}>
                <Link to="/customers/$customer/$part" params={{ customer: id, part }} aria-current={part === current ? 'page' : undefined}>
                  {say(word)}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        {customer ? (
          <Outlet />
        ) : (
          <div className={s.body}>
            <Bones rows={8} />
          </div>
        )}
      </div>
    </div>
  );
}
