// What goes with a request. A file is saved, never shown within the page.
import { Button } from '@fluentui/react-components';
import { useRef } from 'react';
import { api, type Schemas, told, writeOnce } from '../../shared/api';
import { useI18n } from '../../shared/i18n';
import { whyNot } from '../../shared/me';
import { useOnce } from '../../shared/once';
import { Card, ui } from '../../shared/ui/Bits';
import { Told } from '../../shared/ui/Told';
import type { Asked } from './queries';

const kinds = '.pdf,.png,.jpg,.jpeg,.zip,.xlsx,.docx,.txt,.log,.csv,.json,.eml';

export function Files({ request, onAnswer }: { request: Asked; onAnswer: (answer: Schemas['RequestAnswer']) => void }) {
  const i18n = useI18n();
  const { say, number } = i18n;
  const field = useRef<HTMLInputElement>(null);
  const may = request.actions.attach;
  const chosen = useRef<File | undefined>(undefined);
  const add = useOnce(
    (input: { name: string; size: number; changed: number }, key) =>
      told(
        api.PUT('/api/requests/{number}/files/{name}', {
          params: { path: { number: request.number, name: input.name }, header: writeOnce(key) },
          headers: { 'Content-Type': 'application/octet-stream' },
          body: '',
          bodySerializer: () => chosen.current ?? '',
        }),
      ),
    onAnswer,
  );
  return (
    <Card title={say('asked.files')}>
      {request.files.length === 0 ? (
        <p className={ui.sub}>{say('asked.noFiles')}</p>
      ) : (
        <ul>
          {request.files.map((file) => (
            <li key={file.name}>
              <a href={`/api/requests/${request.number}/files/${encodeURIComponent(file.name)}`} download={file.name}>
                <bdi>{file.name}</bdi>
              </a>{' '}
              <span className={ui.sub}>
                {say('asked.fileSize', { size: number(Math.max(1, Math.round(file.size / 1024))) })} · <bdi>{file.by}</bdi>
              </span>
            </li>
          ))}
        </ul>
      )}
      {!may.state && (
        <div className={ui.form}>
          <input
            ref={field}
            type="file"
            hidden
            accept={kinds}
            aria-label={say('asked.addFile')}
            onChange={(event) => {
              const [file] = event.target.files ?? [];
              event.target.value = '';
              if (!file) return;
              chosen.current = file;
              add.mutate({ name: file.name, size: file.size, changed: file.lastModified });
            }}
          />
          <Told error={add.error} failed={say('asked.fileFailed')} />
          <div>
            <Button disabledFocusable={add.isPending || !may.allowed} onClick={() => may.allowed && field.current?.click()}>
              {say('asked.addFile')}
            </Button>
          </div>
          <p className={ui.sub}>{may.allowed ? say('asked.fileKinds') : whyNot(i18n, may)}</p>
        </div>
      )}
    </Card>
  );
}
