// S14, New support request: Basics, Problem, Contact information, Review + create. What support asks for is filled in; the quote stands beside
// every step. Nothing leaves the desk before Create, and Create files a request at the amount that was agreed to, bound to a kept quote. What
// is neither a refund nor an exchange goes to support as a plain ticket.
import { Button } from '@fluentui/react-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { api, Problem, type Schemas, told, write, writeOnce } from '../../shared/api';
import { useI18n } from '../../shared/i18n';
import { useHeadline, useKeys } from '../../shared/keys';
import { useMay, useMe } from '../../shared/me';
import { fromWire } from '../../shared/money';
import { useOnce } from '../../shared/once';
import { dropDraft } from '../../shared/taste';
import { ui } from '../../shared/ui/Bits';
import { Bones, Empty, Faced, Failed, Refused } from '../../shared/ui/Faces';
import { Told } from '../../shared/ui/Told';
import { QuotePanel, unusedUnits } from '../reservations/QuotePanel';
import { type Record_, recordQuery } from '../reservations/queries';
import r from '../reservations/record.module.css';
import { reasonWords, useDraft } from './draft';
import { askedQuery, requestQuery } from './queries';
import type { StepName } from './search';
import s from './wizard.module.css';

// The steps after the first come while it is read.
const loadBasics = () => import('./BasicsStep');
const loadProblem = () => import('./ProblemStep');
const loadContact = () => import('./Contact');
const loadReview = () => import('./Review');
const Basics = lazy(loadBasics);
const ProblemStep = lazy(loadProblem);
const Contact = lazy(loadContact);
const Review = lazy(loadReview);
const Made = lazy(() => import('./Made'));
const route = getRouteApi('/reservations/$reservation/new-request');
const stepWords = { basics: 'wizard.basics', problem: 'wizard.problem', contact: 'wizard.contact', review: 'wizard.review' } as const;
const stepNames = ['basics', 'problem', 'contact', 'review'] as const;

export default function NewRequestScreen() {
  const { say } = useI18n();
  const { reservation } = route.useParams();
  const asked = useQuery(recordQuery(reservation));
  const headline = useHeadline(`new ${reservation}`);
  return (
    <div className={s.frame}>
      <div className={r.head}>
        <nav aria-label={say('shell.crumbs')}>
          <ol className={r.crumbs}>
            <li>
              <Link to="/customers">{say('nav.customers')}</Link>
            </li>
            {asked.data && (
              <>
                <li>
                  <Link to="/customers/$customer/$part" params={{ customer: asked.data.customer.id, part: 'overview' }}>
                    <bdi>{asked.data.customer.name}</bdi>
                  </Link>
                </li>
                <li>
                  <Link to="/reservations/$reservation/overview" params={{ reservation }}>
                    <bdi>{asked.data.name}</bdi>
                  </Link>
                </li>
              </>
            )}
          </ol>
        </nav>
        <div className={r.title}>
          <h1 ref={headline} tabIndex={-1}>
            {say('record.newRequest')}
          </h1>
        </div>
        <p className={r.facts}>{say('wizard.intro')}</p>
      </div>
      <Faced of={asked} failed={say('record.failed')} rows={8}>
        {(record) => <Wizard record={record} key={record.id} />}
      </Faced>
    </div>
  );
}

