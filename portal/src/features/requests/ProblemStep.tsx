// Step 2: how many units, and why.
import { Field, Input, Select, Textarea } from '@fluentui/react-components';
import { useEffect, useState } from 'react';
import { useI18n } from '../../shared/i18n';
import { ui } from '../../shared/ui/Bits';
import type { Record_ } from '../reservations/queries';
import { type Draft, type DraftForm, reasons, reasonWords } from './draft';
import s from './wizard.module.css';

export default function ProblemStep(p: { record: Record_; form: DraftForm; units: number; onUnits: (units: number) => void }) {
  const { say } = useI18n();
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
        <input
          type="range"
          min={1}
          max={p.record.quantity}
          value={p.units}
          aria-label={say('quote.units')}
          onChange={(event) => set(event.target.value)}
        />
      </div>
      <p className={ui.sub}>{say('wizard.has', { units: say('units', { n: p.record.quantity }) })}</p>
      <Field label={say('wizard.reason')} required>
        <Select value={p.form.values.reason} onChange={(_, data) => p.form.set({ reason: data.value as Draft['reason'] })}>
          {reasons.map((reason) => (
            <option key={reason} value={reason}>
              {say(reasonWords[reason])}
            </option>
          ))}
        </Select>
      </Field>
      <Field label={say('wizard.details')} hint={say('wizard.attached')}>
        <Textarea rows={5} maxLength={2000} value={p.form.values.details} onChange={(_, data) => p.form.set({ details: data.value })} />
      </Field>
    </div>
  );
}
