// What the wizard keeps while somebody is away: the text of the request of one reservation, and the contact for the next one.
import { useEffect, useState } from 'react';
import * as v from 'valibot';
import type { Me } from '../../shared/api';
import type { I18n } from '../../shared/i18n';
import { keepDraft, readDraft } from '../../shared/taste';

export const reasons = ['less', 'wrong', 'moved', 'other'] as const;
export const reasonWords = { less: 'reason.less', wrong: 'reason.wrong', moved: 'reason.moved', other: 'reason.other' } as const;
export const RequestForm = v.object({
  reason: v.fallback(v.picklist(reasons), 'less'),
  details: v.fallback(v.pipe(v.string(), v.maxLength(2000)), ''),
});
export const ContactForm = v.object({
  firstName: v.fallback(v.string(), ''),
  lastName: v.fallback(v.string(), ''),
  email: v.fallback(v.string(), ''),
  phone: v.fallback(v.string(), ''),
  method: v.fallback(v.picklist(['Email', 'Phone']), 'Email'),
  language: v.fallback(v.string(), 'en-US'),
  timeZone: v.fallback(v.string(), 'W. Europe Standard Time'),
  country: v.fallback(v.string(), 'SWE'),
});
export type Draft = v.InferOutput<typeof RequestForm> & v.InferOutput<typeof ContactForm>;

export interface DraftForm {
  values: Draft;
  set: (change: Partial<Draft>) => void;
  /** What is wrong with a field, once it was left or Next was pressed. */
  wrong: (name: keyof Draft) => string;
  touch: (name: keyof Draft) => void;
  /** Whether the contact may go on; if not, every field says what it lacks and the first of them has the focus. */
  check: () => boolean;
}

export function faultsOf(values: Draft, { say }: I18n): Partial<Record<keyof Draft, string>> {
  const faults: Partial<Record<keyof Draft, string>> = {};
  if (!values.firstName.trim()) faults.firstName = say('form.fill', { what: say('contact.first') });
  if (!values.lastName.trim()) faults.lastName = say('form.fill', { what: say('contact.last') });
  if (!/^\S+@\S+\.\S+$/.test(values.email.trim())) faults.email = say('form.email');
  if (values.method === 'Phone' && !values.phone.trim()) faults.phone = say('form.fill', { what: say('contact.phone') });
  if (!/^[A-Z]{3}$/.test(values.country)) faults.country = say('form.country');
  return faults;
}

export function useDraft(name: string, me: Me, i18n: I18n): DraftForm {
  const [values, setValues] = useState(() => startOf(name, me, i18n.language));
  const [touched, setTouched] = useState<ReadonlySet<keyof Draft>>(new Set());
  const [kept, setKept] = useState(true);
  useEffect(() => {
    if (kept) return;
    const { reason, details, ...contact } = values;
    keepDraft(name, { reason, details });
    keepDraft('contact', contact);
    setKept(true);
  }, [kept, values, name]);
  const faults = faultsOf(values, i18n);
  return {
    values,
    set: (change) => {
      setValues((before) => ({ ...before, ...change }));
      setKept(false);
    },
    wrong: (field) => (touched.has(field) ? (faults[field] ?? '') : ''),
    touch: (field) => setTouched((before) => new Set(before).add(field)),
    check: () => {
      const first = Object.keys(faults)[0];
      setTouched(new Set(Object.keys(faults) as (keyof Draft)[]));
      if (first) document.querySelector<HTMLElement>(`[name=${first}]`)?.focus();
      return !first;
    },
  };
}

function startOf(name: string, me: Me, language: string): Draft {
  const [firstName = '', ...rest] = me.user.display.split(/\s+/);
  const own = {
    firstName,
    lastName: rest.join(' '),
    email: me.user.name.includes('@') ? me.user.name : '',
    language: language === 'sv' ? 'sv-SE' : 'en-US',
  };
  const empty = { phone: '', method: 'Email' as const, timeZone: 'W. Europe Standard Time', country: 'SWE' };
  return {
    ...empty,
    ...own,
    ...(readDraft('contact', ContactForm) ?? {}),
    ...(readDraft(name, RequestForm) ?? { reason: 'less' as const, details: '' }),
  };
}

export const languages = ['en-US', 'sv-SE', 'de-DE', 'es-ES', 'fr-FR', 'it-IT', 'ja-JP', 'ko-KR', 'pt-BR', 'ru-RU', 'zh-Hans', 'zh-TW'];
export const timeZones = [
  'W. Europe Standard Time',
  'Central Europe Standard Time',
  'Romance Standard Time',
  'GMT Standard Time',
  'FLE Standard Time',
  'UTC',
  'Eastern Standard Time',
  'Pacific Standard Time',
  'Tokyo Standard Time',
];
export const countries = ['SWE', 'NOR', 'DNK', 'FIN', 'DEU', 'GBR', 'NLD', 'FRA', 'USA'];
