// S19, Policies: which rules hold when. One pack in words made from the rule that runs, or two side by side and what the other would change.
import { Button, Select } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useI18n } from '../../shared/i18n';
import { useHeadline, useKeys } from '../../shared/keys';
import { fromWire } from '../../shared/money';
import { Card, ui } from '../../shared/ui/Bits';
import { Bones, Faced } from '../../shared/ui/Faces';
import { policiesQuery } from '../reservations/queries';
import { caseWords } from './Cases';
import s from './policies.module.css';
import { packsOf, policyQuery } from './queries';

const Compare = lazy(() => import('./Compare'));

export default function PoliciesScreen() {
  const { say } = useI18n();
  const navigate = useNavigate();
  const params = useParams({ strict: false });
  const policies = useQuery(policiesQuery);
  const asked = params.pack ? packsOf(params.pack) : null;
  const pack = asked?.pack ?? policies.data?.governing;
  const other = asked?.other;
  const headline = useHeadline('policies');
  const ids = policies.data?.rows.map((row) => row.id) ?? [];
  const open = (id: string) => navigate({ to: '/policies/$pack', params: { pack: id } });
  const step = (by: 1 | -1) => {
    const next = pack && !other ? ids[ids.indexOf(pack) + by] : undefined;
    if (next) void open(next);
  };
  const compare = () => {
    const second = ids.find((id) => id !== pack);
    if (pack && second && !other) void open(`${pack}..${second}`);
  };
  useKeys({ ArrowLeft: () => step(-1), ArrowRight: () => step(1), d: compare });
  return (
    <div className={ui.page}>
      <div className={ui.head}>
        <div>
          <h1 ref={headline} tabIndex={-1}>
            {say('nav.policies')}
          </h1>
          <p className={ui.sub}>{say('policies.intro')}</p>
        </div>
      </div>
      <Faced of={policies} failed={say('policies.failed')}>
        {(list) => (
          <>
            <nav aria-label={say('policies.line')}>
              <ul className={s.line}>
                {list.rows.map((row) => (
                  <li key={row.id} data-governs={row.governing}>
                    <Link to="/policies/$pack" params={{ pack: row.id }} aria-current={row.id === pack && !other ? 'page' : undefined}>
                      <b>{row.id}</b>
                      <span>{row.name}</span>
                      {row.governing && <em>{say('policies.governs')}</em>}
                    </Link>
                  </li>
                ))}
              </ul>
            </nav>
            {pack && (
              <div className={ui.row}>
                <span>{say('policies.compare')}</span>
                <Select aria-label={say('policies.first')} value={pack} onChange={(_, data) => open(`${data.value}..${other ?? pack}`)}>
                  {list.rows.map((row) => (
                    <option key={row.id}>{row.id}</option>
                  ))}
                </Select>
                <Select
                  aria-label={say('policies.second')}
                  value={other ?? ''}
                  onChange={(_, data) => open(data.value ? `${pack}..${data.value}` : pack)}
                >
                  <option value="">–</option>
                  {list.rows.map((row) => (
                    <option key={row.id}>{row.id}</option>
                  ))}
                </Select>
                {other && (
                  <Button appearance="subtle" onClick={() => open(pack)}>
                    {say('policies.one')}
                  </Button>
                )}
                <span className={ui.sub}>{say('policies.keys')}</span>
              </div>
            )}
            {pack &&
              (other ? (
                <Suspense fallback={<Bones rows={8} />}>
                  <Compare pack={pack} other={other} />
                </Suspense>
              ) : (
                <One pack={pack} />
              ))}
          </>
        )}
      </Faced>
    </div>
  );
}

function One({ pack }: { pack: string }) {
  const i18n = useI18n();
  const { say, money, day } = i18n;
  const policy = useQuery(policyQuery(pack, i18n.language));
  return (
    <Faced of={policy} failed={say('policies.failed')} rows={10}>
      {(told) => (
        <div className={ui.stack}>
          <Card
            title={told.name}
            aside={
              told.until
                ? say('policies.fromTo', { from: day(told.from), until: day(told.until) })
                : say('policies.from', { from: day(told.from) })
            }
          >
            <div className={ui.stack}>
              <p className={ui.sub}>
                {told.governs.length > 0
                  ? told.governs
                      .map((each) =>
                        each.until
                          ? say('policies.heldFromTo', { from: day(each.from), until: day(each.until) })
                          : say('policies.heldFrom', { from: day(each.from) }),
                      )
                      .join(' ')
                  : say('policies.heldNever')}
              </p>
              <div className={ui.scroll}>
                <table className={ui.table}>
                  <caption className="unseen">{say('policies.table')}</caption>
                  <thead>
                    <tr>
                      <th scope="col">{say('policies.days')}</th>
                      <th scope="col">{say('policies.usage')}</th>
                      <th scope="col">{say('policies.credit')}</th>
                      <th scope="col">{say('policies.fee')}</th>
                      <th scope="col">{say('policies.cap')}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {told.table.map((row) => (
                      <tr key={row.name} id={`row.${row.name}`}>
                        <td>{row.days}</td>
                        <td>{row.used}</td>
                        <td>{row.credit}</td>
                        <td>{row.fee}</td>
                        <td>{row.cap}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            </div>
          </Card>
          <Card title={say('policies.sentences')}>
            <ul className={s.rules}>
              {[...told.table.map((row) => ({ key: `row.${row.name}`, text: row.sentence })), ...told.rules].map((rule) => (
                <li key={rule.key}>
                  {rule.text} <span className={ui.chip}>{rule.key}</span>
                </li>
              ))}
            </ul>
          </Card>
          <Card title={say('policies.examples')} aside={say('policies.now')}>
            <div className={ui.scroll}>
              <table className={ui.table}>
                <thead>
                  <tr>
                    <th scope="col">{say('policies.case')}</th>
                    <th scope="col" className={ui.end}>
                      {say('quote.refund')}
                    </th>
                    <th scope="col" className={ui.end}>
                      {say('policies.fee')}
                    </th>
                    <th scope="col">{say('policies.outcome')}</th>
                  </tr>
                </thead>
                <tbody>
                  {told.examples.map((each) => (
                    <tr key={`${each.day}${each.used}${each.plan}${each.price.amount}`}>
                      <td>{caseWords(i18n, each)}</td>
                      <td className={ui.end}>{each.decision.ok ? money(fromWire(each.decision.refund)) : '–'}</td>
                      <td className={ui.end}>{each.decision.ok ? money(fromWire(each.decision.fee)) : '–'}</td>
                      <td>
                        {each.decision.ok
                          ? each.decision.forfeited
                            ? say('policies.cut', { amount: money(fromWire(each.decision.forfeited)) })
                            : say('bulk.fits')
                          : each.decision.reasons.map((reason) => reason.text).join(' ')}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </Card>
        </div>
      )}
    </Faced>
  );
}
