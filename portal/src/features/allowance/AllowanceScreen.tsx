// S17, Allowance calendar: choose a customer, see how much may still be refunded and when it comes back.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { api, told } from '../../shared/api';
import { useI18n } from '../../shared/i18n';
import { useHeadline } from '../../shared/keys';
import { fromWire } from '../../shared/money';
import { Card, ui } from '../../shared/ui/Bits';
import { Empty, Faced } from '../../shared/ui/Faces';
import { Filter } from '../../shared/ui/Filter';
import { customerQuery } from '../customers/queries';
import AllowanceCards from './AllowanceCards';

const route = getRouteApi('/allowance');

export default function AllowanceScreen() {
  const { say, money } = useI18n();
  const search = route.useSearch();
  const navigate = useNavigate();
  const headline = useHeadline(search.customer ?? 'allowance');
  const customer = useQuery({ ...customerQuery(search.customer ?? ''), enabled: Boolean(search.customer) });
  const found = useQuery({
    queryKey: ['customers', 'picker', search.q ?? ''],
    enabled: !search.customer,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      told(api.GET('/api/customers', { params: { query: { limit: 20, ...(search.q ? { q: search.q } : {}) } }, signal })),
  });
  return (
    <div className={ui.page}>
      <div className={ui.head}>
        <div>
          <h1 ref={headline} tabIndex={-1}>
            {say('nav.allowance')}
          </h1>
          <p className={ui.sub}>{search.customer ? <bdi>{customer.data?.name}</bdi> : say('allowance.choose')}</p>
        </div>
        {search.customer && (
          <Link to="/allowance" search={{}}>
            {say('allowance.other')}
          </Link>
        )}
      </div>
      {search.customer ? (
        <div className={ui.stack}>
          <AllowanceCards customer={search.customer} />
        </div>
      ) : (
        <Card title={say('nav.customers')}>
          <div className={ui.stack}>
            <div>
              <Filter
                value={search.q ?? ''}
                onChange={(q) => navigate({ to: '/allowance', search: { q: q || undefined }, replace: true })}
                label={say('customers.filter')}
              />
            </div>
            <Faced of={found} failed={say('list.failed')} kept={say('face.filterKept')}>
              {(page) =>
                page.rows.length === 0 ? (
                  <Empty small title={say('customers.noneMatch')} />
                ) : (
                  <div className={ui.scroll} tabIndex={0}>
                    <table className={ui.table}>
                      <thead>
                        <tr>
                          <th scope="col">{say('column.name')}</th>
                          <th scope="col">{say('column.domain')}</th>
                          <th scope="col" className={ui.end}>
                            {say('column.free')}
                          </th>
                        </tr>
                      </thead>
                      <tbody>
                        {page.rows.map((row) => (
                          <tr key={row.id}>
                            <td>
                              <Link to="/allowance" search={{ customer: row.id }}>
                                <bdi>{row.name}</bdi>
                              </Link>
                            </td>
                            <td>{row.domain}</td>
                            <td className={ui.end}>{row.allowanceFree ? money(fromWire(row.allowanceFree)) : '–'}</td>
                          </tr>
                        ))}
                      </tbody>
                    </table>
                  </div>
                )
              }
            </Faced>
          </div>
        </Card>
      )}
    </div>
  );
}
