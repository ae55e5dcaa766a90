// What came of a write, beside the button that asked for it.
import { useQueryClient } from '@tanstack/react-query';
import { Problem } from '../api';
import { useI18n } from '../i18n';
import { Allowed, Failed, Refused } from './Faces';
import s from './ui.module.css';

export function Told(p: { error: unknown; done?: string | undefined; failed: string; kept?: string }) {
  const { say } = useI18n();
  const queries = useQueryClient();
  if (p.error instanceof Problem && p.error.status < 500 && p.error.status !== 429) {
    const title = p.error.status === 412 ? say('write.changed') : p.error.status === 403 ? say('face.noRight') : say('face.refused');
    return (
      <div role="alert">
        <Refused
          title={title}
          reasons={[{ code: p.error.code, message: p.error.title }]}
          ways={
            p.error.status === 412 && (
              <button type="button" className={s.link} onClick={() => queries.invalidateQueries()}>
                {say('action.reload')}
              </button>
            )
          }
        />
      </div>
    );
  }
  if (p.error) return <Failed small title={p.failed} kept={p.kept ?? say('write.nothing')} error={p.error} />;
  return p.done ? (
    <div role="status">
      <Allowed>{p.done}</Allowed>
    </div>
  ) : null;
}
