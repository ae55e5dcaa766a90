import { describe, expect, it } from 'vitest';
import { type BuyLine, readBuys, readReturns, withBought, withProposal, writeBuys, writeReturns } from './lines';

const web = 'a1f0c2de-0000-4000-8000-000000000001';
const d4: BuyLine = {
  units: 2,
  sku: 'Standard_D4s_v5',
  region: 'westeurope',
  term: 'P1Y',
  plan: 'Monthly',
  scope: '/subscriptions/a1f0c2de-0000-4000-8000-000000000009/resourceGroups/rg-web.(1)',
  product: 'VirtualMachines',
};

describe('the lines of an exchange', () => {
  it('come out of the address as they went in', () => {
    expect(readBuys(writeBuys([d4, { ...d4, scope: '', product: '' }]))).toEqual([d4, { ...d4, scope: '', product: '' }]);
    expect(readReturns(writeReturns([{ reservation: web, units: 3 }]))).toEqual([{ reservation: web, units: 3 }]);
    expect(writeReturns([{ reservation: web }])).toBe(web);
  });

  it('leave out what nobody could have meant', () => {
    expect(readReturns(`nonsense,${web}~0,${web}~4,,`)).toEqual([{ reservation: web, units: undefined }]);
    expect(readBuys('2~~westeurope~P1Y~Upfront,x~Standard_A1~~P2Y,-1~Standard_A1~~P3Y~Sometimes')).toEqual([
      { units: 1, sku: 'Standard_A1', region: '', term: 'P3Y', plan: 'Upfront', scope: '', product: '' },
    ]);
    expect(readBuys(undefined)).toEqual([]);
  });

  it('grow by a line, or by units of one that is there', () => {
    expect(withBought([d4], { ...d4, units: 1 })).toEqual([{ ...d4, units: 3 }]);
    expect(withBought([d4], { ...d4, plan: 'Upfront' })).toHaveLength(2);
  });

  it('take a proposal as it was made', () => {
    const made = { ...d4, quantity: 7, units: 5, scope: { type: 'Shared' as const }, cost: usd, surplus: usd };
    expect(withProposal([d4], { ...made, line: 0 })).toEqual([{ ...d4, units: 7 }]);
    expect(withProposal([], made)).toEqual([{ ...d4, units: 7, scope: 'Shared' }]);
  });
});
const usd = { amount: '0.00', currency: 'USD' };
