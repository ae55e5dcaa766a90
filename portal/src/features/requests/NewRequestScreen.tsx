// S14, New support request: Basics, Problem, Contact information, Review + create. What support asks for is filled in; the quote stands beside
// every step. Nothing leaves the desk before Create, and Create sends the amount that was agreed to, bound to a kept quote.
import { Button, Field, Input, Select, Textarea } from '@fluentui/react-components';
import { Checkmark16Filled } from '@fluentui/react-icons';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { type UseFormReturn, useForm } from 'react-hook-form';
import { api, dayOf, Problem, type Schemas, told, write, writeOnce } from '../../shared/api';
import { useI18n } from '../../shared/i18n';
import { useHeadline, useKeys } from '../../shared/keys';
import { useMay, useMe } from '../../shared/me';
import { fromWire } from '../../shared/money';
import { useOnce } from '../../shared/once';
import { dropDraft, keepDraft, readDraft } from '../../shared/taste';
import { Id, Segments, ui } from '../../shared/ui/Bits';
import { Bones, Done, Empty, Faced, Failed, Refused } from '../../shared/ui/Faces';
import { Told } from '../../shared/ui/Told';
import { QuotePanel, unusedUnits } from '../reservations/QuotePanel';
import { type Record_, recordQuery } from '../reservations/queries';
import r from '../reservations/record.module.css';
import { ContactForm, countries, type Draft, languages, RequestForm, reasons, timeZones } from './draft';
import { readRequests, requestQuery } from './queries';
import { steps } from './search';
import s from './wizard.module.css';

