import type { Schemas } from '../shared/api';

const hash = (digit: string) => digit.repeat(64);
export const audit: Schemas['AuditPage'] = {
  asOf: '2026-06-10T12:00:00Z',
  total: 1204331,
  hidden: 0,
  next: 1204330,
  rows: [
    {
      number: 1204331,
      at: '2026-06-10T11:58:00Z',
      actor: 'maja.lind@birkapartner.example',
      action: 'credit_note.issue',
      customer: { id: 'a1f0c2de-0000-4000-8000-000000000000', name: 'Almgren Tryckeri AB' },
      subject: 'CN-1',
      after: '69250.73 SEK',
      previous: hash('a'),
      hash: hash('b'),
    },
    {
      number: 1204330,
      at: '2026-06-10T11:40:00Z',
      actor: '<b>=cmd</b>',
      action: 'invoice.import',
      subject: 'june.csv',
      after: '1 invoices',
      previous: hash('c'),
      hash: hash('a'),
    },
  ],
};
export const whole: Schemas['AuditVerdict'] = { whole: true, commits: 1204331, milliseconds: 940 };
export const broken: Schemas['AuditVerdict'] = {
  whole: false,
  commits: 0,
  milliseconds: 310,
  fault: 'commit 815 does not follow on commit 814: its record was changed; restore the last backup and compare',
};
