// S24, Credit note: the paper before it is issued, and the one that was.
import { Button, Field, Input } from '@fluentui/react-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { api, dayOf, told, writeOnce } from '../../shared/api';
import { useI18n } from '../../shared/i18n';
import { useHeadline, useKeys } from '../../shared/keys';
import { MayButton, useMay } from '../../shared/me';
import { fromWire } from '../../shared/money';
import { useOnce } from '../../shared/once';
import { Card, Fact, Facts, Segments, ui } from '../../shared/ui/Bits';
import { Allowed, Bones, Empty, Faced } from '../../shared/ui/Faces';
import { Told } from '../../shared/ui/Told';
import r from '../reservations/record.module.css';
import NotePaper from './NotePaper';
import { moneyMoved, type Note, noteQuery, previewAddress, previewQuery } from './queries';
import s from './settlement.module.css';
import { noteStateWords } from './words';

const PayForm = lazy(() => import('./PayForm'));
const ReverseForm = lazy(() => import('./ReverseForm'));

const route = getRouteApi('/credit-notes/$id');

export default function NoteScreen() {
  const { id } = route.useParams();
  return id === 'new' ? <NewNote /> : <IssuedNote number={id} />;
}

function Crumbs({ customer, name }: { customer?: string | undefined; name?: string | undefined }) {
  const { say } = useI18n();
  return (
    <nav aria-label={say('shell.crumbs')}>
      <ol className={r.crumbs}>
        <li>
          <Link to="/settlement/$month" params={{ month: 'open' }}>
            {say('nav.settlement')}
          </Link>
        </li>
        {customer && (
          <li>
            <Link to="/customers/$customer/$part" params={{ customer, part: 'settlement' }}>
              <bdi>{name ?? say('column.customer')}</bdi>
            </Link>
          </li>
        )}
      </ol>
    </nav>
  );
}

function NewNote() {
  const { say, money } = useI18n();
  const search = route.useSearch();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const headline = useHeadline('new');
  const may = useMay(undefined, 'settle');
  const [reference, setReference] = useState(search.reference ?? '');
  const ask = {
    customer: search.customer ?? '',
    returns: search.returns,
    language: search.language,
    currency: search.currency,
    reference: search.reference,
  };
  const asked = useQuery({ ...previewQuery(ask), enabled: Boolean(search.customer) });
  const go = (change: Partial<typeof search>) =>
    navigate({ to: '/credit-notes/$id', params: { id: 'new' }, search: { ...search, ...change }, replace: true });
  const issue = useOnce(
    (
      body: {
        customer: string;
        returns: string[];
        language: 'en' | 'sv';
        reference: string;
        agreedTotal: { amount: string; currency: string };
      },
      key,
    ) => told(api.POST('/api/credit-notes', { params: { header: writeOnce(key) }, body })),
    (note) => {
      queries.setQueryData(noteQuery(note.number).queryKey, note);
      void moneyMoved(queries);
      void navigate({ to: '/credit-notes/$id', params: { id: note.number }, search: { made: 'issued' } });
    },
  );
  const settled = asked.data && !asked.isPlaceholderData && reference === (search.reference ?? '');
  const send = () => {
    const seen = asked.data;
    if (!seen || !settled || issue.isPending || issue.isSuccess || !may.may) return;
    // What was seen is what is issued: the same returns and the same total, or the server says that it moved.
    const returns = [...new Set(seen.lines.map((line) => line.return))];
    issue.mutate({ customer: seen.customer, returns, language: seen.language, reference: seen.reference ?? '', agreedTotal: seen.total });
  };
  // The address follows what is written a moment later, so that the paper shows it.
  useEffect(() => {
    if (reference === (search.reference ?? '')) return;
    const timer = window.setTimeout(() => void go({ reference: reference || undefined }), 400);
    return () => window.clearTimeout(timer);
  });
  useKeys({ 'Ctrl+Enter': send, Escape: () => void navigate({ to: '/settlement/$month', params: { month: 'open' } }) });
  return (
    <div className={ui.page}>
      <div>
        <Crumbs customer={search.customer} name={asked.data?.buyer.name} />
        <div className={ui.head}>
          <h1 ref={headline} tabIndex={-1}>
            {say('note.new')}
          </h1>
        </div>
      </div>
      {search.customer ? (
        <Faced of={asked} failed={say('note.notShown')} rows={8}>
          {(seen) => (
            <div className={s.split}>
              <div className={asked.isPlaceholderData ? ui.stale : undefined}>
                <NotePaper of={seen} />
              </div>
              <Card title={say('note.issueTitle')}>
                <div className={ui.stack}>
                  <div>
                    <p id="note-language">{say('note.language')}</p>
                    <Segments
                      label={say('note.language')}
                      value={seen.language}
                      options={[
                        { value: 'sv', label: 'Svenska' },
                        { value: 'en', label: 'English' },
                      ]}
                      onChange={(language) => go({ language })}
                    />
                  </div>
                  <Field label={say('note.reference')} hint={say('note.referenceHint')}>
                    <Input value={reference} maxLength={200} onChange={(_, data) => setReference(data.value)} />
                  </Field>
                  <Facts>
                    <Fact name={say('note.passesOn')}>{money(fromWire(seen.net))}</Fact>
                    <Fact name={say('note.fromProvider')}>{money(fromWire(seen.fromProvider))}</Fact>
                  </Facts>
                  {seen.notArrived.length > 0 && <p className={ui.note}>{say('note.notArrived', { n: seen.notArrived.length })}</p>}
                  <Told error={issue.error} failed={say('note.notIssued')} kept={say('note.noNumber')} />
                  <div className={ui.row}>
                    <MayButton why={may.why} appearance="primary" disabled={!settled || issue.isPending} onClick={send}>
                      {say(issue.isPending ? 'note.issuing' : 'note.issue', { amount: money(fromWire(seen.total)) })}
                    </MayButton>
                    <a href={previewAddress(ask)} target="_blank" rel="noreferrer">
                      {say('note.draftPdf')}
                    </a>
                  </div>
                  <p className={ui.sub}>{say('note.issueText')}</p>
                </div>
              </Card>
            </div>
          )}
        </Faced>
      ) : (
        <Empty
          title={say('note.whose')}
          step={
            <Link to="/settlement/$month" params={{ month: 'open' }}>
              {say('nav.settlement')}
            </Link>
          }
        />
      )}
    </div>
  );
}

