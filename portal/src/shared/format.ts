// Numbers, money and days as a reader of each language expects them. Days are the desk's UTC days.
import { decimalsOf, type Money } from './money';

export type Language = 'en' | 'sv';
const tags: Record<Language, string> = { en: 'en-GB', sv: 'sv-SE' };
const minus = '\u2212';
const space = '\u00a0';

export function formatter(language: Language) {
  const tag = tags[language];
  const whole = new Intl.NumberFormat(tag, { maximumFractionDigits: 0 });
  const tenths = new Intl.NumberFormat(tag, { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const utc = { timeZone: 'UTC' } as const;
  const long: Intl.DateTimeFormatOptions =
    language === 'sv' ? { year: 'numeric', month: '2-digit', day: '2-digit' } : { day: 'numeric', month: 'short', year: 'numeric' };
  const days = new Intl.DateTimeFormat(tag, { ...long, ...utc });
  const short = new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'short', ...utc });
  const months = new Intl.DateTimeFormat(tag, { month: 'short', year: 'numeric', ...utc });
  const clock = new Intl.DateTimeFormat(tag, { hour: '2-digit', minute: '2-digit', hour12: false, ...utc });
  const point = language === 'sv' ? ',' : '.';
  const signed = (negative: boolean, text: string) => `${negative ? minus : ''}${text}`;
  const at = (iso: string) => new Date(iso.length === 10 ? `${iso}T00:00:00Z` : iso);

  return {
    language,
    tag,
    number: (n: number) => signed(n < 0, whole.format(Math.abs(n)).replace(/\s/g, space)),
    percent: (n: number) => tenths.format(n / 100).replace(/\s/g, space),
    money: ({ minor, currency }: Money) => {
      const places = decimalsOf(currency);
      const size = minor < 0n ? -minor : minor;
      const unit = 10n ** BigInt(places);
      const cents = places ? `${point}${(size % unit).toString().padStart(places, '0')}` : '';
      return signed(minor < 0n, `${whole.format(size / unit).replace(/\s/g, space)}${cents}${space}${currency}`);
    },
    day: (iso: string) => days.format(at(iso)),
    dayShort: (iso: string) => short.format(at(iso)),
    month: (iso: string) => months.format(at(iso)),
    time: (iso: string) => clock.format(at(iso)),
    moment: (iso: string) => `${days.format(at(iso))}${language === 'sv' ? ' ' : ', '}${clock.format(at(iso))}`,
  };
}
export type Formatter = ReturnType<typeof formatter>;
