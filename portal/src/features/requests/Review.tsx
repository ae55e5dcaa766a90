// Step 4: everything that will be sent, each line with a way back to it.
import type { ReactNode } from 'react';
import { useI18n } from '../../shared/i18n';
import { Id, ui } from '../../shared/ui/Bits';
import type { Record_ } from '../reservations/queries';
import { type Draft, reasonWords } from './draft';
import type { StepName } from './search';
import s from './wizard.module.css';

export default function Review(p: {
  record: Record_;
  want: 'refund' | 'other';
  units: number;
  values: Draft;
  onEdit: (step: StepName) => void;
  children: ReactNode;
}) {
  const { say } = useI18n();
  const { record, values } = p;
  const rows: { name: string; value: ReactNode; step?: StepName }[] = [
    { name: say('wizard.issueType'), value: say('wizard.billing') },
    { name: say('wizard.want'), value: say(p.want === 'refund' ? 'wizard.refund' : 'wizard.other'), step: 'basics' },
    { name: say('wizard.problemType'), value: `${say('wizard.management')} / ${say('wizard.exchangesAndRefunds')}` },
    { name: say('quote.units'), value: say('units', { n: p.units }), step: 'problem' },
    {
      name: say('wizard.reason'),
      value: `${say(reasonWords[values.reason])}${values.details.trim() ? `\n${values.details.trim()}` : ''}`,
      step: 'problem',
    },
    { name: say('id.order'), value: <Id name={say('id.order')} value={record.order} /> },
    { name: say('id.reservation'), value: <Id name={say('id.reservation')} value={record.id} /> },
    {
      name: say('wizard.contact'),
      value: `${values.firstName} ${values.lastName}, ${values.method === 'Phone' ? values.phone : values.email}`,
      step: 'contact',
    },
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
                <button
                  type="button"
                  className={ui.link}
                  aria-label={`${say('action.edit')}: ${row.name}`}
                  onClick={() => row.step && p.onEdit(row.step)}
                >
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
