import { describe, expect, it } from 'vitest';
import type { OrderNode } from './queries';
import { branchesOf } from './tree';

const node = (id: string, from: string[] = []): OrderNode => ({
  id,
  from,
  name: id,
  sku: 'Standard_D2s_v5',
  region: 'westeurope',
  quantity: 1,
  originalQuantity: 1,
  state: 'Succeeded',
  provisioningState: 'Succeeded',
  scope: { type: 'Shared' },
  expiry: '2027-01-01T00:00:00Z',
  madeBy: 'purchase',
  unitsReturned: 0,
  unitsExchanged: 0,
});
const shape = (nodes: OrderNode[]) => branchesOf(nodes).map((branch) => `${branch.level}${branch.node.id}`);

describe('the tree of an order', () => {
  it('puts parts below what they came from, in whatever order they are told', () => {
    expect(shape([node('c', ['a']), node('a'), node('d', ['b']), node('b', ['a'])])).toEqual(['1a', '2c', '2b', '3d']);
  });
  it('has a merged one once, and says what else it is of', () => {
    const branches = branchesOf([node('a'), node('b', ['a']), node('c', ['a']), node('m', ['b', 'c'])]);
    expect(branches.map((branch) => branch.node.id)).toEqual(['a', 'b', 'm', 'c']);
    expect(branches[2]?.others).toEqual(['c']);
  });
  it('loses nobody: not one whose origin is hidden, nor a circle', () => {
    expect(shape([node('x', ['hidden']), node('y', ['z']), node('z', ['y'])]).sort()).toEqual(['1x', '1y', '2z']);
  });
});
