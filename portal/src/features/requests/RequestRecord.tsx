// S3, one request: how far it is, what was said, the figures that were agreed to beside those of today, and what can be done.
import { Button, Field, Textarea } from '@fluentui/react-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useRef, useState } from 'react';
import { api, dayOf, type Schemas, told, writeOnce } from '../../shared/api';
import { useI18n } from '../../shared/i18n';
import { useHeadline, useKeys } from '../../shared/keys';
import { MayButton, useMe, whyNot } from '../../shared/me';
import { fromWire } from '../../shared/money';
import { useOnce } from '../../shared/once';
import { Card, CopyButton, Fact, Facts, Id, Status, ui } from '../../shared/ui/Bits';
import { Bones, Faced, Refused } from '../../shared/ui/Faces';
import { Told } from '../../shared/ui/Told';
import r from '../reservations/record.module.css';
import { Files } from './Files';
import { type Asked, askedQuery } from './queries';
import { Stages } from './Stages';
import type { Command } from './search';
import { stateShapes, stateWords, whatOf } from './words';

const CommandPanel = lazy(() => import('./CommandPanel'));
const route = getRouteApi('/requests/$name');

export default function RequestRecord({ number }: { number: string }) {
  const { say } = useI18n();
  const asked = useQuery({
    ...askedQuery(number),
    // What is being done is looked at more often than what waits for somebody.
    refetchInterval: (query) => (['executing', 'outcome_unknown'].includes(query.state.data?.state ?? '') ? 3_000 : 15_000),
  });
  return (
    <div className={r.frame}>
      <Faced of={asked} failed={say('request.failed')} rows={8}>
        {(request) => <Record request={request} />}
      </Faced>
    </div>
  );
}

