// S15, Exchange workbench: what goes back on the left, what is bought on the right, and between them whether it balances. Every figure and
// every rule is the desk's; the two sides are in the address.
import { Button } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useMemo, useRef, useState } from 'react';
import { Problem } from '../../shared/api';
import { useI18n } from '../../shared/i18n';
import { useHeadline, useKeys } from '../../shared/keys';
import { MayButton, useMay } from '../../shared/me';
import { ui } from '../../shared/ui/Bits';
import { Bones, Empty, Faced, Failed, Refused } from '../../shared/ui/Faces';
import w from '../requests/wizard.module.css';
import { type Record_, recordQuery } from '../reservations/queries';
import r from '../reservations/record.module.css';
import { Balance, Checks } from './Balance';
import { BuySide, confirmKey } from './BuySide';
import s from './exchange.module.css';
import { type BuyLine, type ReturnLine, readBuys, readReturns, withBought, withProposal, writeBuys, writeReturns } from './lines';
import { exchangeQuery } from './queries';
import { ReturnSide } from './ReturnSide';
import type { ExchangeSearch } from './search';

const loadReview = () => import('./ReviewExchange');
const ReviewExchange = lazy(loadReview);
const ExchangeMade = lazy(() => import('./ExchangeMade'));
const route = getRouteApi('/exchanges/new');

export default function ExchangeScreen() {
  const { say } = useI18n();
  const search = route.useSearch();
  const first = readReturns(search.returns)[0]?.reservation ?? search.from;
  const asked = useQuery({ ...recordQuery(first ?? ''), enabled: first !== undefined });
  const headline = useHeadline(`exchange ${search.from ?? ''} ${search.step ?? ''}`);
  const record = asked.data;
  return (
    <div className={r.frame}>
      <div className={r.head}>
        <nav aria-label={say('shell.crumbs')}>
          <ol className={r.crumbs}>
            <li>
              <Link to="/customers">{say('nav.customers')}</Link>
            </li>
            {record && (
              <>
                <li>
                  <Link to="/customers/$customer/$part" params={{ customer: record.customer.id, part: 'overview' }}>
                    <bdi>{record.customer.name}</bdi>
                  </Link>
                </li>
                <li>
                  <Link to="/reservations/$reservation/overview" params={{ reservation: record.id }}>
                    <bdi>{record.name}</bdi>
                  </Link>
                </li>
              </>
            )}
          </ol>
        </nav>
        <div className={r.title}>
          <h1 ref={headline} tabIndex={-1}>
            {say('exchange.title')}
          </h1>
        </div>
        <p className={r.facts}>{say('exchange.intro')}</p>
      </div>
      {first === undefined ? (
        <Empty title={say('exchange.pick')} step={<Link to="/reservations">{say('exchange.toList')}</Link>}>
          {say('exchange.pickText')}
        </Empty>
      ) : (
        <Faced of={asked} failed={say('record.failed')} rows={8}>
          {(loaded) => <Workbench record={loaded} />}
        </Faced>
      )}
    </div>
  );
}

