// The reservations of an order as a tree: what was bought at the root, what a split or a merge made below what it came from.
import type { OrderNode } from './queries';

export interface Branch {
  node: OrderNode;
  level: number;
  /** What else it was merged of, beside the one it stands below. */
  others: string[];
  last: boolean;
}

/** Depth first, each reservation once; one whose origin is not shown, or goes round in a circle, stands at the root. */
export function branchesOf(nodes: readonly OrderNode[]): Branch[] {
  const known = new Map(nodes.map((node) => [node.id, node]));
  const parent = (node: OrderNode) => node.from.find((id) => known.has(id));
  const out: Branch[] = [];
  const seen = new Set<string>();
  const grow = (level: number, siblings: OrderNode[]) => {
    siblings.forEach((node, i) => {
      if (seen.has(node.id)) return;
      seen.add(node.id);
      const above = parent(node);
      out.push({ node, level, others: node.from.filter((id) => id !== above), last: i === siblings.length - 1 });
      grow(
        level + 1,
        nodes.filter((each) => parent(each) === node.id),
      );
    });
  };
  grow(
    1,
    nodes.filter((node) => parent(node) === undefined),
  );
  for (const node of nodes) if (!seen.has(node.id)) grow(1, [node]);
  return out;
}
