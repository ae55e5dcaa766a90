// Done, and part done: the request that was made, and once it is executed the old and the new reservations side by side. An exchange runs in
// stages; where one of them is still to come, this says which side happened and that nobody has to do anything.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../shared/api';
import { useI18n } from '../../shared/i18n';
import { fromWire } from '../../shared/money';
import { ui } from '../../shared/ui/Bits';
import { Done, Faced, Refused } from '../../shared/ui/Faces';
import w from '../requests/wizard.module.css';
import { filedQuery } from './queries';

const running = ['Pending', 'PendingRefunds', 'PendingPurchases'] as const;
const stages = [
  { state: 'Pending', word: 'exchange.stageHeld' },
  { state: 'PendingRefunds', word: 'exchange.stageReturns' },
  { state: 'PendingPurchases', word: 'exchange.stageBuys' },
  { state: 'Succeeded', word: 'exchange.stageDone' },
] as const;

const moving = (filed: Schemas['FiledExchange']) => filed.state === 'executing' || running.some((state) => state === filed.run?.state);

export default function ExchangeMade({ number, from }: { number: string; from: string }) {
  const { say } = useI18n();
  const asked = useQuery({
    ...filedQuery(number),
    enabled: number !== '',
    refetchInterval: (query) => (query.state.data && moving(query.state.data) ? 2000 : false),
  });
  return (
    <div className={w.body} style={{ gridTemplateColumns: 'minmax(0, 820px)' }}>
      <div className={ui.card}>
        <Faced of={asked} failed={say('request.failed')}>
          {(made) => (
            <Done title={say('exchange.made', { number: made.number })}>
              {made.failure ? (
                <Refused title={say('exchange.undone')} reasons={[{ code: made.state, message: made.failure }]} />
              ) : (
                !made.run && <p>{say('exchange.madeText')}</p>
              )}
              {made.run && <Run run={made.run} />}
              <div className={ui.row}>
                <Link to="/requests/$name" params={{ name: made.number }}>
                  {say('exchange.openRequest')}
                </Link>
                <Link to="/reservations/$reservation/overview" params={{ reservation: from }}>
                  {say('wizard.back')}
                </Link>
              </div>
            </Done>
          )}
        </Faced>
      </div>
    </div>
  );
}

function Run({ run }: { run: Schemas['ExchangeRun'] }) {
  const { say, money } = useI18n();
  const at = stages.findIndex((stage) => stage.state === run.state);
  return (
    <div className={ui.stack}>
      {run.state === 'Failed' && <Refused title={say('exchange.undone')} reasons={[{ code: run.state, message: run.failure ?? '' }]} />}
      {running.some((state) => state === run.state) && (
        <p className={ui.note} role="status">
          <b>{say('exchange.partDone')}</b> {say(run.state === 'PendingPurchases' ? 'exchange.partReturned' : 'exchange.partHeld')}
        </p>
      )}
      {at >= 0 && (
        <ol className={w.stages}>
          {stages.map((stage, i) => (
            <li key={stage.state} data-now={i <= at} aria-current={i === at ? 'step' : undefined}>
              <i aria-hidden="true" />
              <b>{say(stage.word)}</b>
            </li>
          ))}
        </ol>
      )}
      <ul className={ui.lines}>
        {run.returned.map((line) => (
          <li key={line.reservation}>
            <span>
              {say('exchange.lineOut', { units: say('units', { n: line.quantity }), name: '' })}
              <Link to="/reservations/$reservation/overview" params={{ reservation: line.reservation }}>
                <bdi>{line.name}</bdi>
              </Link>
            </span>
            <span>{money(fromWire(line.credit))}</span>
          </li>
        ))}
        {run.bought.map((line, i) => (
          <li key={line.reservation ?? `${line.sku} ${i}`}>
            <span>
              {say('exchange.lineIn', { units: say('units', { n: line.quantity }), name: '' })}
              {line.reservation ? (
                <Link to="/reservations/$reservation/overview" params={{ reservation: line.reservation }}>
                  {line.sku}
                </Link>
              ) : (
                line.sku
              )}
            </span>
            <span>{money(fromWire(line.price))}</span>
          </li>
        ))}
        <li className={ui.total}>
          <span>{say('exchange.netTerm')}</span>
          <span>{money(fromWire(run.netPayable))}</span>
        </li>
      </ul>
    </div>
  );
}
