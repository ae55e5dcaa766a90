// Done: a list of what was made, with its requests, and of what was left out, with its reasons.
import { Button } from '@fluentui/react-components';
import { Link } from '@tanstack/react-router';
import { useI18n } from '../../shared/i18n';
import { fromWire } from '../../shared/money';
import { Card, ui } from '../../shared/ui/Bits';
import { Done as DoneFace } from '../../shared/ui/Faces';
import type { Made } from './queries';

export default function Done({ made, again }: { made: Made; again: () => void }) {
  const i18n = useI18n();
  const { say, money } = i18n;
  const done = made.rows.filter((row) => row.state === 'made');
  const left = made.rows.filter((row) => row.state !== 'made');
  return (
    <DoneFace title={say('bulk.made', { n: made.made })}>
      {made.totals.length > 0 && (
        <p>{say('bulk.madeText', { sums: made.totals.map((total) => money(fromWire(total.refund))).join(' + ') })}</p>
      )}
      {done.length > 0 && (
        <Card title={say('bulk.madeList')}>
          <div className={ui.scroll}>
            <table className={ui.table}>
              <thead>
                <tr>
                  <th scope="col">{say('bulk.request')}</th>
                  <th scope="col">{say('column.reservation')}</th>
                  <th scope="col">{say('column.customer')}</th>
                  <th scope="col" className={ui.end}>
                    {say('quote.refund')}
                  </th>
                </tr>
              </thead>
              <tbody>
                {done.map((row) => (
                  <tr key={row.reservation}>
                    <td>
                      <Link to="/requests/$name" params={{ name: row.request?.number ?? '' }}>
                        {row.request?.number}
                      </Link>
                    </td>
                    <td>
                      <bdi>{row.name}</bdi>
                    </td>
                    <td>
                      <bdi>{row.customer?.name}</bdi>
                    </td>
                    <td className={ui.end}>{row.request?.refund ? money(fromWire(row.request.refund)) : '–'}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </Card>
      )}
      {left.length > 0 && (
        <Card title={say('bulk.leftList')}>
          <ul className={ui.stack}>
            {left.map((row) => (
              <li key={row.reservation}>
                <b>
                  <bdi>{row.name ?? row.reservation}</bdi>
                </b>
                : {row.problem?.text ?? (row.state === 'cut' ? say('bulk.cut') : row.reasons?.map((reason) => reason.text).join(' '))}
              </li>
            ))}
          </ul>
        </Card>
      )}
      <div className={ui.row}>
        {left.length > 0 && <Button onClick={again}>{say('bulk.again')}</Button>}
        <Link to="/requests">{say('bulk.toRequests')}</Link>
      </div>
    </DoneFace>
  );
}
