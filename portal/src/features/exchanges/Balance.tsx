// Between the two sides: what comes back against what is bought, as a picture and as figures, and every rule with what would help.
import { Button } from '@fluentui/react-components';
import { CheckmarkCircle20Filled, Warning20Filled } from '@fluentui/react-icons';
import { useI18n } from '../../shared/i18n';
import { fromWire, isNegative, type Money, share } from '../../shared/money';
import { Card, ui } from '../../shared/ui/Bits';
import { Legend } from '../../shared/ui/Meter';
import s from './exchange.module.css';
import type { ExchangeQuote } from './queries';

const larger = (a: Money, b: Money) => (a.minor < b.minor ? b : a);

export function Balance({ quote, stale }: { quote: ExchangeQuote; stale: boolean }) {
  const { say, money } = useI18n();
  const { balance } = quote;
  const returned = fromWire(balance.returned);
  const bought = fromWire(balance.bought);
  const whole = larger(returned, bought);
  const due = fromWire(balance.dueToday);
  const bars = [
    {
      word: say('exchange.returned'),
      sum: returned,
      parts: [
        { amount: fromWire(balance.credits), tone: 'var(--bar)' },
        { amount: fromWire(balance.commitments), tone: 'var(--left)' },
      ],
    },
    { word: say('exchange.boughtTotal'), sum: bought, parts: [{ amount: bought, tone: 'var(--this)' }] },
  ];
  return (
    <Card title={say('exchange.balance')}>
      <div className={`${ui.stack} ${stale ? ui.stale : ''}`} aria-busy={stale}>
        <p className={s.verdict} aria-live="polite">
          {balance.missing
            ? say('exchange.missing', { amount: money(fromWire(balance.missing)) })
            : balance.surplus && say('exchange.surplus', { amount: money(fromWire(balance.surplus)) })}
        </p>
        <div className={s.bars} aria-hidden="true">
          {bars.map((bar) => (
            <div key={bar.word}>
              <span className={ui.sub}>{bar.word}</span>
              <span className={s.track}>
                {bar.parts.map((part) => (
                  <i key={part.tone} style={{ width: `${share(part.amount, whole) / 10}%`, background: part.tone }} />
                ))}
              </span>
            </div>
          ))}
          <Legend
            parts={[
              { tone: 'var(--bar)', word: say('exchange.credits') },
              { tone: 'var(--left)', word: say('exchange.commitments') },
              { tone: 'var(--this)', word: say('exchange.boughtTotal') },
            ]}
          />
        </div>
        <table className={s.figures}>
          <caption className="unseen">{say('exchange.balance')}</caption>
          <tbody>
            <tr className={s.part}>
              <th scope="row">{say('exchange.credits')}</th>
              <td>{money(fromWire(balance.credits))}</td>
            </tr>
            <tr className={s.part}>
              <th scope="row">{say('exchange.commitments')}</th>
              <td>{money(fromWire(balance.commitments))}</td>
            </tr>
            <tr className={s.sum}>
              <th scope="row">{say('exchange.returned')}</th>
              <td>{money(returned)}</td>
            </tr>
            <tr className={s.sum}>
              <th scope="row">{say('exchange.boughtTotal')}</th>
              <td>{money(bought)}</td>
            </tr>
            <tr>
              <th scope="row">{say('exchange.netTerm')}</th>
              <td>{money(fromWire(balance.netPayable))}</td>
            </tr>
            <tr className={s.sum}>
              <th scope="row">{say(isNegative(due) ? 'exchange.creditedNow' : 'exchange.netNow')}</th>
              <td>{money(due)}</td>
            </tr>
          </tbody>
        </table>
      </div>
    </Card>
  );
}

export function Checks(p: {
  quote: ExchangeQuote;
  stale: boolean;
  onPropose: () => void;
  nameOf: (side: 'returned' | 'bought', at: number) => string;
}) {
  const { say, money } = useI18n();
  const { quote } = p;
  const unmet = quote.checks.filter((check) => !check.met).length;
  const proposal = quote.proposal;
  return (
    <Card title={say('exchange.rules')} aside={say('exchange.rulesMet', { met: quote.checks.length - unmet, all: quote.checks.length })}>
      <div className={p.stale ? ui.stale : undefined} aria-busy={p.stale}>
        <ul className={s.checks}>
          {quote.checks.map((check) => {
            const against = [
              ...(check.returned ?? []).map((at) => p.nameOf('returned', at)),
              ...(check.bought ?? []).map((at) => p.nameOf('bought', at)),
            ];
            return (
              <li key={`${check.rule} ${check.code ?? ''}`}>
                {check.met ? (
                  <CheckmarkCircle20Filled color="var(--good)" aria-label={say('exchange.met')} />
                ) : (
                  <Warning20Filled color="var(--warn)" aria-label={say('exchange.unmet')} />
                )}
                <span>
                  {check.text} <span className={ui.chip}>{check.rule}</span>
                </span>
                {(check.fix || against.length > 0) && (
                  <p className={ui.sub}>
                    {check.fix} {against.length > 0 && <bdi>{against.join(', ')}</bdi>}
                  </p>
                )}
              </li>
            );
          })}
          <li>
            <CheckmarkCircle20Filled color="var(--good)" aria-label={say('exchange.met')} />
            <span>{say('exchange.newTerm')}</span>
          </li>
        </ul>
        {quote.notes.length > 0 && (
          <ul className={ui.note}>
            {quote.notes.map((note) => (
              <li key={note.code}>{note.text}</li>
            ))}
          </ul>
        )}
        {proposal && (
          <div className={ui.row} style={{ marginTop: 12 }}>
            <Button appearance="primary" onClick={p.onPropose} aria-keyshortcuts="P">
              {say('exchange.propose')}
            </Button>
            <span>
              {say('exchange.proposal', {
                units: say('units', { n: proposal.units }),
                sku: proposal.sku,
                cost: money(fromWire(proposal.cost)),
                surplus: money(fromWire(proposal.surplus)),
              })}
            </span>
          </div>
        )}
        {quote.whereToGo && <p className={ui.note}>{quote.whereToGo}</p>}
      </div>
    </Card>
  );
}
