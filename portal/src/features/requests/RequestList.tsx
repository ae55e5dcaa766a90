// Support requests as a table, page by page.
import { Button } from '@fluentui/react-components';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { dayOf, Problem } from '../../shared/api';
import { useI18n } from '../../shared/i18n';
import { ui } from '../../shared/ui/Bits';
import { Bones, Empty, Failed, Refused } from '../../shared/ui/Faces';
import { readRequests } from './queries';

export const statusWords = { Open: 'request.open', Closed: 'request.closed', Updating: 'request.updating' } as const;

export default function RequestList({
  customer,
  status,
}: {
  customer?: string | undefined;
  status?: 'Open' | 'Closed' | 'Updating' | undefined;
}) {
  const { say, day, time } = useI18n();
  const asked = useInfiniteQuery({
    queryKey: ['requests', customer ?? '', status ?? ''],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => readRequests({ customer, status, after: pageParam || undefined }, signal),
    getNextPageParam: (page) => page.next,
  });
  if (!asked.data) {
    if (asked.error instanceof Problem && asked.error.status === 403)
      return <Refused title={say('face.noRight')} reasons={[{ code: asked.error.code, message: asked.error.title }]} />;
    if (asked.error && !asked.isFetching)
      return <Failed title={say('list.failed')} kept={say('face.filterKept')} error={asked.error} again={() => asked.refetch()} />;
    return <Bones rows={6} />;
  }
  const rows = asked.data.pages.flatMap((page) => page.rows);
  if (rows.length === 0) {
    return (
      <Empty title={say(status ? 'request.noneSuch' : 'request.none')} step={<Link to="/reservations">{say('nav.reservations')}</Link>}>
        {say('request.noneText')}
      </Empty>
    );
  }
  return (
    <>
      <div className={ui.scroll} tabIndex={0}>
        <table className={ui.table}>
          <thead>
            <tr>
              <th scope="col">{say('request.number')}</th>
              {!customer && <th scope="col">{say('column.customer')}</th>}
              <th scope="col">{say('request.what')}</th>
              <th scope="col">{say('column.status')}</th>
              <th scope="col">{say('request.created')}</th>
              <th scope="col">{say('request.answerBy')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.name}>
                <td>
                  <Link to="/requests/$name" params={{ name: row.name }}>
                    {row.number}
                  </Link>
                </td>
                {!customer && (
                  <td>
                    <bdi>{row.customer.name}</bdi>
                  </td>
                )}
                <td>
                  <bdi>{row.title}</bdi>
                  <div className={ui.sub}>{say('request.messages', { n: row.messages })}</div>
                </td>
                <td>{say(statusWords[row.status])}</td>
                <td>{day(dayOf(row.created))}</td>
                <td>{row.answerBy && row.status === 'Open' ? `${day(dayOf(row.answerBy))} ${time(row.answerBy)}` : '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {asked.hasNextPage && (
        <Button disabled={asked.isFetchingNextPage} onClick={() => asked.fetchNextPage()}>
          {say('request.more')}
        </Button>
      )}
    </>
  );
}
