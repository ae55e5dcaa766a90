// Why a note is taken back; the reason stands on the paper.
import { Button, Field, Textarea } from '@fluentui/react-components';
import { useState } from 'react';
import { useI18n } from '../../shared/i18n';
import { ui } from '../../shared/ui/Bits';
import { Told } from '../../shared/ui/Told';

export default function ReverseForm(p: { busy: boolean; error: unknown; onReverse: (reason: string) => void }) {
  const { say } = useI18n();
  const [reason, setReason] = useState('');
  return (
    <form
      className={ui.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (reason.trim() && !p.busy) p.onReverse(reason.trim());
      }}
    >
      <Field label={say('note.why')} required hint={say('note.whyHint')}>
        <Textarea value={reason} maxLength={500} onChange={(_, data) => setReason(data.value)} />
      </Field>
      <Told error={p.error} failed={say('write.failed')} kept={say('write.oldStays')} />
      <div>
        <Button type="submit" appearance="primary" disabled={!reason.trim() || p.busy}>
          {say('note.reverseNow')}
        </Button>
      </div>
    </form>
  );
}
