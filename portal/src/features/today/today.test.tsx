import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { Desk } from '../../test/desk';
import * as examples from '../../test/examples';
import { openPortal } from '../../test/render';
import { nothingToday } from '../../test/today-examples';

const slow = { timeout: 20000 };

describe('today', () => {
  it('shows each queue with its rows, sums of the server, and a way to each', async () => {
    openPortal('/');
    const waiting = await screen.findByRole('region', { name: 'Waiting for me' }, slow);
    const link = await within(waiting).findByRole('link', { name: 'R-1017 Refund of 2 x Standard_D8s_v5' }, slow);
    expect(link.getAttribute('href')).toBe('/requests/R-1017');
    expect(waiting.textContent).toContain('2 · 6,720.39');
    expect(waiting.textContent).toMatch(/decide · yours/);
    expect(waiting.textContent).toContain('3 days ago');
    const deadlines = screen.getByRole('region', { name: 'Deadlines' });
    expect(deadlines.textContent).toContain('in 2 days');
    expect(screen.getByRole('region', { name: 'Money on the way' }).textContent).toContain('69 days ago · late');
    const waste = screen.getByRole('region', { name: 'Waste' });
    expect(waste.textContent).toContain('38.2%');
    expect(waste.textContent).toContain('and 13 more');
    expect(screen.getByRole('region', { name: 'Allowance coming back this week' }).textContent).toContain('5,300.00');
  });

  it('goes from queue to queue by J and K', async () => {
    const { user } = openPortal('/');
    await screen.findByRole('link', { name: /R-1017/ }, slow);
    await user.keyboard('jj');
    await waitFor(() => expect(document.activeElement?.textContent).toBe('web-b4ms'));
    await user.keyboard('k');
    expect(document.activeElement?.textContent).toContain('R-1017');
  });

  it('lets one queue fail and the others work', async () => {
    const desk = new Desk().answer('GET /api/today/money', {
      status: 503,
      body: examples.problem(503, 'unavailable', 'The store cannot be used now.'),
    });
    openPortal('/', { desk });
    const money = await screen.findByRole('region', { name: 'Money on the way' }, slow);
    await within(money).findByText('This queue did not load.', {}, slow);
    expect(screen.getByRole('link', { name: /R-1017/ })).toBeTruthy();
  });

  it('leaves out the queue of another role, and says so where none is theirs', async () => {
    const no = { status: 403, body: examples.problem(403, 'forbidden', 'Your role may not settle.') };
    const { unmount } = openPortal('/', { desk: new Desk().answer('GET /api/today/money', no) });
    await screen.findByRole('link', { name: /R-1017/ }, slow);
    await waitFor(() => expect(screen.queryByRole('region', { name: 'Money on the way' })).toBeNull());
    unmount();
    openPortal('/', { desk: new Desk().answer(/^GET \/api\/today/, no) });
    await screen.findByText('You may not do this', {}, slow);
  });

  it('says why it is empty', async () => {
    openPortal('/', { desk: new Desk().answer(/^GET \/api\/today/, { body: nothingToday }) });
    for (const words of ['Nothing waits for you.', 'No deadline is near.', 'Every refund is credited.', 'Nothing is badly used.'])
      await screen.findByText(words, {}, slow);
    expect(screen.getByText('No allowance comes back this week.')).toBeTruthy();
  });
});
