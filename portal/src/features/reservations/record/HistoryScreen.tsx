// S10, History: every revision, by whom, and what it changed.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useI18n } from '../../../shared/i18n';
import { Card, ui } from '../../../shared/ui/Bits';
import { Empty, Faced } from '../../../shared/ui/Faces';
import { historyQuery } from '../queries';
import { useRecord } from '../RecordFrame';
import s from '../record.module.css';
import { scopeWord } from '../words';
import { changeWord, fieldWord, folded } from './history';

const actions = {
  import: 'history.imported',
  purchase: 'history.purchase',
  scope: 'history.scope',
  rename: 'history.rename',
  renewal: 'history.renewal',
  archive: 'history.archive',
  return: 'history.return',
  exchange: 'history.exchange',
  split: 'history.split',
  merge: 'history.merge',
  flexibility: 'history.flexibility',
  directory: 'history.directory',
  expire: 'history.expire',
  usage: 'history.usage',
  utilization: 'history.utilization',
} as const;

export default function HistoryScreen() {
  const i18n = useI18n();
  const { say, moment } = i18n;
  const record = useRecord();
  const asked = useQuery(historyQuery(record.id));
  const [kind, setKind] = useState('');
  const word = (action: string) => (action in actions ? say(actions[action as keyof typeof actions]) : action);
  const kinds = [...new Set(asked.data?.rows.map((row) => row.action))];
  return (
    <Card title={say('record.history')}>
      <Faced of={asked} failed={say('history.failed')}>
        {(history) =>
          history.rows.length === 0 ? (
            <Empty title={say('history.none')} />
          ) : (
            <div className={ui.stack}>
              {kinds.length > 1 && (
                <div className={ui.pills} role="group" aria-label={say('history.kinds')}>
                  {['', ...kinds].map((one) => (
                    <button key={one} type="button" className={ui.pill} aria-pressed={kind === one} onClick={() => setKind(one)}>
                      {one ? word(one) : say('list.all')}
                    </button>
                  ))}
                </div>
              )}
              <ol className={s.time}>
                {folded(history.rows)
                  .filter((row) => !kind || row.action === kind)
                  .map((row) => (
                    <li key={row.number}>
                      <b>{word(row.action)}</b>
                      <div className={ui.sub}>
                        {moment(row.at)} UTC · {row.by} · {say('units', { n: row.quantity })} · {scopeWord(i18n, row.scope)}
                      </div>
                      {row.changes?.map((change) => (
                        <div key={change.field}>
                          {fieldWord(i18n, change.field)}: <del>{changeWord(i18n, change.field, change.before) || '–'}</del> →{' '}
                          {changeWord(i18n, change.field, change.after) || '–'}
                        </div>
                      ))}
                    </li>
                  ))}
              </ol>
            </div>
          )
        }
      </Faced>
    </Card>
  );
}
