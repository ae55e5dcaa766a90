// Money on its way through the browser: the wire's decimal text becomes an integer of minor units with its currency, and text again in one
// place (format.ts). No arithmetic beyond comparing and the share of a whole that a bar needs: sums and refunds are the server's.

declare const brand: unique symbol;
export type Minor = bigint & { readonly [brand]: 'minor' };
export interface Money {
  readonly minor: Minor;
  readonly currency: string;
}
export interface WireMoney {
  amount: string;
  currency: string;
}

// ISO 4217: everything not named here has two decimals.
const decimals: Record<string, number> = { JPY: 0, KRW: 0, CLP: 0, ISK: 0, VND: 0, KWD: 3, BHD: 3, OMR: 3, JOD: 3, TND: 3 };
export const decimalsOf = (currency: string): number => decimals[currency] ?? 2;

const form = /^([-\u2212]?)(\d+)(?:\.(\d+))?$/;

/** "22730.07" and "USD" to 2273007. Throws on text that is no amount, or that is finer than the currency. */
export function money(amount: string, currency: string): Money {
  const match = form.exec(amount);
  const places = decimalsOf(currency);
  const fraction = match?.[3] ?? '';
  if (!match || fraction.length > places) throw new RangeError(`'${amount}' is no amount in ${currency}`);
  const minor = BigInt(`${match[2]}${fraction.padEnd(places, '0')}`);
  return { minor: (match[1] ? -minor : minor) as Minor, currency };
}

export const fromWire = (wire: WireMoney): Money => money(wire.amount, wire.currency);

/** Back to the wire's text, for a consent that repeats an amount. */
export function toWire({ minor, currency }: Money): WireMoney {
  const places = decimalsOf(currency);
  const digits = (minor < 0n ? -minor : minor).toString().padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  return { amount: `${minor < 0n ? '-' : ''}${whole}${places ? `.${digits.slice(digits.length - places)}` : ''}`, currency };
}

export const isZero = (m: Money): boolean => m.minor === 0n;
export const isNegative = (m: Money): boolean => m.minor < 0n;

/** How much of the whole a part is, in thousandths from 0 to 1000: for the width of a bar, never for a figure. */
export function share(part: Money, whole: Money): number {
  if (whole.minor <= 0n || part.minor <= 0n) return 0;
  const thousandths = (part.minor * 1000n) / whole.minor;
  return thousandths > 1000n ? 1000 : Number(thousandths);
}
