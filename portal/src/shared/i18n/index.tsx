// Words. `say('quote.fits', { n: 8 })` is checked by the compiler: the key exists, and the values are those the sentence asks for.
import { IntlMessageFormat } from 'intl-messageformat';
import { createContext, type ReactNode, useContext, useMemo } from 'react';
import { type Formatter, formatter, type Language } from '../format';
import type { Words } from './compiled/words.gen';

export type WordKey = keyof Words;
/** Keys of sentences without variables. */
export type PlainKey = { [K in WordKey]: Words[K] extends null ? K : never }[WordKey];
export type Catalogue = Record<string, unknown>;
export type Say = <K extends WordKey>(key: K, ...values: Words[K] extends null ? [] : [Words[K]]) => string;
export interface I18n extends Formatter {
  say: Say;
}

export async function loadCatalogue(language: Language): Promise<Catalogue> {
  const file = language === 'sv' ? await import('./compiled/sv.json') : await import('./compiled/en.json');
  return file.default as Catalogue;
}

export function makeI18n(language: Language, catalogue: Catalogue): I18n {
  const format = formatter(language);
  const made = new Map<string, IntlMessageFormat>();
  const say = (key: string, values?: Record<string, string | number>): string => {
    const message = catalogue[key];
    if (typeof message === 'string') return message;
    if (message === undefined) return key;
    let sentence = made.get(key);
    if (!sentence) {
      sentence = new IntlMessageFormat(message as never, format.tag);
      made.set(key, sentence);
    }
    // A name is data: it is put in as text, whatever signs it has.
    return String(sentence.format(values));
  };
  return { ...format, say: say as Say };
}

const Context = createContext<I18n | null>(null);

export function I18nProvider({ language, catalogue, children }: { language: Language; catalogue: Catalogue; children: ReactNode }) {
  const value = useMemo(() => makeI18n(language, catalogue), [language, catalogue]);
  return <Context.Provider value={value}>{children}</Context.Provider>;
}

export function useI18n(): I18n {
  const value = useContext(Context);
  if (!value) throw new Error('useI18n is called outside I18nProvider');
  return value;
}
