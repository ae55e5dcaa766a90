// The five faces of a screen: pending, failed, empty, refused, done. What is shown under them is the screen's own.
import { Button } from '@fluentui/react-components';
import { CheckmarkCircle20Filled, DismissCircle20Filled } from '@fluentui/react-icons';
import { type ReactNode, useEffect } from 'react';
import { Problem } from '../api';
import { useI18n } from '../i18n';
import { useHeadline } from '../keys';
import { roleWords, useMe } from '../me';
import { announce } from './announce';
import { CopyButton } from './Bits';
import s from './ui.module.css';

/** Pending: bones in the shape of what comes; they show after a tenth of a second. */
export function Bones(p: { rows?: number }) {
  const { say } = useI18n();
  return (
    <div className={s.bones} role="status" aria-label={say('face.pending')}>
      {Array.from({ length: p.rows ?? 4 }, (_, i) => (
        <span key={i} className={s.bone} style={{ width: `${[86, 62, 74, 48][i % 4]}%` }} />
      ))}
    </div>
  );
}

/** Failed: what did not happen, what is kept, the number to tell support, and again. */
export function Failed(p: { title: string; kept?: string; error: unknown; again?: () => void; small?: boolean }) {
  const { say, number } = useI18n();
  const problem = p.error instanceof Problem ? p.error : null;
  useEffect(() => announce(p.title), [p.title]);
  return (
    <div className={p.small ? `${s.face} ${s.small}` : s.face}>
      <h2>{p.title}</h2>
      <p>
        {problem ? problem.title : say('face.noAnswer')} {p.kept}
        {problem?.retryAfter ? ` ${say('face.retryAfter', { seconds: number(problem.retryAfter) })}` : ''}
      </p>
      {problem?.requestId && (
        <p>
          {say('face.requestId')} <code>{problem.requestId}</code> <CopyButton text={problem.requestId} what={say('face.requestId')} />
        </p>
      )}
      {p.again && <Button onClick={p.again}>{say('action.again')}</Button>}
    </div>
  );
}

/** Empty: why, and the one next step. */
export function Empty(p: { title: string; children?: ReactNode; step?: ReactNode; small?: boolean }) {
  return (
    <div className={p.small ? `${s.face} ${s.small}` : s.face}>
      <h2>{p.title}</h2>
      {p.children && <p>{p.children}</p>}
      {p.step}
    </div>
  );
}

export interface Reason {
  code: string;
  message: string;
  rule?: string | undefined;
}

/** Refused: calm, the server's reasons in the server's order, and the ways out as buttons. */
export function Refused(p: { title?: string; reasons: Reason[]; ways?: ReactNode }) {
  const { say } = useI18n();
  return (
    <div className={s.refused}>
      <DismissCircle20Filled aria-hidden="true" />
      <div>
        <b>{p.title ?? say('face.refused')}</b>
        <ul>
          {p.reasons.map((reason) => (
            <li key={`${reason.code}${reason.message}`}>
              {reason.message} <span className={s.chip}>{reason.code}</span> {reason.rule && <span className={s.chip}>{reason.rule}</span>}
            </li>
          ))}
        </ul>
        {p.ways && <div className={s.ways}>{p.ways}</div>}
      </div>
    </div>
  );
}

/** Refused because of who asks: the role in the reader's words, who can, and the server's sentence, which names action and scope, for whoever asks. */
export function NoRight(p: { problem: Problem }) {
  const { say } = useI18n();
  const me = useMe();
  const roles = me.roles.map((role) => say(roleWords[role])).join(', ') || say('value.none');
  return (
    <div className={s.refused}>
      <DismissCircle20Filled aria-hidden="true" />
      <div>
        <h2>{say('face.noRight')}</h2>
        <p>{say('face.noRightText', { roles })}</p>
        <details>
          <summary>{say('face.serverSaid')}</summary>
          {p.problem.title} <span className={s.chip}>{p.problem.code}</span>
        </details>
      </div>
    </div>
  );
}

export function Allowed(p: { children: ReactNode }) {
  return (
    <div className={s.allowed}>
      <CheckmarkCircle20Filled aria-hidden="true" />
      <div>{p.children}</div>
    </div>
  );
}

/** Done: what changed, by how much, and what comes next. The headline takes the focus. */
export function Done(p: { title: string; children: ReactNode }) {
  const headline = useHeadline(p.title);
  return (
    <div className={s.stack}>
      <h2 ref={headline} tabIndex={-1} className={s.big}>
        {p.title}
      </h2>
      {p.children}
    </div>
  );
}

interface Asked<T> {
  data: T | undefined;
  error: unknown;
  isPending: boolean;
  isFetching: boolean;
  dataUpdatedAt: number;
  refetch: () => unknown;
}

/** Pending, failed and the rest in one place: old data stays, with its age, when a new reading fails. */
export function Faced<T>(p: {
  of: Asked<T>;
  failed: string;
  kept?: string;
  rows?: number;
  small?: boolean;
  children: (data: T) => ReactNode;
}) {
  const { say, time } = useI18n();
  const { data, error, isFetching } = p.of;
  if (data !== undefined) {
    return (
      <>
        {error ? (
          <p className={s.aged} role="status">
            {say('face.aged', { time: time(new Date(p.of.dataUpdatedAt).toISOString()) })}{' '}
            <button type="button" className={s.link} onClick={() => p.of.refetch()}>
              {say('action.again')}
            </button>
          </p>
        ) : null}
        {p.children(data)}
      </>
    );
  }
  if (error && !isFetching) {
    const problem = error instanceof Problem ? error : null;
    if (problem?.status === 403) return <NoRight problem={problem} />;
    return <Failed title={p.failed} kept={p.kept ?? ''} error={error} again={() => p.of.refetch()} small={p.small ?? false} />;
  }
  return <Bones rows={p.rows ?? 4} />;
}
