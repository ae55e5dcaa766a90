// What the wizard keeps while somebody is away: the text of the request of one reservation, and the contact for the next one.
import * as v from 'valibot';

export const reasons = ['less', 'wrong', 'moved', 'other'] as const;
export const RequestForm = v.object({
  reason: v.fallback(v.picklist(reasons), 'less'),
  details: v.fallback(v.pipe(v.string(), v.maxLength(20000)), ''),
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

export const languages = ['en-US', 'sv-SE', 'de-DE', 'es-ES', 'fr-FR', 'it-IT', 'ja-JP', 'ko-KR', 'pt-BR', 'ru-RU', 'zh-Hans', 'zh-TW'];
export const timeZones = ['W. Europe Standard Time', 'Central Europe Standard Time', 'Romance Standard Time', 'GMT Standard Time', 'FLE Standard Time', 'UTC', 'Eastern Standard Time', 'Pacific Standard Time', 'Tokyo Standard Time'];
export const countries = ['SWE', 'NOR', 'DNK', 'FIN', 'DEU', 'GBR', 'NLD', 'FRA', 'USA'];
