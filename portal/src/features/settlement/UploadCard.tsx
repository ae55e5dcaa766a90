// An invoice or a reconciliation file comes in: dropped or chosen. What could not be read is named by line and column.
import { Button } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { api, told, writeOnce } from '../../shared/api';
import { useI18n } from '../../shared/i18n';
import { MayButton, useMay } from '../../shared/me';
import { useOnce } from '../../shared/once';
import { Card, ui } from '../../shared/ui/Bits';
import { Done } from '../../shared/ui/Faces';
import { Told } from '../../shared/ui/Told';
import { moneyMoved } from './queries';
import s from './settlement.module.css';

const bytesMost = 4 * 1024 * 1024;

export default function UploadCard({ onClose }: { onClose: () => void }) {
  const { say, number } = useI18n();
  const queries = useQueryClient();
  const may = useMay(undefined, 'settle');
  const chooser = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [wrong, setWrong] = useState('');
  const take = useOnce(
    (file: { name: string; text: string }, key) =>
      told(
        api.POST('/api/settlement/invoices', {
          params: { query: { file: file.name.slice(-100) }, header: writeOnce(key) },
          headers: { 'Content-Type': 'text/plain' },
          body: file.text,
          bodySerializer: (body: string) => body,
        }),
      ),
    () => void moneyMoved(queries),
  );
  const read = async (file: File | undefined) => {
    if (!file || take.isPending || !may.may) return;
    setWrong(file.size > bytesMost ? say('settle.tooLarge') : file.size === 0 ? say('settle.emptyFile') : '');
    if (file.size > 0 && file.size <= bytesMost) take.mutate({ name: file.name, text: await file.text() });
  };
  const done = take.data;
  return (
    <Card
      title={say('settle.upload')}
      aside={
        <button type="button" className={ui.link} onClick={onClose}>
          {say('action.close')}
        </button>
      }
    >
      <div className={ui.stack}>
        {/* A file may also be dropped here; the button does the same by keyboard. */}
        <div
          role="group"
          aria-label={say('settle.dropHere')}
          className={over ? `${s.drop} ${s.over}` : s.drop}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={(event) => {
            event.preventDefault();
            setOver(false);
            void read(event.dataTransfer.files[0]);
          }}
        >
          <p>{say('settle.uploadText')}</p>
          <input
            ref={chooser}
            type="file"
            hidden
            accept=".csv,.tsv,.txt,.json,text/csv,application/json"
            onChange={(event) => {
              void read(event.target.files?.[0]);
              event.target.value = '';
            }}
            aria-label={say('settle.choose')}
          />
          <MayButton why={may.why} disabled={take.isPending} onClick={() => chooser.current?.click()}>
            {say(take.isPending ? 'settle.reading' : 'settle.choose')}
          </MayButton>
        </div>
        {wrong && <p role="alert">{wrong}</p>}
        <Told error={take.error} failed={say('settle.notTaken')} />
        {done && (
          <Done title={done.nothingNew ? say('settle.nothingNew') : say('settle.taken', { n: done.invoices.length })}>
            <div className={ui.scroll} tabIndex={0}>
              <table className={ui.table}>
                <thead>
                  <tr>
                    <th scope="col">{say('settle.invoice')}</th>
                    <th scope="col" className={ui.end}>
                      {say('settle.lineCount')}
                    </th>
                    <th scope="col" className={ui.end}>
                      {say('settle.matched')}
                    </th>
                    <th scope="col" className={ui.end}>
                      {say('settle.off')}
                    </th>
                    <th scope="col" className={ui.end}>
                      {say('settle.ambiguous')}
                    </th>
                    <th scope="col" className={ui.end}>
                      {say('settle.unrequested')}
                    </th>
                    <th scope="col" className={ui.end}>
                      {say('settle.booked')}
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {done.invoices.map((each) => (
                    <tr key={each.number}>
                      <td>
                        <bdi>{each.number}</bdi> <span className={ui.chip}>{say(`settle.news.${each.news}`)}</span>
                      </td>
                      <td className={ui.end}>{number(each.lines)}</td>
                      <td className={ui.end}>{number(each.counts.matched)}</td>
                      <td className={ui.end}>{number(each.counts.different)}</td>
                      <td className={ui.end}>{number(each.counts.ambiguous)}</td>
                      <td className={ui.end}>{number(each.counts.unexpected)}</td>
                      <td className={ui.end}>{number(each.counts.booked)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            {done.refused > 0 && (
              <div className={ui.note}>
                <b>{say('settle.refusedLines', { n: done.refused, read: done.read })}</b>
                <ul>
                  {done.refusals.map((each) => (
                    <li key={`${each.place}${each.reason}`}>
                      {each.place && <code>{each.place}</code>} {each.reason}
                    </li>
                  ))}
                </ul>
              </div>
            )}
            <div>
              <Button onClick={onClose}>{say('action.close')}</Button>
            </div>
          </Done>
        )}
      </div>
    </Card>
  );
}