function Record({ request }: { request: Asked }) {
  const i18n = useI18n();
  const { say, moment } = i18n;
  const me = useMe();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const search = route.useSearch();
  const headline = useHeadline(request.number);
  const message = useRef<HTMLTextAreaElement>(null);
  const { actions } = request;
  const why = (name: keyof Asked['actions']) => (actions[name].allowed ? '' : whyNot(i18n, actions[name]));
  const open = (command?: Command) =>
    navigate({ to: '/requests/$name', params: { name: request.number }, search: { do: command }, replace: true });
  const [said, setSaid] = useState('');

  const after = (answer: Schemas['RequestAnswer']) => {
    if (answer.request) queries.setQueryData(askedQuery(request.number).queryKey, answer.request);
    void queries.invalidateQueries({ queryKey: ['inbox'] });
    void queries.invalidateQueries({ queryKey: ['customer', request.customer.id, 'allowance'] });
    setSaid(answer.ok ? '' : answer.reasons.map((reason) => reason.text).join(' '));
  };
  const path = { number: request.number };
  const seen = (key: string) => ({ ...writeOnce(key), 'If-Match': request.etag });
  const take = useOnce(
    (user: string, key) => told(api.PUT('/api/requests/{number}/owner', { params: { path, header: seen(key) }, body: { user } })),
    after,
  );
  const look = useOnce(
    (_: null, key) => told(api.POST('/api/requests/{number}/resolve', { params: { path, header: writeOnce(key) } })),
    after,
  );
  const own = () => actions.assign.allowed && !take.isPending && take.mutate(me.user.name);
  useKeys({
    a: () => !actions.approve.state && open('approve'),
    u: () => !actions.withdraw.state && open('withdraw'),
    o: own,
    m: () => message.current?.focus(),
    Escape: () => search.do && open(),
  });
  const [line] = request.returns;
  const form = () => {
    if (request.kind === 'exchange' || !line) return navigate({ href: `/exchanges/new?from=${line?.reservation ?? ''}` });
    return navigate({
      to: '/reservations/$reservation/new-request',
      params: { reservation: line.reservation },
      search: { ask: request.number, units: line.quantity || undefined, want: 'refund' },
    });
  };
  const commands: { name: Command; word: 'asked.approve' | 'asked.decline' | 'asked.withdraw' | 'asked.send' }[] = [
    { name: 'approve', word: 'asked.approve' },
    { name: 'decline', word: 'asked.decline' },
    { name: 'send', word: 'asked.send' },
    { name: 'withdraw', word: 'asked.withdraw' },
  ];
  return (
    <>
      <div className={r.head}>
        <nav aria-label={say('shell.crumbs')}>
          <ol className={r.crumbs}>
            <li>
              <Link to="/requests">{say('nav.requests')}</Link>
            </li>
            <li>
              <Link to="/customers/$customer/$part" params={{ customer: request.customer.id, part: 'requests' }}>
                <bdi>{request.customer.name}</bdi>
              </Link>
            </li>
          </ol>
        </nav>
        <div className={r.title}>
          <h1 ref={headline} tabIndex={-1}>
            {request.number} <bdi>{whatOf(request, i18n)}</bdi>
          </h1>
          <Status state={stateShapes[request.state]} word={say(request.agreeAgain ? 'asked.agreeAgain' : stateWords[request.state])} />
        </div>
        <p className={r.facts}>
          <CopyButton text={request.number} what={say('request.number')} />{' '}
          {request.owner ? say('asked.ownedBy', { who: request.owner }) : say('asked.nobody')}
          {request.due && ` · ${say('asked.dueAt', { time: `${i18n.day(dayOf(request.due))} ${i18n.time(request.due)}` })}`}
        </p>
        <div className={r.commands}>
          {!actions.draft.state && (
            <MayButton appearance="subtle" why={why(request.quoted ? 'submit' : 'draft')} onClick={form}>
              {say(request.quoted ? 'asked.continue' : 'asked.takeUp')}
            </MayButton>
          )}
          {commands
            .filter(({ name }) => !actions[name].state)
            .map(({ name, word }) => (
              <MayButton key={name} appearance="subtle" why={why(name)} onClick={() => open(name)}>
                {say(word)}
              </MayButton>
            ))}
          {!actions.resolve.state && (
            <MayButton appearance="subtle" why={why('resolve')} disabled={look.isPending} onClick={() => look.mutate(null)}>
              {say('asked.look')}
            </MayButton>
          )}
          {!actions.assign.state && request.owner !== me.user.name && (
            <MayButton appearance="subtle" why={why('assign')} onClick={own}>
              {say('asked.take')}
            </MayButton>
          )}
          {!actions.assign.state && request.owner === me.user.name && (
            <Button appearance="subtle" onClick={() => take.mutate('')}>
              {say('asked.giveBack')}
            </Button>
          )}
        </div>
      </div>
      <div className={`${r.body} ${r.two}`} style={{ flex: 1 }}>
        <div className={ui.stack}>
          {request.state === 'outcome_unknown' && (
            <div role="status">
              <Refused
                title={say('asked.unknown')}
                reasons={[
                  { code: 'outcome_unknown', message: say('asked.unknownText') },
                  { code: 'looks', message: say('asked.unknownLooks') },
                ]}
              />
            </div>
          )}
          {search.do && !actions[search.do].state && (
            <Suspense fallback={<Bones rows={2} />}>
              <CommandPanel key={search.do} command={search.do} request={request} onEnd={() => open()} onAnswer={after} />
            </Suspense>
          )}
          {said && (
            <div role="alert">
              <Refused reasons={[{ code: 'refused', message: said }]} />
            </div>
          )}
          <Told error={take.error ?? look.error} failed={say('write.failed')} />
          {request.state === 'completed' && request.quoted && (
            <Card title={say('asked.completed')}>
              <p>
                {say(request.kind === 'refund' ? 'asked.doneRefund' : 'asked.doneExchange', {
                  amount: i18n.money(fromWire(request.quoted.refund)),
                })}
              </p>
              {request.outcome && (
                <p>
                  <Id name={say('asked.outcome')} value={request.outcome} />
                </p>
              )}
              {line && (
                <Link to="/reservations/$reservation/history" params={{ reservation: line.reservation }}>
                  {say('record.history')}
                </Link>
              )}
            </Card>
          )}
          {request.failure && (
            <div role="status">
              <Refused title={say('asked.failed')} reasons={[{ code: request.state, message: request.failure }]} />
            </div>
          )}
          <Card title={say('asked.stages')}>
            <Stages stages={request.stages} />
          </Card>
          <Conversation request={request} field={message} onAnswer={after} />
          <Files request={request} onAnswer={after} />
        </div>
        <div className={ui.stack}>
          <Figures request={request} />
          <Card title={say('record.essentials')}>
            <Facts>
              {request.returns.map((back) => (
                <Fact key={back.reservation} name={say('kind.reservation')} wide>
                  <Link to="/reservations/$reservation/overview" params={{ reservation: back.reservation }}>
                    <bdi>{back.name ?? back.sku}</bdi>
                  </Link>
                  <br />
                  <Id name={say('id.order')} value={back.order} />
                  <br />
                  <Id name={say('id.reservation')} value={back.reservation} />
                </Fact>
              ))}
              {request.purchases.map((wish) => (
                <Fact key={`${wish.sku} ${wish.region} ${wish.years}`} name={say('asked.buys')}>
                  {i18n.number(wish.quantity)} × {wish.sku}, {wish.region}
                </Fact>
              ))}
              {request.reason && (
                <Fact name={say('wizard.reason')} wide>
                  <bdi style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{request.reason}</bdi>
                </Fact>
              )}
              <Fact name={say('request.created')}>{moment(request.created)} UTC</Fact>
              {request.submittedBy && <Fact name={say('request.filedBy')}>{request.submittedBy}</Fact>}
              {request.approvedBy && <Fact name={say('asked.second')}>{request.approvedBy}</Fact>}
              {request.decidedBy && <Fact name={say('asked.decidedBy')}>{request.decidedBy}</Fact>}
              {request.ticket && (
                <Fact name={say('asked.ticket')}>
                  {request.ticket.number} <CopyButton text={request.ticket.number} what={say('asked.ticket')} />
                </Fact>
              )}
              {request.hold && (
                <Fact name={say('asked.held')}>
                  {say('asked.heldUntil', {
                    amount: i18n.money(fromWire(request.hold.refund)),
                    day: i18n.day(dayOf(request.hold.expires)),
                  })}
                </Fact>
              )}
            </Facts>
          </Card>
        </div>
      </div>
    </>
  );
}

