// When, how and by which reference a customer was paid: of a return, or of a note with all that stands on it.
import { Button, Field, Input, Select } from '@fluentui/react-components';
import { useState } from 'react';
import { useI18n } from '../../shared/i18n';
import { MayButton } from '../../shared/me';
import { ui } from '../../shared/ui/Bits';
import { Told } from '../../shared/ui/Told';

export default function PayForm(p: {
  from: string;
  why: string;
  busy: boolean;
  error: unknown;
  onPay: (body: { paidOn?: string; method: 'bank' | 'receivable'; reference: string }) => void;
}) {
  const { say } = useI18n();
  const [paidOn, setPaidOn] = useState('');
  const [method, setMethod] = useState<'bank' | 'receivable'>('bank');
  const [reference, setReference] = useState('');
  return (
    <form
      className={ui.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (!p.busy) p.onPay({ ...(paidOn ? { paidOn } : {}), method, reference: reference.trim() });
      }}
    >
      <div className={ui.row} style={{ alignItems: 'end' }}>
        <Field label={say('settle.paidOn')}>
          <Input type="date" min={p.from} value={paidOn} onChange={(_, data) => setPaidOn(data.value)} />
        </Field>
        <Field label={say('settle.method')}>
          <Select value={method} onChange={(_, data) => setMethod(data.value === 'receivable' ? 'receivable' : 'bank')}>
            <option value="bank">{say('settle.bank')}</option>
            <option value="receivable">{say('settle.setOff')}</option>
          </Select>
        </Field>
        <Field label={say('settle.reference')}>
          <Input value={reference} maxLength={200} onChange={(_, data) => setReference(data.value)} />
        </Field>
      </div>
      <p className={ui.sub}>{say('settle.payText')}</p>
      <Told error={p.error} failed={say('write.failed')} kept={say('write.oldStays')} />
      <div>
        {p.why ? (
          <MayButton why={p.why}>{say('settle.markPaid')}</MayButton>
        ) : (
          <Button type="submit" appearance="primary" disabled={p.busy}>
            {say('settle.markPaid')}
          </Button>
        )}
      </div>
    </form>
  );
}
