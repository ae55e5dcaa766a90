// Step 1: what it is about, and what the customer wants. An exchange is worked out in a place of its own.
import { Field, Input } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useI18n } from '../../shared/i18n';
import { Segments, ui } from '../../shared/ui/Bits';
import type { Record_ } from '../reservations/queries';
import { inboxKey, readInbox } from './queries';
import s from './wizard.module.css';
import { whatOf } from './words';

export default function Basics(p: {
  record: Record_;
  want: 'refund' | 'other';
  ask: string | undefined;
  onWant: (want: 'refund' | 'other') => void;
}) {
  const i18n = useI18n();
  const { say } = i18n;
  const { record, want } = p;
  const navigate = useNavigate();
  const ask = { view: 'open', reservation: record.id } as const;
  const open = useQuery({ queryKey: inboxKey(ask), queryFn: ({ signal }) => readInbox(ask, 0, 20, signal) });
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
          value={want as 'refund' | 'exchange' | 'other'}
          options={[
            { value: 'refund', label: say('wizard.refund') },
            { value: 'exchange', label: say('wizard.exchange') },
            { value: 'other', label: say('wizard.other') },
          ]}
          onChange={(value) => (value === 'exchange' ? void navigate({ href: `/exchanges/new?from=${record.id}` }) : p.onWant(value))}
        />
      </div>
      {open.data?.rows
        .filter((row) => row.number !== p.ask)
        .map((row) => (
          <p key={row.number} className={ui.note}>
            {say('wizard.already', { number: row.number })}{' '}
            <Link to="/requests/$name" params={{ name: row.number }}>
              {whatOf(row, i18n)}
            </Link>
          </p>
        ))}
    </div>
  );
}