function Workbench({ record }: { record: Record_ }) {
  const { say, language } = useI18n();
  const search = route.useSearch();
  const navigate = useNavigate();
  const may = useMay(record.actions, 'submitRequest');
  const returnSide = useRef<HTMLDivElement>(null);
  const buySide = useRef<HTMLDivElement>(null);
  const [confirmed, setConfirmed] = useState<ReadonlySet<string>>(new Set());
  const [missed, setMissed] = useState('');

  const returns = useMemo<ReturnLine[]>(() => {
    const asked = readReturns(search.returns);
    return asked.length > 0 ? asked : [{ reservation: record.id }];
  }, [search.returns, record.id]);
  const bought = useMemo<BuyLine[]>(() => readBuys(search.bought), [search.bought]);
  const asked = useQuery(exchangeQuery(returns, bought, language));
  const quote = asked.data;
  const stale = asked.isPlaceholderData;
  // An answer to other lines says nothing of these: it stays in sight, pale, and nothing is done with it.
  const answered = quote && !stale ? quote : undefined;

  const go = (change: Partial<ExchangeSearch>, replace = true) =>
    navigate({ to: '/exchanges/new', search: { ...search, from: search.from ?? record.id, ...change }, replace });
  const setReturns = (lines: ReturnLine[]) => go({ returns: writeReturns(lines) });
  const setBought = (lines: BuyLine[]) => go({ bought: writeBuys(lines) || undefined });
  const propose = () => answered?.proposal && setBought(withProposal(bought, answered.proposal));
  const unconfirmed = bought.filter((line) => !confirmed.has(confirmKey(line)));
  const review = () => {
    if (may.why) return setMissed(may.why);
    if (!answered?.ok) return setMissed(say('exchange.notYet'));
    if (unconfirmed.length > 0) return setMissed(say('exchange.confirmFirst'));
    setMissed('');
    void go({ step: 'review' }, false);
  };
  const focus = (side: 'return' | 'buy') => (side === 'return' ? returnSide : buySide).current?.focus();
  const working = search.step === undefined;
  useKeys(
    {
      '[': () => focus('return'),
      ']': () => focus('buy'),
      p: () => void propose(),
      'Ctrl+Enter': review,
      Escape: () => void navigate({ to: '/reservations/$reservation/overview', params: { reservation: record.id } }),
    },
    working,
  );

  const nameOf = (side: 'returned' | 'bought', at: number) =>
    (side === 'returned' ? quote?.returned[at]?.name : quote?.bought[at]?.sku) ?? '';
  const against = (side: 'returned' | 'bought') => new Set(quote?.checks.flatMap((check) => (check.met ? [] : (check[side] ?? []))));

  if (search.step === 'done') {
    return (
      <Suspense fallback={<Bones rows={6} />}>
        <ExchangeMade number={search.made ?? ''} from={record.id} />
      </Suspense>
    );
  }
  if (search.step === 'review') {
    return (
      <Suspense fallback={<Bones rows={8} />}>
        <ReviewExchange
          record={record}
          asked={asked}
          confirmed={unconfirmed.length === 0}
          onBack={() => go({ step: undefined })}
          onMade={(made) => go({ step: 'done', made })}
        />
      </Suspense>
    );
  }
  return (
    <>
      <div className={s.sides}>
        <ReturnSide
          ref={returnSide}
          customer={record.customer.id}
          lines={returns}
          quote={quote}
          wrong={against('returned')}
          onLines={setReturns}
        />
        <div className={`${s.middle} ${ui.stack}`}>
          {quote ? (
            <>
              {asked.error && (
                <Failed
                  small
                  title={say('exchange.failed')}
                  kept={say('exchange.kept')}
                  error={asked.error}
                  again={() => asked.refetch()}
                />
              )}
              <Balance quote={quote} stale={stale} />
              <Checks quote={quote} stale={stale} onPropose={propose} nameOf={nameOf} />
            </>
          ) : asked.error && !asked.isFetching ? (
            <Unquoted error={asked.error} again={() => asked.refetch()} />
          ) : (
            <Bones rows={10} />
          )}
        </div>
        <BuySide
          ref={buySide}
          like={record.id}
          lines={bought}
          quote={quote}
          wrong={against('bought')}
          confirmed={confirmed}
          search={search}
          onLines={setBought}
          onConfirm={(line, on) =>
            setConfirmed((before) => {
              const after = new Set(before);
              if (on) after.add(confirmKey(line));
              else after.delete(confirmKey(line));
              return after;
            })
          }
          onSearch={go}
          onAdd={(offer) =>
            setBought(
              withBought(bought, {
                units: 1,
                sku: offer.sku,
                region: offer.region,
                term: offer.term,
                plan: record.plan,
                scope: '',
                product: offer.product,
              }),
            )
          }
        />
      </div>
      <div className={w.foot}>
        <MayButton why={may.why} appearance="primary" onClick={review} onPointerEnter={() => void loadReview()}>
          {say('exchange.review')}
        </MayButton>
        <Button
          appearance="subtle"
          onClick={() => navigate({ to: '/reservations/$reservation/overview', params: { reservation: record.id } })}
        >
          {say('action.cancel')}
        </Button>
        {missed && (
          <p role="alert" style={{ color: 'var(--bad)' }}>
            {missed}
          </p>
        )}
        <span>{say('exchange.keys')}</span>
      </div>
    </>
  );
}

/** The desk could not work it out, and says why: a size that is not sold there, a price that is not known. */
function Unquoted({ error, again }: { error: unknown; again: () => void }) {
  const { say } = useI18n();
  if (error instanceof Problem && error.status < 500 && error.status !== 429)
    return (
      <Refused
        title={say(error.status === 403 ? 'face.noRight' : 'exchange.noQuote')}
        reasons={[{ code: error.code, message: error.title }]}
      />
    );
  return <Failed small title={say('exchange.failed')} kept={say('exchange.kept')} error={error} again={again} />;
}
