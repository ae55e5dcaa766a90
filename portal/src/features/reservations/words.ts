// The server's words of a reservation in the reader's language.
import type { Schemas } from '../../shared/api';
import type { I18n } from '../../shared/i18n';

export function scopeWord({ say }: I18n, scope: Schemas['Scope'], short = false): string {
  if (scope.type === 'Shared') return say('scope.shared');
  if (short && scope.type === 'Single') return say('scope.singleShort');
  const kind = { Single: 'scope.single', ResourceGroup: 'scope.group', ManagementGroup: 'scope.management' } as const;
  const word = say(kind[scope.type]);
  return short || !scope.name ? word : `${word}: ${scope.name}`;
}

export function termWord({ say }: I18n, term: string): string {
  const years = /^P(\d)Y$/.exec(term)?.[1];
  return years ? say('term.years', { n: Number(years) }) : term;
}
export const planWord = ({ say }: I18n, plan: Schemas['BillingPlan']): string => say(plan === 'Upfront' ? 'plan.upfront' : 'plan.monthly');
export const placeOf = (reservation: { sku: string; region: string }) => [reservation.sku, reservation.region].filter(Boolean).join(' · ');
export const bothIds = (reservation: { id: string; order: string }, { say }: I18n) =>
  `${say('id.order')}: ${reservation.order}\n${say('id.reservation')}: ${reservation.id}`;
