// The right side: what is bought instead, at today's list price. The scope is that of what goes back until somebody says otherwise, and it is
// confirmed line by line: nothing is ever silently Shared.
import { Button, Field, Select } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { forwardRef } from 'react';
import { useI18n } from '../../shared/i18n';
import { fromWire } from '../../shared/money';
import { Card, ui } from '../../shared/ui/Bits';
import { Empty, Faced } from '../../shared/ui/Faces';
import { Filter } from '../../shared/ui/Filter';
import { scopesQuery } from '../reservations/queries';
import { scopeWord, termWord } from '../reservations/words';
import s from './exchange.module.css';
import { type BuyLine, linesMost, type Plan, scopeText } from './lines';
import { catalogueQuery, type ExchangeQuote, type Offer } from './queries';
import { Units } from './ReturnSide';
import type { ExchangeSearch } from './search';

export const confirmKey = (line: BuyLine) => [line.sku, line.region, line.term, line.plan, line.scope].join('~');

export const BuySide = forwardRef<
  HTMLDivElement,
  {
    like: string;
    lines: BuyLine[];
    quote: ExchangeQuote | undefined;
    wrong: ReadonlySet<number>;
    confirmed: ReadonlySet<string>;
    search: ExchangeSearch;
    onLines: (lines: BuyLine[]) => void;
    onConfirm: (line: BuyLine, on: boolean) => void;
    onSearch: (change: Partial<ExchangeSearch>) => void;
    onAdd: (offer: Offer) => void;
  }
>(function BuySide(p, ref) {
  const i18n = useI18n();
  const { say, money, day } = i18n;
  const scopes = useQuery({ ...scopesQuery(p.like), enabled: p.like !== '' });
  const change = (at: number, what: Partial<BuyLine>) => p.onLines(p.lines.map((line, i) => (i === at ? { ...line, ...what } : line)));
  return (
    <div ref={ref} tabIndex={-1} className={s.side} role="group" aria-label={say('exchange.buy')}>
      <Card title={say('exchange.buy')} aside={say('exchange.keyBuy')}>
        <div className={ui.stack}>
          {p.lines.length === 0 && (
            <Empty small title={say('exchange.buyNothing')}>
              {say('exchange.buyNothingText')}
            </Empty>
          )}
          <ol className={s.lines}>
            {p.lines.map((line, i) => {
              const amounts = p.quote?.bought[i]?.sku === line.sku ? p.quote.bought[i] : undefined;
              const scope = line.scope || (scopes.data ? scopeText(scopes.data.current) : '');
              const known = scopes.data?.candidates.find((each) => scopeText(each) === scope);
              const word = known ? scopeWord(i18n, known) : amounts ? scopeWord(i18n, amounts.scope) : scope;
              return (
                <li key={`${confirmKey(line)} ${i}`} data-wrong={p.wrong.has(i)}>
                  <div className={s.what}>
                    <b>{line.sku}</b>
                    <span>{amounts ? money(fromWire(amounts.price)) : ''}</span>
                  </div>
                  <p className={ui.sub}>
                    {line.region}
                    {amounts && (
                      <>
                        {' · '}
                        {say('exchange.each', { amount: money(fromWire(amounts.unitPrice)) })}
                        {' · '}
                        {say('exchange.until', { date: day(amounts.expires) })}
                      </>
                    )}
                  </p>
                  <div className={s.inputs}>
                    <Units label={say('exchange.unitsBuy')} units={line.units} most={1_000_000} onUnits={(units) => change(i, { units })} />
                    <Field label={say('exchange.term')}>
                      <Select value={line.term} onChange={(_, data) => change(i, { term: data.value })}>
                        {['P1Y', 'P3Y', 'P5Y'].map((term) => (
                          <option key={term} value={term}>
                            {termWord(i18n, term)}
                          </option>
                        ))}
                      </Select>
                    </Field>
                    <Field label={say('fact.plan')}>
                      <Select value={line.plan} onChange={(_, data) => change(i, { plan: data.value as Plan })}>
                        <option value="Upfront">{say('plan.upfront')}</option>
                        <option value="Monthly">{say('plan.monthly')}</option>
                      </Select>
                    </Field>
                    <Field label={say('column.scope')}>
                      <Select value={scope} onChange={(_, data) => change(i, { scope: data.value })}>
                        {!known && scope && <option value={scope}>{word}</option>}
                        {scopes.data?.candidates
                          .filter((each) => each.ok || each.current)
                          .map((each) => (
                            <option key={scopeText(each)} value={scopeText(each)}>
                              {scopeWord(i18n, each)}
                            </option>
                          ))}
                      </Select>
                    </Field>
                  </div>
                  <div className={s.what}>
                    <label className={s.scope}>
                      <input
                        type="checkbox"
                        checked={p.confirmed.has(confirmKey(line))}
                        onChange={(event) => p.onConfirm(line, event.target.checked)}
                      />
                      {say(line.scope ? 'exchange.confirmScope' : 'exchange.confirmCopied', { scope: word })}
                    </label>
                    <Button
                      size="small"
                      appearance="subtle"
                      onClick={() => p.onLines(p.lines.filter((_, at) => at !== i))}
                      aria-label={`${say('action.remove')}: ${line.sku}`}
                    >
                      {say('action.remove')}
                    </Button>
                  </div>
                </li>
              );
            })}
          </ol>
          {p.lines.length < linesMost && p.like && <Catalogue {...p} />}
        </div>
      </Card>
    </div>
  );
});

