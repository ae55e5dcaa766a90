import { fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { DataGrid, rowHeight, standing } from './DataGrid';

interface Item {
  id: string;
  name: string;
}
const item = (i: number): Item => ({ id: `id${i}`, name: `row ${i}` });

function Grid({
  total,
  onOpen = () => {},
  onPicked = () => {},
}: {
  total: number;
  onOpen?: (row: Item) => void;
  onPicked?: (ids: ReadonlySet<string>) => void;
}) {
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  return (
    <DataGrid
      label="Rows"
      columns={[{ key: 'name', head: 'Name', width: '1fr', sort: true, cell: (row: Item) => row.name }]}
      least={200}
      total={total}
      get={(i) => (i >= 0 && i < total ? item(i) : undefined)}
      idOf={(row) => row.id}
      selected={picked}
      onSelect={(ids) => {
        setPicked(ids);
        onPicked(ids);
      }}
      selectLabel="Select"
      onOpen={onOpen}
      onRange={() => {}}
      of="a"
    />
  );
}
const press = (key: string, more: object = {}) => fireEvent.keyDown(screen.getByRole('grid'), { key, ...more });
const at = () => screen.getByRole('grid').getAttribute('aria-activedescendant');

describe('the grid', () => {
  it('holds a window of a million rows and says how many there are', () => {
    render(<Grid total={1_000_000} />);
    expect(screen.getByRole('grid').getAttribute('aria-rowcount')).toBe('1000001');
    expect(screen.getAllByRole('row').length).toBeLessThan(60);
  });

  it('moves to the last of a million rows and back, and the row it names is there', () => {
    render(<Grid total={1_000_000} />);
    press('End');
    expect(at()).toBe('row-999999');
    expect(document.getElementById('row-999999')?.textContent).toContain('row 999999');
    press('PageUp');
    expect(document.getElementById(at() ?? '')).not.toBeNull();
    press('Home');
    expect(at()).toBe('row-0');
    expect(document.getElementById('row-0')).not.toBeNull();
  });

  it('selects by space, extends by shift, and lets go by escape', () => {
    const onPicked = vi.fn();
    render(<Grid total={50} onPicked={onPicked} />);
    press(' ');
    press('ArrowDown', { shiftKey: true });
    press('ArrowDown', { shiftKey: true });
    expect([...(onPicked.mock.lastCall?.[0] ?? [])]).toEqual(['id0', 'id1', 'id2']);
    expect(document.getElementById('row-2')?.getAttribute('aria-selected')).toBe('true');
    press('Escape');
    expect(onPicked.mock.lastCall?.[0].size).toBe(0);
  });

  it('opens by Enter, and never moves past the ends', () => {
    const onOpen = vi.fn();
    render(<Grid total={2} onOpen={onOpen} />);
    press('ArrowUp');
    expect(at()).toBe('row-0');
    press('ArrowDown');
    press('ArrowDown');
    press('Enter');
    expect(onOpen.mock.lastCall?.[0].id).toBe('id1');
  });
});

describe('where a scroller stands', () => {
  const full = 1_000_000 * rowHeight;
  const shown = 15_000_000;
  const view = 600;
  it('is where the browser says while it has room for all', () => {
    expect(standing({ scroll: 0, top: 0 }, 1234, view, 5000, 5000)).toBe(1234);
  });
  it('moves one to one in small steps and scales a jump', () => {
    expect(standing({ scroll: 7_000_000, top: 20_000_000 }, 7_000_120, view, full, shown)).toBe(20_000_120);
    const half = standing({ scroll: 0, top: 0 }, (shown - view) / 2, view, full, shown);
    expect(half).toBe(Math.round((full - view) / 2));
  });
  it('is exact at both ends', () => {
    expect(standing({ scroll: 40, top: 900 }, 0, view, full, shown)).toBe(0);
    expect(standing({ scroll: shown - view - 10, top: 1 }, shown - view, view, full, shown)).toBe(full - view);
  });
});
