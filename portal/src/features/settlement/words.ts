import type { PlainKey } from '../../shared/i18n';
import type { CaseState } from './search';

export const stateWords = {
  matched: 'settle.matched',
  off: 'settle.off',
  other_month: 'settle.otherMonth',
  other_currency: 'settle.otherCurrency',
  ambiguous: 'settle.ambiguous',
  missing: 'settle.missing',
  waiting: 'settle.waiting',
  unrequested: 'settle.unrequested',
} as const satisfies Record<CaseState, PlainKey>;

export const accountWords = {
  customer_receivable: 'settle.account.customerReceivable',
  provider_payable: 'settle.account.providerPayable',
  margin: 'settle.account.margin',
  provider_credit_receivable: 'settle.account.providerCredit',
  customer_credit_payable: 'settle.account.customerCredit',
  handling_income: 'settle.account.handling',
  bank: 'settle.account.bank',
} as const satisfies Record<string, PlainKey>;

export const noteStateWords = {
  open: 'note.open',
  settled: 'note.settled',
  reversed: 'note.reversed',
  reversal: 'note.reversal',
} as const satisfies Record<string, PlainKey>;