const route = getRouteApi('/reservations/$reservation/new-request');
type StepName = (typeof steps)[number];
const stepWords = { basics: 'wizard.basics', problem: 'wizard.problem', contact: 'wizard.contact', review: 'wizard.review' } as const;
const stepNames = ['basics', 'problem', 'contact', 'review'] as const;
const reasonWords = { less: 'reason.less', wrong: 'reason.wrong', moved: 'reason.moved', other: 'reason.other' } as const;

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
  const form = useForm<Draft>({ mode: 'onTouched', defaultValues: useMemo(() => startOf(draftName, me, i18n.language), [draftName, me, i18n.language]) });
  useEffect(
    () =>
      form.subscribe({
        formState: { values: true },
        callback: ({ values }) => {
          const { reason, details, ...contact } = values;
          keepDraft(draftName, { reason, details });
          keepDraft('contact', contact);
        },
      }),
    [form, draftName],
  );

  const go = (change: Partial<typeof search>, replace = false) =>
    navigate({ to: '/reservations/$reservation/new-request', params: { reservation: record.id }, search: { ...search, want, ...change }, replace });

  // Review asks for a quote that is kept: the amount agreed to is the amount that is sent.
  const kept = useQuery({
    queryKey: ['quote', record.id, 'kept', units, i18n.language],
    enabled: step === 'review' && want === 'refund',
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    queryFn: () => told(api.POST('/api/quotes/refund', { params: { header: write, query: { lang: i18n.language } }, body: { reservation: record.id, quantity: units } })),
  });
  const quote = kept.data;
  const consent = quote ? `${quote.quoteId} ${quote.refund.amount} ${quote.refund.currency}` : 'exchange';
  const consented = agreed === consent;

  const create = useOnce(
    (body: Schemas['NewSupportRequest'], key) => told(api.POST('/api/support-requests', { params: { header: writeOnce(key) }, body })),
    (made) => {
      queries.setQueryData(requestQuery(made.name).queryKey, made);
      void queries.invalidateQueries({ queryKey: ['requests'] });
      void queries.invalidateQueries({ queryKey: ['customer', record.customer.id, 'allowance'] });
      dropDraft(draftName);
      void go({ step: 'done', made: made.name }, true);
    },
  );
  const old = create.error instanceof Problem && /expired|stale|moved/.test(create.error.code + create.error.title);

  const submit = () => {
    if (create.isPending) return;
    if (!may.may) return setMissed(may.why);
    if (want === 'refund' && (!quote || !quote.ok)) return setMissed(say('wizard.notAllowed'));
    if (!consented) return setMissed(say('wizard.agreeFirst'));
    setMissed('');
    const values = form.getValues();
    create.mutate({
      customer: record.customer.id,
      title: say(want === 'refund' ? 'wizard.titleRefund' : 'wizard.titleExchange', { units: say('units', { n: units }), name: record.name }),
      description: `${say(reasonWords[values.reason])}.${values.details.trim() ? `\n${values.details.trim()}` : ''}`,
      contact: {
        firstName: values.firstName.trim(),
        lastName: values.lastName.trim(),
        method: values.method,
        email: values.email.trim(),
        ...(values.phone.trim() ? { phone: values.phone.trim() } : {}),
        timeZone: values.timeZone,
        country: values.country,
        language: values.language,
      },
      reservation: record.id,
      quantity: units,
      ...(want === 'refund' && quote?.quoteId ? { quoteId: quote.quoteId } : {}),
    });
  };
  const next = async () => {
    if (step === 'review') return submit();
    const fields: (keyof Draft)[] = step === 'contact' ? ['firstName', 'lastName', 'email', 'phone', 'country'] : step === 'problem' ? ['reason', 'details'] : [];
    if (!(await form.trigger(fields, { shouldFocus: true }))) return;
    const after = stepNames[stepNames.indexOf(step as (typeof stepNames)[number]) + 1];
    if (after) void go({ step: after, units });
  };
  const previous = () => {
    const before = stepNames[stepNames.indexOf(step as (typeof stepNames)[number]) - 1];
    if (before) void go({ step: before });
  };
  useKeys({ 'Ctrl+Enter': () => void next() }, step !== 'done');

  if (step === 'done') return <Made name={search.made ?? ''} reservation={record.id} />;
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
              <button type="button" disabled={i > index} data-done={i < index} aria-current={name === step ? 'step' : undefined} onClick={() => go({ step: name })}>
                <i aria-hidden="true">{i < index ? <Checkmark16Filled /> : i + 1}</i>
                {say(stepWords[name])}
              </button>
            </li>
          ))}
        </ol>
        <div className={ui.card}>
          <StepHead title={say(stepWords[step])} n={index + 1} />
          {step === 'basics' && <Basics record={record} want={want} onWant={(value) => go({ want: value }, true)} />}
          {step === 'problem' && <ProblemStep record={record} form={form} units={units} onUnits={(value) => go({ units: value }, true)} />}
          {step === 'contact' && <Contact form={form} />}
          {step === 'review' && (
            <Review record={record} want={want} units={units} values={form.getValues()} onEdit={(name) => go({ step: name })}>
              {want === 'exchange' ? (
                <label className={s.agree}>
                  <input type="checkbox" checked={consented} onChange={(event) => setAgreed(event.target.checked ? consent : '')} />
                  {say('wizard.agreeExchange')}
                </label>
              ) : quote ? (
                quote.ok ? (
                  <label className={s.agree}>
                    <input type="checkbox" checked={consented} onChange={(event) => setAgreed(event.target.checked ? consent : '')} />
                    <span>
                      {say('wizard.agree', { amount: i18n.money(fromWire(quote.refund)), units: say('units', { n: units }), pack: quote.policy })}{' '}
                      <small className={ui.sub}>{say('wizard.holdsUntil', { time: i18n.time(quote.validUntil) })}</small>
                    </span>
                  </label>
                ) : (
                  <Refused reasons={quote.reasons.map((reason) => ({ code: reason.armCode ?? reason.code, message: reason.text }))} />
                )
              ) : kept.error && !kept.isFetching ? (
                <Failed small title={say('quote.failed')} kept={say('wizard.draftKept')} error={kept.error} again={() => kept.refetch()} />
              ) : (
                <Bones rows={2} />
              )}
              {missed && (
                <p role="alert" className={ui.note}>
                  {missed}
                </p>
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
          <div className={ui.card}>{say('wizard.exchangeNote')}</div>
        )}
      </div>
      <div className={s.foot}>
        <Button onClick={previous} disabled={index === 0}>
          {say('action.previous')}
        </Button>
        <Button appearance="primary" onClick={next} disabledFocusable={create.isPending || (step === 'review' && want === 'refund' && quote !== undefined && !quote.ok)}>
          {say(create.isPending ? 'wizard.sending' : step === 'review' ? 'action.create' : 'action.next')}
        </Button>
        <Button appearance="subtle" onClick={() => navigate({ to: '/reservations/$reservation/overview', params: { reservation: record.id } })}>
          {say('action.cancel')}
        </Button>
        <span>{say(step === 'review' ? 'wizard.keyCreate' : 'wizard.keyNext')}</span>
      </div>
    </>
  );
}

