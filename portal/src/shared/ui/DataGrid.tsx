// A grid that shows a window of a million rows. The focus stays on the scroller and aria-activedescendant names the row, so a row that is
// recycled never takes the focus along.
//
// A browser stops at some 33 million pixels (Firefox at 17), which is 400,000 rows. Beyond `tallest` the scrollbar therefore stands for more
// pixels than it has. Small steps (wheel, touch) still move one to one: they keep the distance between where the browser thinks we are and
// where we are. Only a jump (dragging the bar) is scaled, and both ends are exact.
import {
  type CSSProperties,
  type KeyboardEvent,
  memo,
  type ReactNode,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { useLive } from '../live';
import s from './grid.module.css';

export { s as grid };

export interface Column<R> {
  key: string;
  head: string;
  width: string;
  end?: boolean;
  sort?: boolean;
  cell: (row: R) => ReactNode;
}

export interface GridProps<R> {
  label: string;
  columns: Column<R>[];
  least: number;
  total: number;
  get: (index: number) => R | undefined;
  idOf: (row: R) => string;
  sort?: string | undefined;
  dir?: 'asc' | 'desc' | undefined;
  onSort?: (key: string) => void;
  selected?: ReadonlySet<string>;
  onSelect?: (ids: ReadonlySet<string>) => void;
  onAll?: () => void;
  selectLabel?: string;
  onOpen: (row: R, event: { shiftKey: boolean }) => void;
  onNear?: (row: R) => void;
  onCopy?: (row: R) => void;
  onRange: (from: number, to: number) => void;
  /** When this changes the grid begins at the top again. */
  of: string;
  /** Where the grid stood when this address was left; it is kept in memory only. */
  remember?: string;
  stale?: boolean;
}

export const rowHeight = 44;
const headHeight = 36;
const tallest = 15_000_000;
const spare = 8;
const places = new Map<string, { top: number; at: number }>();

interface RowProps<R> {
  row: R | undefined;
  index: number;
  top: number;
  id: string;
  columns: Column<R>[];
  template: string;
  picked: boolean | undefined;
  at: boolean;
  glows: boolean;
  selectLabel: string | undefined;
}
const Row = memo(function Row<R>(p: RowProps<R>) {
  return (
    <div
      role="row"
      id={p.id}
      data-index={p.index}
      data-at={p.at}
      data-glows={p.glows}
      aria-rowindex={p.index + 2}
      aria-selected={p.picked}
      className={s.row}
      style={{ transform: `translateY(${p.top}px)`, gridTemplateColumns: p.template }}
    >
      {p.selectLabel && (
        <div role="gridcell" data-pick>
          <input className={s.pick} type="checkbox" tabIndex={-1} aria-label={p.selectLabel} checked={p.picked ?? false} readOnly />
        </div>
      )}
      {p.columns.map((column) => (
        <div key={column.key} role="gridcell" className={column.end ? s.end : undefined}>
          {p.row === undefined ? <span className={s.bone} /> : column.cell(p.row)}
        </div>
      ))}
    </div>
  );
}) as <R>(p: RowProps<R>) => ReactNode;

/** Where a scroller of `view` pixels stands in `full` pixels of rows, when the browser has only `shown` of them. */
export function standing(before: { scroll: number; top: number }, scroll: number, view: number, full: number, shown: number): number {
  const last = Math.max(0, full - view);
  if (full === shown) return scroll;
  const lastScroll = Math.max(1, shown - view);
  if (scroll <= 0) return 0;
  if (scroll >= lastScroll) return last;
  const step = scroll - before.scroll;
  const top = Math.abs(step) <= view * 2 ? before.top + step : Math.round((scroll / lastScroll) * last);
  return Math.max(0, Math.min(last, top));
}

export function DataGrid<R>(p: GridProps<R>) {
  const scroller = useRef<HTMLDivElement>(null);
  const kept = p.remember ? places.get(p.remember) : undefined;
  const { glowing } = useLive();
  const [at, setAt] = useState(kept?.at ?? 0);
  const [view, setView] = useState(600);
  const full = p.total * rowHeight;
  const shown = Math.min(full, tallest);
  const place = useRef({ scroll: 0, top: 0 });
  const anchor = useRef(0);
  const [frame, setFrame] = useState({ first: 0, shift: 0 });
  const rows = Math.ceil(view / rowHeight) + 1;

  const settle = useCallback((scroll: number, top: number) => {
    place.current = { scroll, top };
    const first = Math.max(0, Math.floor(top / rowHeight));
    const shift = scroll - top;
    setFrame((before) => (before.first === first && before.shift === shift ? before : { first, shift }));
  }, []);
  const goTo = useCallback(
    (top: number) => {
      const last = Math.max(0, full - view);
      const wanted = Math.max(0, Math.min(last, top));
      const scroll = full === shown ? wanted : Math.round((wanted / Math.max(1, last)) * (shown - view));
      settle(scroll, wanted);
      scroller.current?.scrollTo?.({ top: scroll });
    },
    [full, shown, view, settle],
  );

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const measure = () => setView(Math.max(rowHeight, (element.clientHeight || 636) - headHeight));
    measure();
    if (typeof ResizeObserver === 'undefined') return;
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const begun = useRef(false);
  useEffect(() => {
    if (begun.current) {
      setAt(0);
      goTo(0);
    }
  }, [p.of]);
  useEffect(() => {
    if (begun.current || p.total === 0) return;
    begun.current = true;
    if (kept) goTo(kept.top);
  }, [p.total, kept, goTo]);
  useEffect(() => {
    if (p.total > 0 && at >= p.total) setAt(p.total - 1);
  }, [p.total, at]);
  useEffect(() => {
    if (p.remember && begun.current) places.set(p.remember, { top: frame.first * rowHeight, at });
  }, [p.remember, frame, at]);

  const first = Math.max(0, Math.min(frame.first, Math.max(0, p.total - rows)) - spare);
  const end = Math.min(p.total, Math.max(frame.first, 0) + rows + spare);
  const onRange = p.onRange;
  useEffect(() => {
    if (p.total > 0) onRange(first, Math.max(first, end - 1));
  }, [first, end, p.total, onRange]);

  const onScroll = () => {
    const element = scroller.current;
    if (!element || element.scrollTop === place.current.scroll) return;
    settle(element.scrollTop, standing(place.current, element.scrollTop, view, full, shown));
  };

  const selecting = p.onSelect && p.selected && p.selectLabel;
  const toggle = (index: number) => {
    const row = p.get(index);
    if (!row || !p.onSelect) return;
    const next = new Set(p.selected);
    if (!next.delete(p.idOf(row))) next.add(p.idOf(row));
    anchor.current = index;
    p.onSelect(next);
  };
  const extendTo = (index: number) => {
    if (!p.onSelect) return;
    const next = new Set(p.selected);
    for (let i = Math.min(anchor.current, index); i <= Math.max(anchor.current, index); i += 1) {
      const row = p.get(i);
      if (row) next.add(p.idOf(row));
    }
    p.onSelect(next);
  };
  const move = (index: number, extend: boolean) => {
    const to = Math.max(0, Math.min(p.total - 1, index));
    if (extend) extendTo(to);
    else anchor.current = to;
    setAt(to);
    const top = place.current.top;
    if (to * rowHeight < top) goTo(to * rowHeight);
    else if ((to + 1) * rowHeight > top + view) goTo((to + 1) * rowHeight - view);
    const row = p.get(to);
    if (row) p.onNear?.(row);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== scroller.current || event.altKey) return;
    const page = Math.max(1, Math.floor(view / rowHeight) - 1);
    const row = p.get(at);
    const control = event.ctrlKey || event.metaKey;
    let act: (() => void) | undefined;
    if (event.key === 'ArrowDown') act = () => move(at + 1, event.shiftKey);
    else if (event.key === 'ArrowUp') act = () => move(at - 1, event.shiftKey);
    else if (event.key === 'PageDown') act = () => move(at + page, event.shiftKey);
    else if (event.key === 'PageUp') act = () => move(at - page, event.shiftKey);
    else if (event.key === 'Home') act = () => move(0, event.shiftKey);
    else if (event.key === 'End') act = () => move(p.total - 1, event.shiftKey);
    else if (event.key === ' ' && selecting) act = () => toggle(at);
    else if (event.key === 'Enter' && row && !control) act = () => p.onOpen(row, event);
    else if (event.key === 'Escape' && p.selected?.size) act = () => p.onSelect?.(new Set());
    else if (event.key === 'a' && control && p.onAll) act = p.onAll;
    else if (event.key === 'c' && !control && row && p.onCopy) act = () => p.onCopy?.(row);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  const indexOf = (target: EventTarget): number => {
    const element = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null;
    return element ? Number(element.dataset.index) : -1;
  };

  const template = `${selecting ? '24px ' : ''}${p.columns.map((column) => column.width).join(' ')}`;
  const indices = Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i);
  return (
    <div
      ref={scroller}
      className={s.scroller}
      style={{ '--least': `${p.least}px`, '--start': selecting ? '20px' : '32px', opacity: p.stale ? 0.55 : undefined } as CSSProperties}
      role="grid"
      aria-label={p.label}
      aria-rowcount={p.total + 1}
      aria-multiselectable={selecting ? true : undefined}
      aria-busy={p.stale}
      aria-activedescendant={p.total ? `row-${at}` : undefined}
      tabIndex={0}
      onScroll={onScroll}
      onKeyDown={onKeyDown}
      onMouseOver={(event) => {
        const row = p.get(indexOf(event.target));
        if (row) p.onNear?.(row);
      }}
      onFocus={() => undefined}
      onClick={(event) => {
        const index = indexOf(event.target);
        const row = p.get(index);
        if (!row) return;
        setAt(index);
        const target = event.target as Element;
        if (selecting && event.shiftKey) extendTo(index);
        else if (selecting && (target.closest('[data-pick]') || event.ctrlKey || event.metaKey)) toggle(index);
        else if (!target.closest('a,button') && !window.getSelection()?.toString()) p.onOpen(row, event);
      }}
    >
      <div role="rowgroup">
        <div role="row" aria-rowindex={1} className={s.head} style={{ gridTemplateColumns: template }}>
          {selecting && (
            <div role="columnheader">
              <span className="unseen">{p.selectLabel}</span>
            </div>
          )}
          {p.columns.map((column) => {
            const sorted = p.sort === column.key;
            return (
              <div
                key={column.key}
                role="columnheader"
                className={column.end ? s.end : undefined}
                aria-sort={sorted ? (p.dir === 'desc' ? 'descending' : 'ascending') : undefined}
              >
                {column.sort ? (
                  <button type="button" onClick={() => p.onSort?.(column.key)}>
                    {column.head}
                    <span aria-hidden="true">{sorted ? (p.dir === 'desc' ? '↓' : '↑') : ''}</span>
                  </button>
                ) : (
                  column.head
                )}
              </div>
            );
          })}
        </div>
      </div>
      <div role="rowgroup" className={s.body} style={{ height: shown }}>
        {indices.map((index) => {
          const row = p.get(index);
          return (
            <Row
              key={index}
              row={row}
              index={index}
              top={index * rowHeight + frame.shift}
              id={`row-${index}`}
              columns={p.columns}
              template={template}
              picked={selecting ? (row ? p.selected?.has(p.idOf(row)) : false) : undefined}
              at={index === at}
              glows={row !== undefined && glowing.size > 0 && glowing.has(p.idOf(row))}
              selectLabel={selecting ? p.selectLabel : undefined}
            />
          );
        })}
      </div>
    </div>
  );
}
