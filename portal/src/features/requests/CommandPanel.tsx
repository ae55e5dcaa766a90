// A word before what moves money or ends a request: what it is about, the amount, and one button that has the focus.
import { Button, Field, Textarea } from '@fluentui/react-components';
import { useEffect, useRef, useState } from 'react';
import { api, type Schemas, told, writeOnce } from '../../shared/api';
import { useI18n } from '../../shared/i18n';
import { useKeys } from '../../shared/keys';
import { whyNot } from '../../shared/me';
import { fromWire } from '../../shared/money';
import { useOnce } from '../../shared/once';
import { Card, ui } from '../../shared/ui/Bits';
import { Refused } from '../../shared/ui/Faces';
import { Told } from '../../shared/ui/Told';
import type { Asked } from './queries';
import type { Command } from './search';
import s from './wizard.module.css';

const titles = { approve: 'asked.approve', decline: 'asked.decline', withdraw: 'asked.withdraw', send: 'asked.send' } as const;
const texts = {
  approve: 'asked.approveText',
  decline: 'asked.declineText',
  withdraw: 'asked.withdrawText',
  send: 'asked.sendText',
} as const;

export default function CommandPanel(p: {
  command: Command;
  request: Asked;
  onEnd: () => void;
  onAnswer: (answer: Schemas['RequestAnswer']) => void;
}) {
  const i18n = useI18n();
  const { say } = i18n;
  const { request, command } = p;
  const may = request.actions[command];
  const [reason, setReason] = useState('');
  const [agreed, setAgreed] = useState(false);
  const [missed, setMissed] = useState('');
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    place.current?.querySelector<HTMLElement>('textarea, input, [data-first]')?.focus();
  }, []);
  const figure = request.quoted && (request.kind === 'exchange' ? request.quoted.netPayable : request.quoted.refund);
  const again = command === 'send' && request.agreeAgain;

  const act = useOnce(
    (_: { etag: string; reason: string }, key) => {
      const params = { path: { number: request.number }, header: { ...writeOnce(key), 'If-Match': request.etag } };
      const because = reason.trim() ? { reason: reason.trim() } : {};
      if (command === 'approve') return told(api.POST('/api/requests/{number}/approve', { params, body: {} }));
      if (command === 'decline') return told(api.POST('/api/requests/{number}/decline', { params, body: { reason: reason.trim() } }));
      if (command === 'withdraw') return told(api.POST('/api/requests/{number}/withdraw', { params, body: because }));
      const consent = again && figure && request.quoted ? { consent: { ...figure, policy: request.quoted.policy } } : {};
      return told(api.POST('/api/requests/{number}/send', { params, body: consent }));
    },
    (answer) => {
      p.onAnswer(answer);
      p.onEnd();
    },
  );
  const go = () => {
    if (act.isPending || !may.allowed) return;
    if (command === 'decline' && !reason.trim()) return setMissed(say('form.fill', { what: say('wizard.reason') }));
    if (again && !agreed) return setMissed(say('wizard.agreeFirst'));
    setMissed('');
    act.mutate({ etag: request.etag, reason });
  };
  useKeys({ 'Ctrl+Enter': go });
  return (
    <div ref={place}>
      <Card title={say(titles[command])}>
        {may.allowed ? (
          <div className={ui.form}>
            <p>
              {say(texts[command])} {figure && command !== 'decline' && <b>{i18n.money(fromWire(figure))}</b>}
            </p>
            {(command === 'decline' || command === 'withdraw') && (
              <Field label={say('wizard.reason')} required={command === 'decline'} validationMessage={missed}>
                <Textarea rows={2} maxLength={1000} value={reason} onChange={(_, data) => setReason(data.value)} />
              </Field>
            )}
            {again && figure && (
              <label className={s.agree}>
                <input type="checkbox" checked={agreed} onChange={(event) => setAgreed(event.target.checked)} />
                {say('asked.agreeTo', { amount: i18n.money(fromWire(figure)) })}
              </label>
            )}
            {missed && again && (
              <p role="alert" className={ui.note}>
                {missed}
              </p>
            )}
            <Told error={act.error} failed={say('write.failed')} />
            <div className={ui.row}>
              <Button appearance="primary" data-first="" disabledFocusable={act.isPending} onClick={go}>
                {say(act.isPending ? 'wizard.sending' : titles[command])}
              </Button>
              <Button onClick={p.onEnd}>{say('action.cancel')}</Button>
            </div>
          </div>
        ) : (
          <>
            <Refused
              title={say(may.fourEyes ? 'asked.fourEyes' : 'face.noRight')}
              reasons={[{ code: may.fourEyes ? 'four_eyes' : 'forbidden', message: whyNot(i18n, may) }]}
            />
            <Button data-first="" onClick={p.onEnd}>
              {say('action.close')}
            </Button>
          </>
        )}
      </Card>
    </div>
  );
}
