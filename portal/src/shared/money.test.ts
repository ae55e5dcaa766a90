import { describe, expect, it } from 'vitest';
import { formatter } from './format';
import { money, share, toWire } from './money';

describe('money', () => {
  it.each([
    ['0', 'USD', 0n],
    ['22730.07', 'USD', 2273007n],
    ['-26265.41', 'USD', -2626541n],
    ['22730.1', 'USD', 2273010n],
    ['9007199254740993.01', 'USD', 900719925474099301n],
    ['1500', 'JPY', 1500n],
    ['1.234', 'KWD', 1234n],
  ])('%s %s is %s', (amount, currency, minor) => {
    expect(money(amount, currency).minor).toBe(minor);
  });

  it.each([
    ['', 'USD'],
    ['1,00', 'USD'],
    ['1.005', 'USD'],
    ['1.5', 'JPY'],
    ['1e3', 'USD'],
    [' 1', 'USD'],
    ['NaN', 'USD'],
    ['.5', 'USD'],
  ])('refuses %j in %s', (amount, currency) => {
    expect(() => money(amount, currency)).toThrow(RangeError);
  });

  it.each([
    ['0.00', 'USD'],
    ['0.07', 'USD'],
    ['-0.70', 'USD'],
    ['22730.07', 'USD'],
    ['1500', 'JPY'],
    ['0.001', 'KWD'],
  ])('%s %s goes out as it came', (amount, currency) => {
    expect(toWire(money(amount, currency))).toEqual({ amount, currency });
  });

  it('gives a share for bars, held between nothing and all', () => {
    expect(share(money('1', 'USD'), money('3', 'USD'))).toBe(333);
    expect(share(money('9', 'USD'), money('3', 'USD'))).toBe(1000);
    expect(share(money('-1', 'USD'), money('3', 'USD'))).toBe(0);
    expect(share(money('1', 'USD'), money('0', 'USD'))).toBe(0);
  });
});

describe('what a reader sees', () => {
  const en = formatter('en');
  const sv = formatter('sv');
  it('writes money in both languages', () => {
    expect(en.money(money('22730.07', 'USD'))).toBe('22,730.07\u00a0USD');
    expect(sv.money(money('22730.07', 'USD'))).toBe('22\u00a0730,07\u00a0USD');
    expect(sv.money(money('-26265.41', 'USD'))).toBe('\u221226\u00a0265,41\u00a0USD');
    expect(en.money(money('-0.05', 'USD'))).toBe('\u22120.05\u00a0USD');
    expect(en.money(money('1500', 'JPY'))).toBe('1,500\u00a0JPY');
    expect(en.money(money('9007199254740993.01', 'EUR'))).toBe('9,007,199,254,740,993.01\u00a0EUR');
  });
  it('writes percent, days and moments', () => {
    expect(en.percent(61.4)).toBe('61.4%');
    expect(sv.percent(61.4)).toBe('61,4\u00a0%');
    expect(en.day('2027-02-01')).toBe('1 Feb 2027');
    expect(sv.day('2027-02-01')).toBe('2027-02-01');
    expect(en.moment('2026-11-22T14:05:00Z')).toBe('22 Nov 2026, 14:05');
    expect(sv.moment('2026-11-22T14:05:00Z')).toBe('2026-11-22 14:05');
    expect(en.number(10000)).toBe('10,000');
    expect(sv.number(10000)).toBe('10\u00a0000');
  });
});
