// A plain support ticket: what was asked, the conversation, and what can be said or changed.
import { Button, Field, Input, Textarea } from '@fluentui/react-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { api, dayOf, type Schemas, told, write, writeOnce } from '../../shared/api';
import { useI18n } from '../../shared/i18n';
import { useHeadline, useKeys } from '../../shared/keys';
import { useMay } from '../../shared/me';
import { useOnce } from '../../shared/once';
import { Card, CopyButton, Fact, Facts, ui } from '../../shared/ui/Bits';
import { Faced } from '../../shared/ui/Faces';
import { Told } from '../../shared/ui/Told';
import r from '../reservations/record.module.css';
import { requestQuery } from './queries';
import { statusWords } from './RequestList';

const route = getRouteApi('/requests/$name');

export default function TicketScreen() {
  const { say } = useI18n();
  const { name } = route.useParams();
  const asked = useQuery({ ...requestQuery(name), refetchInterval: 15_000 });
  return (
    <div className={r.frame}>
      <Faced of={asked} failed={say('request.failed')} rows={8}>
        {(request) => <Request request={request} />}
      </Faced>
    </div>
  );
}

function Request({ request }: { request: Schemas['SupportRequest'] }) {
  const i18n = useI18n();
  const { say, moment } = i18n;
  const queries = useQueryClient();
  const headline = useHeadline(request.name);
  const may = useMay(undefined, 'submitRequest');
  const field = useRef<HTMLTextAreaElement>(null);
  const [subject, setSubject] = useState('');
  const [body, setBody] = useState('');
  const [missing, setMissing] = useState(false);
  const after = (changed: Schemas['SupportRequest']) => {
    queries.setQueryData(requestQuery(request.name).queryKey, changed);
    void queries.invalidateQueries({ queryKey: ['requests'] });
  };
  const tell = useOnce(
    (input: { subject: string; body: string }, key) =>
      told(
        api.POST('/api/support-requests/{name}/messages', {
          params: { path: { name: request.name }, header: writeOnce(key) },
          body: input,
        }),
      ),
    (changed) => {
      setSubject('');
      setBody('');
      after(changed);
    },
  );
  const change = useOnce(
    (status: 'Open' | 'Closed') =>
      told(api.PATCH('/api/support-requests/{name}', { params: { path: { name: request.name }, header: write }, body: { status } })),
    after,
  );
  const send = () => {
    const empty = !subject.trim() || !body.trim();
    setMissing(empty);
    if (!empty && !tell.isPending && request.status === 'Open') tell.mutate({ subject: subject.trim(), body: body.trim() });
  };
  useKeys({ m: () => field.current?.focus(), 'Ctrl+Enter': send });
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
            <bdi>{request.title}</bdi>
          </h1>
          <span>{say(statusWords[request.status])}</span>
        </div>
        <p className={r.facts}>
          {say('kind.request')} {request.number} <CopyButton text={request.number} what={say('request.number')} />
        </p>
        <div className={r.commands}>
          {request.status === 'Open' && (
            <Button appearance="subtle" disabled={!may.may || change.isPending} onClick={() => change.mutate('Closed')}>
              {say('request.close')}
            </Button>
          )}
          {request.status === 'Closed' && (
            <Button appearance="subtle" disabled={!may.may || change.isPending} onClick={() => change.mutate('Open')}>
              {say('request.reopen')}
            </Button>
          )}
        </div>
      </div>
      <div className={`${r.body} ${r.two}`} style={{ flex: 1 }}>
        <div className={ui.stack}>
          <Told error={change.error} failed={say('write.failed')} kept={say('write.oldStays')} />
          <Card title={say('request.thread')}>
            <ol className={r.time}>
              {request.thread.map((message) => (
                <li key={message.name}>
                  <b>
                    <bdi>{message.subject}</bdi>
                  </b>
                  <div className={ui.sub}>
                    {say(message.direction === 'Outbound' ? 'request.fromUs' : 'request.fromThem')} · {message.sender} ·{' '}
                    {moment(message.created)} UTC
                  </div>
                  <p style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }} dir="auto">
                    {message.body}
                  </p>
                </li>
              ))}
            </ol>
            {request.status === 'Open' ? (
              <form
                className={ui.form}
                onSubmit={(event) => {
                  event.preventDefault();
                  send();
                }}
              >
                <Field
                  label={say('request.subject')}
                  validationMessage={missing && !subject.trim() ? say('form.fill', { what: say('request.subject') }) : ''}
                >
                  <Input value={subject} maxLength={200} onChange={(_, data) => setSubject(data.value)} />
                </Field>
                <Field
                  label={say('request.message')}
                  validationMessage={missing && !body.trim() ? say('form.fill', { what: say('request.message') }) : ''}
                >
                  <Textarea ref={field} rows={4} value={body} maxLength={20000} onChange={(_, data) => setBody(data.value)} />
                </Field>
                <Told error={tell.error} failed={say('request.notSent')} kept={say('request.textKept')} />
                <div>
                  <Button appearance="primary" type="submit" disabledFocusable={tell.isPending || !may.may}>
                    {say('request.send')}
                  </Button>
                </div>
                {may.why && <p className={ui.sub}>{may.why}</p>}
              </form>
            ) : (
              <p className={ui.sub}>{say(request.status === 'Closed' ? 'request.closedText' : 'request.updatingText')}</p>
            )}
          </Card>
        </div>
        <div className={ui.stack}>
          <Card title={say('record.essentials')}>
            <Facts>
              <Fact name={say('wizard.issueType')}>{request.service.name}</Fact>
              <Fact name={say('wizard.category')}>{request.classification.name}</Fact>
              <Fact name={say('request.created')}>{moment(request.created)} UTC</Fact>
              {request.answerBy && (
                <Fact name={say('request.answerBy')}>{`${i18n.day(dayOf(request.answerBy))} ${i18n.time(request.answerBy)} UTC`}</Fact>
              )}
              <Fact name={say('request.filedBy')}>{request.filedBy}</Fact>
              <Fact name={say('wizard.contact')}>
                {request.contact.firstName} {request.contact.lastName}
                <br />
                {request.contact.email}
              </Fact>
            </Facts>
          </Card>
          <Card title={say('request.description')}>
            <p style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }} dir="auto">
              {request.description}
            </p>
          </Card>
        </div>
      </div>
    </>
  );
}
