import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { Desk } from '../../test/desk';
import * as examples from '../../test/examples';
import { openPortal } from '../../test/render';
import { packsOf } from './queries';

const slow = { timeout: 20000 };

describe('policies', () => {
  it('reads one pack or two from the address', () => {
    expect(packsOf('csp-2020')).toEqual({ pack: 'csp-2020' });
    expect(packsOf('csp-2020..azure-2022')).toEqual({ pack: 'csp-2020', other: 'azure-2022' });
  });

  it('shows the one in force, cell for cell, with its cases worked out', async () => {
    openPortal('/policies');
    const table = await screen.findByRole('table', { name: 'What comes back, by day and use' }, slow);
    expect(within(table).getByRole('row', { name: 'More than 5 Yes Pro-rated 12% 50,000 USD' })).toBeTruthy();
    expect(screen.getByText('In force here today')).toBeTruthy();
    expect(
      screen.getByRole('row', { name: /Day 100, used, paid upfront, 3,650\.00.USD a year 2,332\.00.USD 318\.00.USD Allowed/ }),
    ).toBeTruthy();
  });

  it('asks for the sentences in the chosen language', async () => {
    openPortal('/policies/csp-2020', { language: 'sv' });
    await screen.findByRole('table', { name: 'Vad som kommer tillbaka, efter dag och användning' }, slow);
  });

  it('compares by D, rule by rule, and says what it does to the fleet', async () => {
    const { router, user } = openPortal('/policies/csp-2020');
    await screen.findByRole('table', { name: 'What comes back, by day and use' }, slow);
    await user.keyboard('d');
    await waitFor(() => expect(router.state.location.pathname).toMatch(/^\/policies\/csp-2020\.\./));
    expect(await screen.findByRole('row', { name: 'row.later_used less a fee of 12% of it without a fee' }, slow)).toBeTruthy();
    expect(screen.getByRole('row', { name: 'row.new_row – Only in the second.' })).toBeTruthy();
    expect(await screen.findByRole('row', { name: /USD 88,000\.00.USD 99,000\.00.USD 11,000\.00.USD/ }, slow)).toBeTruthy();
    expect(screen.getByText(/3 customers with 41 reservations paid differently/)).toBeTruthy();
  });

  it('says that two are alike, and that the fleet did not load while the rest works', async () => {
    const { unmount } = openPortal('/policies/csp-2020..csp-2020');
    await screen.findByText('No differences', {}, slow);
    unmount();
    const desk = new Desk().answer(/fleet$/, { status: 503, body: examples.problem(503, 'unavailable', 'The store cannot be used now.') });
    openPortal('/policies/csp-2020..azure-2022', { desk });
    await screen.findByText('The effect on the fleet did not load.', {}, slow);
    expect(screen.getByText('Cases that are paid differently')).toBeTruthy();
  });
});
