// Two packs: rule by rule, case by case, and what the second would change for the fleet.
import { useQuery } from '@tanstack/react-query';
import { useI18n } from '../../shared/i18n';
import { fromWire } from '../../shared/money';
import { Card, ui } from '../../shared/ui/Bits';
import { Empty, Faced } from '../../shared/ui/Faces';
import { caseWords, outcome } from './Cases';
import s from './policies.module.css';
import { diffQuery, effectQuery } from './queries';

export default function Compare({ pack, other }: { pack: string; other: string }) {
  const i18n = useI18n();
  const { say } = i18n;
  const diff = useQuery(diffQuery(pack, other, i18n.language));
  return (
    <Faced of={diff} failed={say('policies.failed')} rows={10}>
      {(told) =>
        told.rules.length === 0 && told.cases.length === 0 ? (
          <Empty title={say('policies.same')}>{say('policies.sameText')}</Empty>
        ) : (
          <div className={ui.stack}>
            <Card title={say('policies.changes')} aside={say('policies.rules', { n: told.rules.length })}>
              <div className={ui.scroll}>
                <table className={`${ui.table} ${s.keys}`}>
                  <thead>
                    <tr>
                      <th scope="col">{say('policies.rule')}</th>
                      <th scope="col">{told.a.id}</th>
                      <th scope="col">{told.b.id}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {told.rules.map((rule) => (
                      <tr key={rule.key}>
                        <th scope="row">
                          <span className={ui.chip}>{rule.key}</span>
                        </th>
                        <td>{rule.a ?? '–'}</td>
                        <td>{rule.b ?? '–'}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            </Card>
            <Effect pack={pack} other={other} />
            <Card title={say('policies.cases')} aside={say('policies.casesCount', { n: told.cases.length })}>
              <div className={ui.scroll}>
                <table className={ui.table}>
                  <thead>
                    <tr>
                      <th scope="col">{say('policies.case')}</th>
                      <th scope="col" className={ui.end}>
                        {told.a.id}
                      </th>
                      <th scope="col" className={ui.end}>
                        {told.b.id}
                      </th>
                    </tr>
                  </thead>
                  <tbody>
                    {told.cases.map((each) => (
                      <tr key={`${each.day}${each.used}${each.plan}${each.price.amount}${each.product}`}>
                        <td>
                          {caseWords(i18n, each)}
                          {each.product !== 'VirtualMachines' && `, ${each.product}`}
                        </td>
                        <td className={ui.end}>{outcome(i18n, each.a)}</td>
                        <td className={ui.end}>{outcome(i18n, each.b)}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            </Card>
          </div>
        )
      }
    </Faced>
  );
}

function Effect({ pack, other }: { pack: string; other: string }) {
  const i18n = useI18n();
  const { say, money } = i18n;
  const effect = useQuery(effectQuery(pack, other));
  return (
    <Card title={say('policies.affected')} aside={effect.data && say('policies.lookedAt', { n: effect.data.lookedAt })}>
      <Faced of={effect} failed={say('policies.fleetFailed')} small>
        {(told) => (
          <div className={ui.stack}>
            <p>
              {say('policies.touched', { customers: told.customers, n: told.differ })}{' '}
              {say('policies.then', { refused: told.refusedThen, allowed: told.allowedThen })}{' '}
              {told.unknown > 0 && say('policies.unknown', { n: told.unknown })} {!told.complete && say('policies.notAll')}
            </p>
            {told.sums.length > 0 && (
              <div className={ui.scroll}>
                <table className={ui.table}>
                  <thead>
                    <tr>
                      <th scope="col">{say('policies.currency')}</th>
                      <th scope="col" className={ui.end}>
                        {pack}
                      </th>
                      <th scope="col" className={ui.end}>
                        {other}
                      </th>
                      <th scope="col" className={ui.end}>
                        {say('policies.moved')}
                      </th>
                    </tr>
                  </thead>
                  <tbody>
                    {told.sums.map((sum) => (
                      <tr key={sum.a.currency}>
                        <th scope="row">{sum.a.currency}</th>
                        <td className={ui.end}>{money(fromWire(sum.a))}</td>
                        <td className={ui.end}>{money(fromWire(sum.b))}</td>
                        <td className={ui.end}>
                          <b>{money(fromWire(sum.change))}</b>
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )}
            <p className={ui.sub}>{say('policies.byItself')}</p>
          </div>
        )}
      </Faced>
    </Card>
  );
}
