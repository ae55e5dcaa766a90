// The word before the money: every amount that is about to be approved, one by one.
import { Button } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api, Problem, told, writeOnce } from '../../shared/api';
import { useI18n } from '../../shared/i18n';
import { whyNot } from '../../shared/me';
import { fromWire } from '../../shared/money';
import { ui } from '../../shared/ui/Bits';
import type { AskedRow } from './queries';
import { stateWords, whatOf } from './words';

type Came = Record<string, { ok: boolean; text: string }>;

export default function ApproveMany({ rows, onEnd }: { rows: AskedRow[]; onEnd: () => void }) {
  const i18n = useI18n();
  const { say } = i18n;
  const queries = useQueryClient();
  const [came, setCame] = useState<Came>({});
  const [busy, setBusy] = useState(false);
  const keys = useRef(new Map(rows.map((row) => [row.number, crypto.randomUUID()])));
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  const may = rows.filter((row) => row.approve.allowed);
  const left = may.filter((row) => !came[row.number]?.ok);

  const approve = async () => {
    setBusy(true);
    for (const row of left) {
      let one: Came[string];
      try {
        const answer = await told(
          api.POST('/api/requests/{number}/approve', {
            params: {
              path: { number: row.number },
              header: { ...writeOnce(keys.current.get(row.number) ?? ''), 'If-Match': row.etag },
            },
            body: {},
          }),
        );
        const state = answer.request ? say(stateWords[answer.request.state]) : '';
        one = answer.ok ? { ok: true, text: state } : { ok: false, text: answer.reasons.map((reason) => reason.text).join(' ') };
      } catch (error) {
        one = { ok: false, text: error instanceof Problem ? error.title : say('face.noAnswer') };
      }
      setCame((before) => ({ ...before, [row.number]: one }));
    }
    setBusy(false);
    void queries.invalidateQueries({ queryKey: ['inbox'] });
    void queries.invalidateQueries({ queryKey: ['asked'] });
  };
  return (
    <section className={ui.card} aria-label={say('asked.approve')}>
      <table className={ui.table}>
        <tbody>
          {rows.map((row) => (
            <tr key={row.number}>
              <td>{row.number}</td>
              <td>
                <bdi>{row.customer.name}</bdi>
              </td>
              <td>{whatOf(row, i18n)}</td>
              <td style={{ textAlign: 'right' }}>{row.amount ? i18n.money(fromWire(row.amount)) : '–'}</td>
              <td role="status">{came[row.number]?.text ?? (row.approve.allowed ? '' : whyNot(i18n, row.approve))}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className={ui.row}>
        <Button ref={button} appearance="primary" disabledFocusable={busy || left.length === 0} onClick={() => !busy && void approve()}>
          {say('inbox.approveThese', { n: left.length })}
        </Button>
        <Button onClick={onEnd}>{say('action.close')}</Button>
      </div>
    </section>
  );
}
