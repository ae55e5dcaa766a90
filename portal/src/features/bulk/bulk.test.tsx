import { act, screen, waitFor, within } from '@testing-library/react';
import axe from 'axe-core';
import { describe, expect, it } from 'vitest';
import { Desk } from '../../test/desk';
import * as examples from '../../test/examples';
import { openPortal } from '../../test/render';
import { fixOf } from './Rows';
import { linesMax, linesOf, moved, readLines, writeLines } from './search';

const id = (i: number) => examples.row(i).id;
const lines = (...text: string[]) => `/bulk?lines=${text.join(',')}`;
const slow = { timeout: 20000 };
const states = () => [...document.querySelectorAll('tr[data-state]')].map((row) => row.getAttribute('data-state'));

describe('lines in the address', () => {
  it('are read as they are written', () => {
    const all = [
      { reservation: id(0) },
      { reservation: id(1), units: 3 },
      { reservation: id(2), cut: true },
      { reservation: id(3), units: 2, out: true },
    ];
    expect(readLines(writeLines(all))).toEqual(all);
    expect(writeLines(all)).toBe(`${id(0)},${id(1)}x3,${id(2)}c,-${id(3)}x2`);
  });
  it('leave out what is no line, what is there twice, and what is too many', () => {
    expect(readLines(`nonsense,${id(0)},${id(0)}x4,${id(1)}x0,,${id(2)}`)).toEqual([{ reservation: id(0) }, { reservation: id(2) }]);
    expect(readLines(undefined)).toEqual([]);
    expect(readLines(linesOf(Array.from({ length: 150 }, (_, i) => id(i))))).toHaveLength(linesMax);
    expect(linesOf(Array.from({ length: linesMax }, (_, i) => id(i))).length).toBeLessThan(6000);
  });
  it('move by a place, and not past the ends', () => {
    const all = readLines([id(0), id(1), id(2)].join(','));
    expect(moved(all, 0, 1).map((line) => line.reservation)).toEqual([id(1), id(0), id(2)]);
    expect(moved(all, 0, -1)).toEqual(all);
    expect(moved(all, 2, 1)).toEqual(all);
  });
  it('have a fix only where some units fit', () => {
    const line = { reservation: id(0), cut: true };
    expect(fixOf(line, { reservation: id(0), state: 'refused', fits: 3 })).toEqual({ reservation: id(0), units: 3 });
    expect(fixOf(line, { reservation: id(0), state: 'refused', fits: 0 })).toBeNull();
    expect(fixOf(line, { reservation: id(0), state: 'fits', fits: 3 })).toBeNull();
  });
});