function startOf(draftName: string, me: ReturnType<typeof useMe>, language: string): Draft {
  const [firstName = '', ...rest] = me.user.display.split(/\s+/);
  const own = { firstName, lastName: rest.join(' '), email: me.user.name.includes('@') ? me.user.name : '', language: language === 'sv' ? 'sv-SE' : 'en-US' };
  const contact = readDraft('contact', ContactForm);
  const empty = { phone: '', method: 'Email' as const, timeZone: 'W. Europe Standard Time', country: 'SWE' };
  return { ...empty, ...own, ...(contact ?? {}), ...(readDraft(draftName, RequestForm) ?? { reason: 'less', details: '' }) };
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

function Basics({ record, want, onWant }: { record: Record_; want: 'refund' | 'exchange'; onWant: (want: 'refund' | 'exchange') => void }) {
  const { say } = useI18n();
  const open = useQuery({
    queryKey: ['requests', 'open', record.id],
    queryFn: ({ signal }) => readRequests({ reservation: record.id, status: 'Open' }, signal),
  });
  return (
    <div className={s.step}>
      <div className={s.pair}>
        <Field label={say('wizard.issueType')}>
          <Input readOnly value={say('wizard.billing')} />
        </Field>
        <Field label={say('wizard.plan')}>
          <Input readOnly value={say('wizard.csp')} />
        </Field>
        <Field label={say('column.customer')}>
          <Input readOnly value={record.customer.name} />
        </Field>
        <Field label={say('kind.reservation')}>
          <Input readOnly value={record.name} />
        </Field>
      </div>
      <div>
        <p style={{ fontWeight: 600, marginBottom: 6 }}>{say('wizard.want')}</p>
        <Segments
          label={say('wizard.want')}
          value={want}
          options={[
            { value: 'refund', label: say('wizard.refund') },
            { value: 'exchange', label: say('wizard.exchange') },
          ]}
          onChange={onWant}
        />
      </div>
      {open.data?.rows.map((row) => (
        <p key={row.name} className={ui.note}>
          {say('wizard.already', { number: row.number })}{' '}
          <Link to="/requests/$name" params={{ name: row.name }}>
            {row.title}
          </Link>
        </p>
      ))}
    </div>
  );
}

function ProblemStep(p: { record: Record_; form: UseFormReturn<Draft>; units: number; onUnits: (units: number) => void }) {
  const { say } = useI18n();
  const { register } = p.form;
  const [text, setText] = useState(String(p.units));
  useEffect(() => setText(String(p.units)), [p.units]);
  const wrong = !/^\d+$/.test(text) || Number(text) < 1 || Number(text) > p.record.quantity;
  const set = (value: string) => {
    setText(value);
    if (/^\d+$/.test(value) && Number(value) >= 1 && Number(value) <= p.record.quantity) p.onUnits(Number(value));
  };
  return (
    <div className={s.step}>
      <div className={s.pair}>
        <Field label={say('wizard.problemType')}>
          <Input readOnly value={say('wizard.management')} />
        </Field>
        <Field label={say('wizard.category')}>
          <Input readOnly value={say('wizard.exchangesAndRefunds')} />
        </Field>
      </div>
      <div className={s.units} data-slider="">
        <Field label={say('quote.units')} required validationMessage={wrong ? say('form.number', { min: 1, max: p.record.quantity }) : ''}>
          <Input type="number" inputMode="numeric" min={1} max={p.record.quantity} value={text} onChange={(_, data) => set(data.value)} />
        </Field>
        <input type="range" min={1} max={p.record.quantity} value={p.units} aria-label={say('quote.units')} onChange={(event) => set(event.target.value)} />
      </div>
      <p className={ui.sub}>{say('wizard.has', { units: say('units', { n: p.record.quantity }) })}</p>
      <Field label={say('wizard.reason')} required>
        <Select {...register('reason')}>
          {reasons.map((reason) => (
            <option key={reason} value={reason}>
              {say(reasonWords[reason])}
            </option>
          ))}
        </Select>
      </Field>
      <Field label={say('wizard.details')} hint={say('wizard.attached')} validationMessage={p.form.formState.errors.details?.message ?? ''}>
        <Textarea rows={5} maxLength={20000} {...register('details')} />
      </Field>
    </div>
  );
}

function Contact({ form }: { form: UseFormReturn<Draft> }) {
  const { say } = useI18n();
  const { register, watch, formState } = form;
  const fill = (what: string) => ({ validate: (value: string) => value.trim() !== '' || say('form.fill', { what }) });
  const phoneNeeded = watch('method') === 'Phone';
  const wrong = (name: keyof Draft) => formState.errors[name]?.message ?? '';
  return (
    <div className={s.step}>
      <p className={ui.note}>{say('wizard.ownDetails')}</p>
      <div className={s.pair}>
        <Field label={say('contact.first')} required validationMessage={wrong('firstName')}>
          <Input autoComplete="given-name" maxLength={100} {...register('firstName', fill(say('contact.first')))} />
        </Field>
        <Field label={say('contact.last')} required validationMessage={wrong('lastName')}>
          <Input autoComplete="family-name" maxLength={100} {...register('lastName', fill(say('contact.last')))} />
        </Field>
        <Field label={say('contact.email')} required validationMessage={wrong('email')}>
          <Input
            type="email"
            autoComplete="email"
            maxLength={254}
            {...register('email', { validate: (value) => /^\S+@\S+\.\S+$/.test(value.trim()) || say('form.email') })}
          />
        </Field>
        <Field label={say('contact.phone')} required={phoneNeeded} validationMessage={wrong('phone')}>
          <Input
            type="tel"
            autoComplete="tel"
            maxLength={40}
            {...register('phone', { validate: (value, all) => all.method !== 'Phone' || value.trim() !== '' || say('form.fill', { what: say('contact.phone') }) })}
          />
        </Field>
        <Field label={say('contact.method')}>
          <Select {...register('method')}>
            <option value="Email">{say('contact.email')}</option>
            <option value="Phone">{say('contact.phone')}</option>
          </Select>
        </Field>
        <Field label={say('contact.language')}>
          <Select {...register('language')}>
            {languages.map((code) => (
              <option key={code} value={code}>
                {languageName(code)}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={say('contact.zone')}>
          <Select {...register('timeZone')}>
            {timeZones.map((zone) => (
              <option key={zone}>{zone}</option>
            ))}
          </Select>
        </Field>
        <Field label={say('contact.country')} validationMessage={wrong('country')}>
          <Input list="countries" maxLength={3} {...register('country', { validate: (value) => /^[A-Z]{3}$/.test(value) || say('form.country') })} />
        </Field>
        <datalist id="countries">
          {countries.map((code) => (
            <option key={code} value={code} />
          ))}
        </datalist>
      </div>
    </div>
  );
}

/** A language's own name for itself. */
function languageName(code: string): string {
  try {
    return new Intl.DisplayNames([code], { type: 'language' }).of(code) ?? code;
  } catch {
    return code;
  }
}

function Review(p: { record: Record_; want: 'refund' | 'exchange'; units: number; values: Draft; onEdit: (step: StepName) => void; children: ReactNode }) {
  const { say } = useI18n();
  const { record, values } = p;
  const rows: { name: string; value: ReactNode; step?: StepName }[] = [
    { name: say('wizard.issueType'), value: say('wizard.billing') },
    { name: say('wizard.want'), value: say(p.want === 'refund' ? 'wizard.refund' : 'wizard.exchange'), step: 'basics' },
    { name: say('wizard.problemType'), value: `${say('wizard.management')} / ${say('wizard.exchangesAndRefunds')}` },
    { name: say('quote.units'), value: say('units', { n: p.units }), step: 'problem' },
    { name: say('wizard.reason'), value: `${say(reasonWords[values.reason])}${values.details.trim() ? `\n${values.details.trim()}` : ''}`, step: 'problem' },
    { name: say('id.order'), value: <Id name={say('id.order')} value={record.order} /> },
    { name: say('id.reservation'), value: <Id name={say('id.reservation')} value={record.id} /> },
    { name: say('wizard.contact'), value: `${values.firstName} ${values.lastName}, ${values.method === 'Phone' ? values.phone : values.email}`, step: 'contact' },
  ];
  return (
    <div className={s.step}>
      <dl className={s.review}>
        {rows.map((row) => (
          <div key={row.name}>
            <dt>{row.name}</dt>
            <dd>{row.value}</dd>
            {row.step && (
              <dd>
                <button type="button" className={ui.link} aria-label={`${say('action.edit')}: ${row.name}`} onClick={() => row.step && p.onEdit(row.step)}>
                  {say('action.edit')}
                </button>
              </dd>
            )}
          </div>
        ))}
      </dl>
      {p.children}
    </div>
  );
}

function Made({ name, reservation }: { name: string; reservation: string }) {
  const i18n = useI18n();
  const { say } = i18n;
  const navigate = useNavigate();
  const asked = useQuery({ ...requestQuery(name), enabled: name !== '' });
  return (
    <div className={s.body} style={{ gridTemplateColumns: 'minmax(0, 760px)' }}>
      <div className={ui.card}>
        <Faced of={asked} failed={say('request.failed')}>
          {(made) => (
            <Done title={say('wizard.made')}>
              <p>
                {say('wizard.madeText', { number: made.number })} {made.answerBy && say('wizard.answerBy', { time: `${i18n.day(dayOf(made.answerBy))} ${i18n.time(made.answerBy)}` })}
              </p>
              <ol className={s.stages}>
                {(['filed', 'decided', 'returned', 'credited', 'note'] as const).map((stage, i) => (
                  <li key={stage} data-now={i === 0}>
                    <i aria-hidden="true" />
                    <b>{say(`stage.${stage}`)}</b>
                    <span>{say(`stage.${stage}Text`)}</span>
                  </li>
                ))}
              </ol>
              <div className={ui.row}>
                <Button appearance="primary" onClick={() => navigate({ to: '/requests/$name', params: { name: made.name } })}>
                  {say('wizard.open')}
                </Button>
                <Button onClick={() => navigate({ to: '/reservations/$reservation/overview', params: { reservation } })}>{say('wizard.back')}</Button>
              </div>
            </Done>
          )}
        </Faced>
      </div>
    </div>
  );
}
