import type { Schemas } from '../../shared/api';
import type { I18n, PlainKey } from '../../shared/i18n';

type State = Schemas['RequestState'];
type View = Schemas['RequestView'];
type Stage = Schemas['RequestStage']['stage'];

/** R-1017, in any letter case. */
export const isNumber = (name: string) => /^r-\d+$/i.test(name);

export const stateWords = {
  draft: 'asked.draft',
  submitted: 'asked.submitted',
  partner_approval: 'asked.partnerApproval',
  with_operator: 'asked.withOperator',
  approved: 'asked.approved',
  executing: 'asked.executing',
  outcome_unknown: 'asked.unknown',
  completed: 'asked.completed',
  withdrawn: 'asked.withdrawn',
  rejected: 'asked.rejected',
  expired: 'asked.expired',
  failed: 'asked.failed',
} as const satisfies Record<State, PlainKey>;

/** The shape beside the word, so that colour is never the only sign. */
export const stateShapes = {
  draft: 'pending',
  submitted: 'pending',
  partner_approval: 'expiring',
  with_operator: 'pending',
  approved: 'pending',
  executing: 'processing',
  outcome_unknown: 'expiring',
  completed: 'succeeded',
  withdrawn: 'cancelled',
  rejected: 'failed',
  expired: 'cancelled',
  failed: 'failed',
} as const satisfies Record<State, string>;

export const viewWords = {
  open: 'inbox.open',
  mine: 'inbox.mine',
  fresh: 'inbox.fresh',
  approve: 'inbox.approve',
  sent: 'inbox.sent',
  unknown: 'inbox.unknown',
  done: 'inbox.done',
  refused: 'inbox.refused',
  all: 'inbox.all',
} as const satisfies Record<View, PlainKey>;
export const views = Object.keys(viewWords) as View[];

export const stageWords = {
  asked: 'asked.stageAsked',
  draft: 'asked.stageDraft',
  held: 'asked.stageHeld',
  approval: 'asked.stageApproval',
  sent: 'asked.stageSent',
  answered: 'asked.stageAnswered',
  done: 'asked.stageDone',
  credited: 'asked.stageCredited',
  stopped: 'asked.stageStopped',
} as const satisfies Record<Stage, PlainKey>;

/** "Refund of 8 units of Standard_D8s_v5". */
export function whatOf(row: Pick<Schemas['Request'], 'kind' | 'returns' | 'purchases'>, { say, number }: I18n): string {
  const lines = row.returns.map((line) =>
    line.quantity ? `${number(line.quantity)} × ${line.sku}` : say('asked.allOf', { sku: line.sku }),
  );
  const wishes = row.purchases.map((line) => `${number(line.quantity)} × ${line.sku}`);
  return say(row.kind === 'refund' ? 'asked.refundOf' : wishes.length ? 'asked.exchangeFor' : 'asked.exchangeOf', {
    lines: lines.join(', '),
    wishes: wishes.join(', '),
  });
}
