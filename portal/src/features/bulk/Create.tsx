// The one click: who is reached about them, why, a tick for the sums that are seen, and as many requests as can be made.
import { Button, Field, Textarea } from '@fluentui/react-components';
import { useState } from 'react';
import { useI18n } from '../../shared/i18n';
import { useKeys } from '../../shared/keys';
import { useMe } from '../../shared/me';
import { fromWire } from '../../shared/money';
import { useOnce } from '../../shared/once';
import { Card, ui } from '../../shared/ui/Bits';
import { Told } from '../../shared/ui/Told';
import Contact from '../requests/Contact';
import { useDraft } from '../requests/draft';
import s from './bulk.module.css';
import { type Made, makeRequests, type Plan } from './queries';
import type { Line } from './search';

export default function Create(p: { plan: Plan; lines: readonly Line[]; stale: boolean; onMade: (made: Made) => void }) {
  const i18n = useI18n();
  const { say } = i18n;
  const form = useDraft('bulk', useMe(), i18n);
  const [agreed, setAgreed] = useState('');
  const [missed, setMissed] = useState(false);
  const [open, setOpen] = useState(false);
  const create = useOnce(makeRequests, p.onMade);
  const sums = p.plan.totals.map((total) => i18n.money(fromWire(total.refund))).join(' + ');
  // A word for these lines at these figures; whatever changes takes it back.
  const consent = JSON.stringify([p.lines, p.plan.rows.map((row) => row.refund)]);
  const may = p.plan.makeable > 0 && !p.stale;
  const submit = () => {
    if (!may || create.isPending) return;
    setMissed(agreed !== consent);
    if (agreed !== consent) return;
    if (!form.check()) {
      // What is wrong is in the folded part: it opens first, then the focus goes there.
      setOpen(true);
      requestAnimationFrame(() => form.check());
      return;
    }
    const { values } = form;
    create.mutate({
      lines: p.lines,
      plan: p.plan,
      reason: values.details.trim(),
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
    });
  };
  useKeys({ 'Ctrl+Enter': submit });
  return (
    <Card title={say('bulk.create', { n: p.plan.makeable })}>
      <div className={ui.stack}>
        <details className={s.contact} open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>
            {say('wizard.contact')}: {form.values.firstName} {form.values.lastName}, {form.values.email}
          </summary>
          <Contact form={form} />
        </details>
        <Field label={say('bulk.reason')}>
          <Textarea rows={2} maxLength={4000} value={form.values.details} onChange={(_, data) => form.set({ details: data.value })} />
        </Field>
        <label className={s.agree}>
          <input
            type="checkbox"
            disabled={!may}
            checked={may && agreed === consent}
            onChange={(event) => setAgreed(event.target.checked ? consent : '')}
          />
          <span>{say('bulk.agree', { sums: sums || '0', n: p.plan.makeable, pack: p.plan.policy })}</span>
        </label>
        {missed && agreed !== consent && (
          <p role="alert" className={ui.note}>
            {say('wizard.agreeFirst')}
          </p>
        )}
        <Told error={create.error} failed={say('bulk.notAll')} kept={say('bulk.goesOn')} />
        <div className={ui.row}>
          <Button appearance="primary" onClick={submit} disabledFocusable={!may || create.isPending}>
            {create.isPending ? say('bulk.making') : say('bulk.create', { n: p.plan.makeable })}
          </Button>
          <span className={ui.sub}>{say('wizard.keyCreate')}</span>
        </div>
      </div>
    </Card>
  );
}
