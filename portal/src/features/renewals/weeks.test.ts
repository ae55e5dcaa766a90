import { describe, expect, it } from 'vitest';
import { addDays, byWeek, mondayOf } from './weeks';

describe('weeks', () => {
  it('begin on Monday, over the ends of months and years', () => {
    expect(mondayOf('2027-01-03')).toBe('2026-12-28');
    expect(mondayOf('2026-12-28')).toBe('2026-12-28');
    expect(addDays('2028-02-28', 2)).toBe('2028-03-01');
  });
  it('hold what ends in them, Sunday night too', () => {
    const rows = ['2026-12-28T00:00:00Z', '2027-01-03T23:59:59Z', '2027-01-04T00:00:00Z'].map((expiry) => ({ expiry }));
    expect(byWeek(rows).map((week) => week.rows.length)).toEqual([2, 1]);
  });
});