describe('the dry run', () => {
  it('shows every result, and axe objects to nothing', async () => {
    const { container } = openPortal(lines(id(0), id(1), id(3)));
    await screen.findByText('1 of 3 lines can be requested', {}, slow);
    expect(states()).toEqual(['fits', 'refused', 'unknown']);
    expect(screen.getByText('All of it fits from 11 May 2027')).toBeTruthy();
    await screen.findByRole('button', { name: 'Create 1 request' }, slow);
    const result = await axe.run(container, { rules: { 'color-contrast': { enabled: false }, region: { enabled: false } } });
    expect(result.violations.map((violation) => `${violation.id} ${violation.nodes[0]?.html}`)).toEqual([]);
  });

  it('works by keyboard: order, leaving out, the fix; and all of it is in the address', async () => {
    const { router, user, desk } = openPortal(lines(id(0), id(1)));
    await screen.findByText('1 of 2 lines can be requested', {}, slow);
    const grid = screen.getByRole('grid');
    act(() => within(grid).getByRole('row', { name: 'Line 1, press-d8s-v5' }).focus());
    await user.keyboard('{ArrowDown}{Alt>}{ArrowUp}{/Alt}');
    await waitFor(() => expect(router.state.location.search).toEqual({ lines: `${id(1)},${id(0)}` }));
    await waitFor(() => expect(states()).toEqual(['fits', 'refused']));
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Line 1, archive-e4s');
    await user.keyboard('{ArrowDown}f');
    await waitFor(() => expect(router.state.location.search).toEqual({ lines: `${id(1)},${id(0)}x6` }));
    await waitFor(() => expect(states()).toEqual(['fits', 'fits']));
    await user.keyboard(' ');
    await waitFor(() => expect(router.state.location.search).toEqual({ lines: `${id(1)},-${id(0)}x6` }));
    await waitFor(() => expect(states()).toEqual(['fits', 'out']));
    const last = desk.of('POST', /dry-run/).at(-1)?.body as { lines: unknown[] };
    expect(last.lines).toEqual([{ reservation: id(1) }]);
  });

  it('applies all fixes by one question to the server', async () => {
    const { router, user, desk } = openPortal(lines(id(2), id(1)));
    await user.click(await screen.findByRole('button', { name: 'Apply all fixes' }, slow));
    await waitFor(() => expect(router.state.location.search).toEqual({ lines: `${id(2)}x10,${id(1)}` }));
    expect(desk.of('POST', /dry-run/).filter((asked) => (asked.body as { fit?: boolean }).fit)).toHaveLength(1);
  });

  it('creates once, with the refunds that were seen, and lists what was made and what was left out', async () => {
    const { router, user, desk } = openPortal(lines(id(0), id(1)));
    const button = await screen.findByRole('button', { name: 'Create 1 request' }, slow);
    await user.click(button);
    expect(desk.of('POST', /bulk\/requests/)).toHaveLength(0);
    expect(screen.getByRole('alert').textContent).toContain('Tick the line above first');
    await user.click(screen.getByRole('checkbox', { name: /I agree to 40,000.00.USD in 1 request/ }));
    await user.dblClick(button);
    expect(await screen.findByRole('heading', { name: '1 request created' }, slow)).toBe(document.activeElement);
    const asked = desk.of('POST', /bulk\/requests/);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.headers.get('Idempotency-Key')).toMatch(/^[0-9a-f-]{36}$/);
    expect(asked[0]?.body).toMatchObject({
      policy: 'azure-2022',
      lines: [{ reservation: id(0), refund: { amount: '40000.00', currency: 'USD' } }, { reservation: id(1) }],
      contact: { firstName: 'Maja', email: 'maja.lind@birkapartner.example' },
    });
    expect(screen.getByRole('link', { name: 'R-1017' }).getAttribute('href')).toBe('/requests/R-1017');
    expect(screen.getByText(/It is more than the limit leaves/)).toBeTruthy();
    expect(router.state.location.search).toEqual({ lines: id(1) });
  });

  it('keeps the key where an answer was lost, so that a second click goes on', async () => {
    let calls = 0;
    const desk = new Desk().answer('POST /api/bulk/requests', () => {
      calls += 1;
      return { status: 503, body: examples.problem(503, 'unavailable', 'The store cannot be used now.') };
    });
    const { user } = openPortal(lines(id(0)), { desk });
    const button = await screen.findByRole('button', { name: 'Create 1 request' }, slow);
    await user.click(screen.getByRole('checkbox', { name: /I agree to/ }));
    await user.click(button);
    await screen.findByText('Not everything was created.', {}, slow);
    expect(document.body.textContent).toContain('it goes on where it stopped');
    await user.click(button);
    await waitFor(() => expect(calls).toBe(2));
    const keys = desk.of('POST', /bulk\/requests/).map((asked) => asked.headers.get('Idempotency-Key'));
    expect(keys[0]).toBe(keys[1]);
  });

  it('says what failed, in words', async () => {
    const desk = new Desk().answer('POST /api/bulk/dry-run', {
      status: 503,
      body: examples.problem(503, 'unavailable', 'The store cannot be used now.'),
    });
    openPortal(lines(id(0)), { desk });
    await screen.findByText('The dry run did not load.', {}, slow);
    expect(document.body.textContent).toContain('Your selection is kept in the address.');
  });

  it('is reached from the selection of the list, whose total is the server’s', async () => {
    const { router, user } = openPortal('/reservations');
    const grid = await screen.findByRole('grid', {}, slow);
    act(() => grid.focus());
    await user.keyboard('{ArrowDown} {ArrowUp} ');
    await screen.findByText(/can be returned: 40,000|can be returned: 16,000/, {}, slow);
    await user.click(screen.getByRole('button', { name: 'Dry run' }));
    await waitFor(() => expect(router.state.location.pathname).toBe('/bulk'), slow);
    expect(readLines((router.state.location.search as { lines?: string }).lines)).toHaveLength(2);
  });
});
