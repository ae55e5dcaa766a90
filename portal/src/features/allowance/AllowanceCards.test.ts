import { describe, expect, it } from 'vitest';
import { money } from '../../shared/money';
import { allowance } from '../../test/examples';
import { fitsFrom, stepsOf } from './AllowanceCards';

describe('the allowance over time', () => {
  const steps = stepsOf(allowance);
  it('rises by what comes back, never above the limit', () => {
    expect(steps.map((step) => step.free.minor)).toEqual([3870000n, 4400000n, 4750000n, 5000000n]);
    const over = stepsOf({ ...allowance, refund: { ...allowance.refund, free: { amount: '49000.00', currency: 'USD' } } });
    expect(over.at(-1)?.free.minor).toBe(5000000n);
  });
  it('finds the first day that an amount fits', () => {
    expect(fitsFrom(steps, money('38700.00', 'USD'))).toBe(allowance.asOf);
    expect(fitsFrom(steps, money('38700.01', 'USD'))).toBe('2026-08-02T00:00:00Z');
    expect(fitsFrom(steps, money('50000.01', 'USD'))).toBeNull();
  });
});
