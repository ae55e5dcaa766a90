// The two sides of an exchange as the address carries them, which is how the desk reads them too: fields joined by '~', lines by ','. No id,
// size, region or scope has either.
import type { Schemas } from '../../shared/api';

export type Plan = Schemas['BillingPlan'];
export interface ReturnLine {
  reservation: string;
  /** Absent: all of them. */
  units?: number | undefined;
}
export interface BuyLine {
  units: number;
  sku: string;
  region: string;
  term: string;
  plan: Plan;
  /** 'Shared' or the path of what it names; empty: that of the first returned reservation. */
  scope: string;
  product: string;
}

export const linesMost = 20;
const most = 1_000_000;
const lines = (text: string | undefined) => (text ?? '').split(',').filter(Boolean).slice(0, linesMost);
const whole = (text: string | undefined) => {
  const n = Number(text);
  return Number.isInteger(n) && n >= 1 && n <= most ? n : undefined;
};

export function readReturns(text: string | undefined): ReturnLine[] {
  const seen = new Set<string>();
  return lines(text).flatMap((line) => {
    const [reservation = '', units] = line.split('~');
    if (!/^[0-9a-f-]{36}$/i.test(reservation) || seen.has(reservation.toLowerCase())) return [];
    seen.add(reservation.toLowerCase());
    return [{ reservation, units: whole(units) }];
  });
}
export const writeReturns = (all: readonly ReturnLine[]): string =>
  all.map((line) => (line.units ? `${line.reservation}~${line.units}` : line.reservation)).join(',');

export function readBuys(text: string | undefined): BuyLine[] {
  return lines(text).flatMap((line) => {
    const [units, sku = '', region = '', term = '', plan, scope = '', product = ''] = line.split('~');
    if (!sku || !/^P[135]Y$/.test(term)) return [];
    return [{ units: whole(units) ?? 1, sku, region, term, plan: plan === 'Monthly' ? 'Monthly' : 'Upfront', scope, product }];
  });
}
export const writeBuys = (all: readonly BuyLine[]): string =>
  all.map((l) => [l.units, l.sku, l.region, l.term, l.plan, l.scope, l.product].join('~').replace(/~+$/, '')).join(',');

export const scopeText = (scope: Schemas['Scope']): string => (scope.type === 'Shared' ? 'Shared' : (scope.id ?? ''));

/** A line more; one of the same thing gets the units instead. */
export function withBought(all: readonly BuyLine[], line: BuyLine): BuyLine[] {
  const same = (other: BuyLine) =>
    other.sku === line.sku &&
    other.region === line.region &&
    other.term === line.term &&
    other.plan === line.plan &&
    other.scope === line.scope;
  const at = all.findIndex(same);
  if (at < 0) return [...all, line];
  return all.map((other, i) => (i === at ? { ...other, units: Math.min(most, other.units + line.units) } : other));
}

/** What the proposal of a quote makes of the bought side. */
export function withProposal(all: readonly BuyLine[], proposal: NonNullable<Schemas['ExchangeQuote']['proposal']>): BuyLine[] {
  const at = proposal.line;
  if (at !== undefined && all[at]) return all.map((line, i) => (i === at ? { ...line, units: proposal.quantity } : line));
  const { sku, region, term, plan, product } = proposal;
  return [...all, { units: proposal.quantity, sku, region, term, plan, scope: scopeText(proposal.scope), product }];
}