function Wizard({ record }: { record: Record_ }) {
  const i18n = useI18n();
  const { say } = i18n;
  const me = useMe();
  const search = route.useSearch();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const may = useMay(record.actions, 'submitRequest');
  const step: StepName = search.step ?? 'basics';
  const want = search.want ?? 'refund';
  const units = Math.min(Math.max(1, record.quantity), search.units ?? (unusedUnits(record) || record.quantity));
  const [agreed, setAgreed] = useState('');
  const [missed, setMissed] = useState('');

  const draftName = `request.${record.id}`;
  const form = useDraft(draftName, me, i18n);

  const go = (change: Partial<typeof search>, replace = false) =>
    navigate({
      to: '/reservations/$reservation/new-request',
      params: { reservation: record.id },
      search: { ...search, want, ...change },
      replace,
    });

  // Review asks for a quote that is kept: the amount agreed to is the amount that is sent.
  const kept = useQuery({
    queryKey: ['quote', record.id, 'kept', units, i18n.language],
    enabled: step === 'review' && want === 'refund',
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    queryFn: () =>
      told(
        api.POST('/api/quotes/refund', {
          params: { header: write, query: { lang: i18n.language } },
          body: { reservation: record.id, quantity: units },
        }),
      ),
  });
  const quote = kept.data;
  const consent = quote ? `${quote.quoteId} ${quote.refund.amount} ${quote.refund.currency}` : 'other';
  const consented = agreed === consent;

  const made = (name: string) => {
    for (const changed of ['requests', 'inbox']) void queries.invalidateQueries({ queryKey: [changed] });
    void queries.invalidateQueries({ queryKey: ['customer', record.customer.id, 'allowance'] });
    dropDraft(draftName);
    void go({ step: 'done', made: name }, true);
  };
  // What the policy refuses is an answer: nothing was filed, and these are the reasons.
  const [refused, setRefused] = useState<Schemas['Sentence'][]>([]);
  const file = useOnce(
    (body: Schemas['NewRequest'], key) => told(api.POST('/api/requests', { params: { header: writeOnce(key) }, body })),
    (answer) => {
      setRefused(answer.reasons);
      if (!answer.ok || !answer.request) return;
      queries.setQueryData(askedQuery(answer.request.number).queryKey, answer.request);
      made(answer.request.number);
    },
  );
  const ticket = useOnce(
    (body: Schemas['NewSupportRequest'], key) => told(api.POST('/api/support-requests', { params: { header: writeOnce(key) }, body })),
    (filed) => {
      queries.setQueryData(requestQuery(filed.name).queryKey, filed);
      made(filed.name);
    },
  );
  const create = want === 'refund' ? file : ticket;
  const old = create.error instanceof Problem && /expired|stale|moved/.test(create.error.code + create.error.title);

  const submit = () => {
    if (create.isPending) return;
    if (!may.may) return setMissed(may.why);
    if (want === 'refund' && !quote?.ok) return setMissed(say('wizard.notAllowed'));
    if (!consented) return setMissed(say('wizard.agreeFirst'));
    setMissed('');
    setRefused([]);
    const { values } = form;
    const reason = `${say(reasonWords[values.reason])}.${values.details.trim() ? `\n${values.details.trim()}` : ''}`;
    const contact = {
      firstName: values.firstName.trim(),
      lastName: values.lastName.trim(),
      method: values.method,
      email: values.email.trim(),
      ...(values.phone.trim() ? { phone: values.phone.trim() } : {}),
      timeZone: values.timeZone,
      country: values.country,
      language: values.language,
    };
    if (want === 'refund' && quote) {
      file.mutate({
        kind: 'refund',
        ...(search.ask ? { from: search.ask } : {}),
        returns: [{ reservation: record.id, quantity: units }],
        reason,
        contact,
        consent: { ...(quote.quoteId ? { quoteId: quote.quoteId } : {}), ...quote.refund, policy: quote.policy },
        ...(quote.forfeited ? { acceptClip: true } : {}),
      });
    } else {
      ticket.mutate({
        customer: record.customer.id,
        title: say('wizard.titleOther', { name: record.name }),
        description: reason,
        contact,
        reservation: record.id,
      });
    }
  };
  const next = () => {
    if (step === 'review') return submit();
    if (step === 'contact' && !form.check()) return;
    const after = stepNames[stepNames.indexOf(step as (typeof stepNames)[number]) + 1];
    if (after) void go({ step: after, units });
  };
  const previous = () => {
    const before = stepNames[stepNames.indexOf(step as (typeof stepNames)[number]) - 1];
    if (before) void go({ step: before });
  };
  useKeys({ 'Ctrl+Enter': next }, step !== 'done');

  useEffect(() => {
    void Promise.all([loadProblem(), loadContact(), loadReview()]).catch(() => undefined);
  }, []);

  if (step === 'done') {
    return (
      <Suspense fallback={<Bones rows={6} />}>
        <Made name={search.made ?? ''} reservation={record.id} />
      </Suspense>
    );
  }
  if (record.quantity < 1 || !['Succeeded', 'Expiring'].includes(record.state)) {
    return (
      <Empty
        title={say('quote.notLive')}
        step={
          <Link to="/reservations/$reservation/overview" params={{ reservation: record.id }}>
            {say('wizard.back')}
          </Link>
        }
      >
        {say('quote.notLiveText')}
      </Empty>
    );
  }
  const index = stepNames.indexOf(step as (typeof stepNames)[number]);
  return (
    <>
      <div className={s.body}>
        <ol className={s.rail} aria-label={say('wizard.steps')}>
          {stepNames.map((name, i) => (
            <li key={name}>
              <button
                type="button"
                disabled={i > index}
                data-done={i < index}
                aria-current={name === step ? 'step' : undefined}
                onClick={() => go({ step: name })}
              >
                <i aria-hidden="true">{i < index ? '✓' : i + 1}</i>
                {say(stepWords[name])}
              </button>
            </li>
          ))}
        </ol>
        <div className={ui.card}>
          <StepHead title={say(stepWords[step])} n={index + 1} />
          <Suspense fallback={<Bones rows={6} />}>
            {step === 'basics' && <Basics record={record} want={want} ask={search.ask} onWant={(value) => go({ want: value }, true)} />}
            {step === 'problem' && (
              <ProblemStep record={record} form={form} units={units} onUnits={(value) => go({ units: value }, true)} />
            )}
            {step === 'contact' && <Contact form={form} />}
            {step === 'review' && (
              <Review record={record} want={want} units={units} values={form.values} onEdit={(name) => go({ step: name })}>
                {want === 'other' ? (
                  <label className={s.agree}>
                    <input type="checkbox" checked={consented} onChange={(event) => setAgreed(event.target.checked ? consent : '')} />
                    {say('wizard.agreeOther')}
                  </label>
                ) : quote ? (
                  quote.ok ? (
                    <label className={s.agree}>
                      <input type="checkbox" checked={consented} onChange={(event) => setAgreed(event.target.checked ? consent : '')} />
                      <span>
                        {say('wizard.agree', {
                          amount: i18n.money(fromWire(quote.refund)),
                          units: say('units', { n: units }),
                          pack: quote.policy,
                        })}{' '}
                        {quote.forfeited && `${say('wizard.agreeClip', { amount: i18n.money(fromWire(quote.forfeited)) })} `}
                        <small className={ui.sub}>{say('wizard.holdsUntil', { time: i18n.time(quote.validUntil) })}</small>
                      </span>
                    </label>
                  ) : (
                    <Refused reasons={quote.reasons.map((reason) => ({ code: reason.armCode ?? reason.code, message: reason.text }))} />
                  )
                ) : kept.error && !kept.isFetching ? (
                  <Failed
                    small
                    title={say('quote.failed')}
                    kept={say('wizard.draftKept')}
                    error={kept.error}
                    again={() => kept.refetch()}
                  />
                ) : (
                  <Bones rows={2} />
                )}
                {missed && (
                  <p role="alert" className={ui.note}>
                    {missed}
                  </p>
                )}
                {refused.length > 0 && (
                  <div role="alert">
                    <Refused reasons={refused.map((reason) => ({ code: reason.armCode ?? reason.code, message: reason.text }))} />
                  </div>
                )}
                <Told error={create.error} failed={say('wizard.nothingSent')} kept={say('wizard.draftKept')} />
                {old && (
                  <Button
                    onClick={() => {
                      setAgreed('');
                      create.reset();
                      void kept.refetch();
                    }}
                  >
                    {say('wizard.newQuote')}
                  </Button>
                )}
              </Review>
            )}
          </Suspense>
        </div>
        {want === 'refund' ? (
          <QuotePanel
            record={record}
            title={say('wizard.quote')}
            units={units}
            pack={search.pack}
            onUnits={(value) => {
              setAgreed('');
              void go({ units: value }, true);
            }}
            onPack={(pack) => go({ pack }, true)}
          />
        ) : (
          <div className={ui.card}>{say('wizard.otherNote')}</div>
        )}
      </div>
      <div className={s.foot}>
        <Button onClick={previous} disabled={index === 0}>
          {say('action.previous')}
        </Button>
        <Button
          appearance="primary"
          onClick={next}
          disabledFocusable={create.isPending || (step === 'review' && want === 'refund' && quote !== undefined && !quote.ok)}
        >
          {say(create.isPending ? 'wizard.sending' : step === 'review' ? 'action.create' : 'action.next')}
        </Button>
        <Button
          appearance="subtle"
          onClick={() => navigate({ to: '/reservations/$reservation/overview', params: { reservation: record.id } })}
        >
          {say('action.cancel')}
        </Button>
        <span>{say(step === 'review' ? 'wizard.keyCreate' : 'wizard.keyNext')}</span>
      </div>
    </>
  );
}

function StepHead({ title, n }: { title: string; n: number }) {
  const { say } = useI18n();
  const headline = useHeadline(title);
  return (
    <div style={{ marginBottom: 16 }}>
      <h2 ref={n > 1 ? headline : undefined} tabIndex={-1} style={{ fontSize: 18, lineHeight: '24px' }}>
        {title}
      </h2>
      <p className={ui.sub}>{say('wizard.step', { n, total: 4 })}</p>
    </div>
  );
}
