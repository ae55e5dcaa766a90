// The revisions of a reservation in a reader's words.
import type { Schemas } from '../../../shared/api';
import type { I18n, WordKey } from '../../../shared/i18n';
import { scopeWord } from '../words';

type Row = Schemas['History']['rows'][number];

const fields = {
  name: 'history.fieldName',
  quantity: 'history.fieldQuantity',
  state: 'history.fieldState',
  scope: 'column.scope',
  instanceFlexibility: 'fact.flexibility',
  renew: 'fact.renew',
  archived: 'archive.title',
  usage: 'history.fieldUsage',
} as const satisfies Record<string, WordKey>;
const states = {
  Succeeded: 'state.active',
  Cancelled: 'state.canceled',
  Expired: 'state.expired',
  Failed: 'state.failed',
  BillingFailed: 'state.failed',
  Pending: 'state.pending',
  Split: 'state.split',
  Merged: 'state.merged',
} as const satisfies Record<string, WordKey>;
const uses = {
  unknown: 'history.usageUnknown',
  unused: 'history.usageUnused',
  used: 'history.usageUsed',
} as const satisfies Record<string, WordKey>;
const of = <T extends object>(words: T, key: string): T[keyof T] | undefined => (key in words ? words[key as keyof T] : undefined);

export function fieldWord({ say }: I18n, field: string): string {
  const word = of(fields, field);
  return word ? say(word) : field;
}

/** What the server gives as a bare value: "true", "Cancelled", "Single Production". */
export function changeWord(i18n: I18n, field: string, value: string | undefined): string {
  const { say, number } = i18n;
  if (!value) return '';
  if (value === 'true' || value === 'false') return say(value === 'true' ? 'value.on' : 'value.off');
  if (field === 'state') return say(of(states, value) ?? 'state.processing');
  if (field === 'usage') return say(of(uses, value) ?? 'history.usageUnknown');
  if (field === 'quantity') return number(Number(value));
  const scope = field === 'scope' ? /^(Shared|Single|ResourceGroup|ManagementGroup)(?: (.*))?$/.exec(value) : null;
  if (scope) return scopeWord(i18n, { type: scope[1] as Schemas['Scope']['type'], ...(scope[2] ? { name: scope[2] } : {}) });
  return value;
}

/** A purchase passes through several states in one moment; what a person wants to read is that it was bought. Newest first, as it comes. */
export function folded(rows: Row[]): Row[] {
  const stages = (row: Row) => (row.changes ?? []).every((change) => change.field === 'state');
  const out: Row[] = [];
  for (const row of rows) {
    const last = out.at(-1);
    const same = last && last.action === row.action && last.at === row.at && last.by === row.by;
    if (same && row.action === 'purchase' && stages(row) && stages(last)) out[out.length - 1] = { ...last, changes: [] };
    else out.push(row);
  }
  return out;
}
