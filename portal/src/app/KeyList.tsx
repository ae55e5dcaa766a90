import { Button } from '@fluentui/react-components';
import { useEffect, useRef } from 'react';
import { KeyTable } from '../features/help/KeyTable';
import { useI18n } from '../shared/i18n';
import s from './shell.module.css';

export default function KeyList({ onClose }: { onClose: () => void }) {
  const { say } = useI18n();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} className={s.dialog} aria-label={say('help.keys')} onClose={onClose}>
      <div className={s.keys}>
        <h2>{say('help.keys')}</h2>
        <KeyTable />
        <Button onClick={() => dialog.current?.close()}>{say('action.close')}</Button>
      </div>
    </dialog>
  );
}