const doneWords = { issued: 'note.doneIssued', reversed: 'note.doneReversed', settled: 'note.doneSettled' } as const;

function IssuedNote({ number }: { number: string }) {
  const { say } = useI18n();
  const search = route.useSearch();
  const headline = useHeadline(number);
  const asked = useQuery(noteQuery(number));
  return (
    <div className={ui.page}>
      <div>
        <Crumbs customer={asked.data?.customer} name={asked.data?.buyer.name} />
        <div className={ui.head}>
          <h1 ref={headline} tabIndex={-1}>
            {say('note.title', { number: asked.data?.number ?? number })}
          </h1>
          {asked.data && <span>{say(noteStateWords[asked.data.state])}</span>}
        </div>
      </div>
      <Faced of={asked} failed={say('note.failed')} rows={8}>
        {(note) => (
          <>
            {search.made && (
              <div role="status">
                <Allowed>{say(doneWords[search.made], { number: note.number })}</Allowed>
              </div>
            )}
            <div className={s.split}>
              <NotePaper of={note} number={note.number} />
              <Doing of={note} />
            </div>
          </>
        )}
      </Faced>
    </div>
  );
}

function Doing({ of }: { of: Note }) {
  const { say, day, moment } = useI18n();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const may = useMay(undefined, 'settle');
  const [doing, setDoing] = useState<'pay' | 'reverse' | null>(null);
  const show = (note: Note, made: 'reversed' | 'settled') => {
    queries.setQueryData(noteQuery(note.number).queryKey, note);
    void moneyMoved(queries);
    setDoing(null);
    void navigate({ to: '/credit-notes/$id', params: { id: note.number }, search: { made } });
  };
  const path = { number: of.number };
  const pay = useOnce(
    (body: { paidOn?: string; method: 'bank' | 'receivable'; reference: string }, key) =>
      told(api.POST('/api/credit-notes/{number}/settled', { params: { path, header: writeOnce(key) }, body })),
    (note) => show(note, 'settled'),
  );
  const reverse = useOnce(
    (why: string, key) =>
      told(api.POST('/api/credit-notes/{number}/reversal', { params: { path, header: writeOnce(key) }, body: { reason: why } })),
    (note) => show(note, 'reversed'),
  );
  const file = `/api/credit-notes/${encodeURIComponent(of.number)}/pdf`;
  return (
    <Card title={say('note.what')}>
      <div className={ui.stack}>
        <Facts>
          <Fact name={say('note.issued')}>
            {moment(of.at)} UTC, <bdi>{of.by}</bdi>
          </Fact>
          {of.settled && (
            <Fact name={say('settle.paidTitle')}>
              {day(of.settled.paidOn)} · {say(of.settled.method === 'bank' ? 'settle.bank' : 'settle.setOff')}
              {of.settled.reference ? ` · ${of.settled.reference}` : ''}
            </Fact>
          )}
          {of.reversedBy && (
            <Fact name={say('note.reversedBy')}>
              <Link to="/credit-notes/$id" params={{ id: of.reversedBy }}>
                {of.reversedBy}
              </Link>
            </Fact>
          )}
          {of.reverses && (
            <Fact name={say('note.reverses')}>
              <Link to="/credit-notes/$id" params={{ id: of.reverses }}>
                {of.reverses}
              </Link>
            </Fact>
          )}
          <Fact name={say('note.digest')} wide>
            <code>{of.document}</code>
          </Fact>
        </Facts>
        <div className={ui.row}>
          <Button as="a" href={file} target="_blank" rel="noreferrer" appearance="primary">
            {say('note.pdf')}
          </Button>
          {of.state === 'open' && (
            <>
              <MayButton why={may.why} aria-expanded={doing === 'pay'} onClick={() => setDoing(doing === 'pay' ? null : 'pay')}>
                {say('settle.markPaid')}
              </MayButton>
              {!of.settled && (
                <MayButton
                  why={may.why}
                  aria-expanded={doing === 'reverse'}
                  onClick={() => setDoing(doing === 'reverse' ? null : 'reverse')}
                >
                  {say('note.reverse')}
                </MayButton>
              )}
            </>
          )}
        </div>
        <Suspense fallback={<Bones rows={3} />}>
          {doing === 'pay' && (
            <PayForm
              from={dayOf(of.at)}
              why={may.why}
              busy={pay.isPending || pay.isSuccess}
              error={pay.error}
              onPay={(body) => pay.mutate(body)}
            />
          )}
          {doing === 'reverse' && <ReverseForm busy={reverse.isPending} error={reverse.error} onReverse={(why) => reverse.mutate(why)} />}
        </Suspense>
      </div>
    </Card>
  );
}
