// A worked case in words, and what comes of it.
import type { I18n } from '../../shared/i18n';
import { fromWire } from '../../shared/money';
import type { Case, Decision } from './queries';

export const caseWords = ({ say, money }: I18n, each: Case): string =>
  say('policies.caseWords', {
    day: each.day,
    use: say(each.used ? 'policies.used' : 'policies.unused'),
    plan: say(each.plan === 'Monthly' ? 'policies.monthly' : 'policies.upfront'),
    price: money(fromWire(each.price)),
  });

export const outcome = ({ money }: I18n, decision: Decision): string =>
  decision.ok ? money(fromWire(decision.refund)) : decision.reasons.map((reason) => reason.text).join(' ');