function Catalogue(p: {
  like: string;
  search: ExchangeSearch;
  onSearch: (change: Partial<ExchangeSearch>) => void;
  onAdd: (offer: Offer) => void;
}) {
  const i18n = useI18n();
  const { say, money } = i18n;
  const { q, region, term } = p.search;
  const asked = useQuery(catalogueQuery({ like: p.like, q, region, term }));
  return (
    <section className={ui.stack} style={{ gap: 8 }} aria-label={say('exchange.catalogue')}>
      <h3 style={{ font: 'inherit', fontWeight: 600 }}>{say('exchange.catalogue')}</h3>
      <div className={s.inputs}>
        <Filter value={q ?? ''} onChange={(text) => p.onSearch({ q: text || undefined })} label={say('exchange.find')} />
        <Select
          aria-label={say('fact.region')}
          value={region ?? asked.data?.region ?? ''}
          onChange={(_, data) => p.onSearch({ region: data.value })}
        >
          {(asked.data?.regions ?? []).map((each) => (
            <option key={each}>{each}</option>
          ))}
        </Select>
        <Select
          aria-label={say('exchange.term')}
          value={term ?? ''}
          onChange={(_, data) => p.onSearch({ term: (data.value || undefined) as ExchangeSearch['term'] })}
        >
          <option value="">{say('exchange.anyTerm')}</option>
          {['P1Y', 'P3Y', 'P5Y'].map((each) => (
            <option key={each} value={each}>
              {termWord(i18n, each)}
            </option>
          ))}
        </Select>
      </div>
      <Faced of={asked} failed={say('exchange.catalogueFailed')} kept={say('face.filterKept')} small>
        {(found) =>
          found.rows.length === 0 ? (
            <p className={ui.sub}>{say('exchange.noneFound')}</p>
          ) : (
            <>
              <ul className={s.offers} aria-busy={asked.isPlaceholderData}>
                {found.rows.map((offer) => (
                  <li key={`${offer.sku} ${offer.term}`}>
                    <span>
                      <b>{offer.sku}</b>{' '}
                      <span className={ui.sub}>
                        {termWord(i18n, offer.term)}
                        {offer.sameGroup
                          ? ` · ${say('exchange.sameGroup')}`
                          : !offer.sameProduct
                            ? ` · ${say('exchange.otherProduct')}`
                            : ''}
                      </span>
                    </span>
                    <span>{money(fromWire(offer.unitPrice))}</span>
                    <Button
                      size="small"
                      onClick={() => p.onAdd(offer)}
                      aria-label={`${say('exchange.add')}: ${offer.sku}, ${termWord(i18n, offer.term)}`}
                    >
                      {say('exchange.add')}
                    </Button>
                  </li>
                ))}
              </ul>
              {found.total > found.rows.length && (
                <p className={ui.sub}>{say('exchange.more', { shown: found.rows.length, total: found.total })}</p>
              )}
            </>
          )
        }
      </Faced>
    </section>
  );
}