function Figures({ request }: { request: Asked }) {
  const i18n = useI18n();
  const { say } = i18n;
  const { quoted, today } = request;
  if (!quoted && !today) return request.todayFailed ? <p className={ui.note}>{request.todayFailed}</p> : null;
  const shown = quoted ?? today;
  const main = (q: Schemas['RequestQuoted']) => fromWire(request.kind === 'exchange' && q.netPayable ? q.netPayable : q.refund);
  const moved = quoted && today && (main(quoted).minor !== main(today).minor || quoted.policy !== today.policy);
  if (!shown) return null;
  return (
    <Card title={say(quoted ? 'asked.agreed' : 'asked.today')}>
      <p className={ui.big}>{i18n.money(main(shown))}</p>
      <Facts>
        {request.kind === 'exchange' && <Fact name={say('asked.back')}>{i18n.money(fromWire(shown.refund))}</Fact>}
        {shown.purchasesTotal && <Fact name={say('asked.buys')}>{i18n.money(fromWire(shown.purchasesTotal))}</Fact>}
        {request.kind === 'refund' && <Fact name={say('asked.fee')}>{i18n.money(fromWire(shown.fee))}</Fact>}
        {shown.forfeited && <Fact name={say('asked.forfeited')}>{i18n.money(fromWire(shown.forfeited))}</Fact>}
        <Fact name={say('asked.onAllowance')}>{i18n.money(fromWire(shown.onAllowance))}</Fact>
        <Fact name={say('asked.policy')}>{shown.policy}</Fact>
        <Fact name={say('asked.asOf')}>{i18n.moment(shown.asOf)} UTC</Fact>
      </Facts>
      {shown.reasons.length > 0 && (
        <Refused reasons={shown.reasons.map((reason) => ({ code: reason.armCode ?? reason.code, message: reason.text }))} />
      )}
      {moved && today && (
        <p className={ui.note} role="status">
          {say('asked.todayWouldBe', { amount: i18n.money(main(today)) })}
        </p>
      )}
      {request.todayFailed && <p className={ui.note}>{request.todayFailed}</p>}
    </Card>
  );
}

const fromWords = { customer: 'asked.fromCustomer', desk: 'request.fromUs', operator: 'request.fromThem' } as const;
const seenWords = { customer: 'asked.seenByCustomer', operator: 'asked.seenByOperator' } as const;

function Conversation(p: {
  request: Asked;
  field: React.RefObject<HTMLTextAreaElement | null>;
  onAnswer: (answer: Schemas['RequestAnswer']) => void;
}) {
  const i18n = useI18n();
  const { say, moment } = i18n;
  const { request } = p;
  const [text, setText] = useState('');
  const [missing, setMissing] = useState(false);
  const tell = useOnce(
    (input: { text: string }, key) =>
      told(
        api.POST('/api/requests/{number}/messages', {
          params: { path: { number: request.number }, header: writeOnce(key) },
          body: input,
        }),
      ),
    (answer) => {
      if (answer.ok) setText('');
      p.onAnswer(answer);
    },
  );
  const send = () => {
    setMissing(!text.trim());
    if (text.trim() && !tell.isPending) tell.mutate({ text: text.trim() });
  };
  const may = request.actions.say;
  return (
    <Card title={say('request.thread')}>
      {request.messages.length === 0 && <p className={ui.sub}>{say('asked.noMessages')}</p>}
      <ol className={r.time}>
        {request.messages.map((one, i) => (
          <li key={`${one.at} ${i}`}>
            {one.subject && (
              <b>
                <bdi>{one.subject}</bdi>
              </b>
            )}
            <div className={ui.sub}>
              {say(fromWords[one.from])} · <bdi>{one.sender}</bdi> · {moment(one.at)} UTC{' '}
              <span className={ui.chip}>{say(seenWords[one.seenBy])}</span>
            </div>
            <p style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }} dir="auto">
              {one.text}
            </p>
          </li>
        ))}
      </ol>
      {may.state ? null : (
        <form
          className={ui.form}
          onSubmit={(event) => {
            event.preventDefault();
            send();
          }}
        >
          <Field
            label={say('asked.messageToOperator')}
            validationMessage={missing && !text.trim() ? say('form.fill', { what: say('request.message') }) : ''}
          >
            <Textarea ref={p.field} rows={3} value={text} maxLength={15000} onChange={(_, data) => setText(data.value)} />
          </Field>
          <Told error={tell.error} failed={say('request.notSent')} kept={say('request.textKept')} />
          <div>
            <Button appearance="primary" type="submit" disabledFocusable={tell.isPending || !may.allowed}>
              {say('request.send')}
            </Button>
          </div>
          {!may.allowed && <p className={ui.sub}>{whyNot(i18n, may)}</p>}
        </form>
      )}
    </Card>
  );
}
