import { screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { Desk } from '../../test/desk';
import * as examples from '../../test/examples';
import { openPortal } from '../../test/render';

const long = { timeout: 20000 };

describe('renewals and endings', () => {
  it('are told by week, Sunday with the week before it, and what cannot be renewed says why', async () => {
    const { router, user } = openPortal('/renewals');
    const weeks = await screen.findAllByRole('heading', { level: 2, name: /^Week of/ }, long);
    expect(weeks).toHaveLength(3);
    expect(screen.getByText(/no price for Standard_A1/)).toBeTruthy();
    await user.click(screen.getByRole('radio', { name: 'Cannot be renewed' }));
    await waitFor(() => expect(router.state.location.search).toMatchObject({ view: 'cannot' }));
    expect(screen.getAllByRole('heading', { level: 2, name: /^Week of/ })).toHaveLength(1);
  });

  it('turn over with the version that was seen, and say at which price', async () => {
    const desk = new Desk().answer(/^PUT .*\/renewal$/, { body: { ...examples.record, renew: true } });
    const { user } = openPortal('/renewals', { desk });
    await user.click(await screen.findByRole('button', { name: 'Turn on: db-e4s-v5' }, long));
    await screen.findByText(/Renews on .*9,000.00/, {}, long);
    const [put] = desk.of('PUT', /\/renewal$/);
    expect(put?.body).toEqual({ on: true });
    expect(put?.headers.get('if-match')).toBe('4');
    expect(screen.getByRole('button', { name: 'Turn on: old-a1' }).getAttribute('aria-disabled')).toBe('true');
  });
});

describe('a reservation order', () => {
  it('is a tree that arrows go through and Enter opens', async () => {
    const { router, user } = openPortal(`/orders/${examples.record.order}`);
    const [root] = await screen.findAllByRole('treeitem', {}, long);
    root?.focus();
    await user.keyboard('{ArrowRight}{ArrowDown}{ArrowLeft}{ArrowRight}');
    expect(document.activeElement?.textContent).toContain('press-a');
    expect(document.activeElement?.textContent).toContain('2 units returned');
    expect(screen.getByText(/you may not open/)).toBeTruthy();
    await user.keyboard('{Enter}');
    await waitFor(() => expect(router.state.location.pathname).toContain('/reservations/5e5e5e5e-0000-4000-8000-000000000001'));
  });
});
