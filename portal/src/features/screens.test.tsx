import { act, screen, waitFor, within } from '@testing-library/react';
import axe from 'axe-core';
import { describe, expect, it } from 'vitest';
import en from '../shared/i18n/compiled/en.json';
import { Desk } from '../test/desk';
import * as examples from '../test/examples';
import { openPortal, recordAddress } from '../test/render';
import { asked } from '../test/request-examples';

const almgren = examples.customer.id;
const every = [
  ['/', 'Today'],
  ['/access', 'Who you are here'],
  ['/customers', 'Customers'],
  [`/customers/${almgren}/overview`, 'Almgren Tryckeri AB'],
  [`/customers/${almgren}/reservations`, 'Almgren Tryckeri AB'],
  [`/customers/${almgren}/allowance`, 'Almgren Tryckeri AB'],
  [`/customers/${almgren}/requests`, 'Almgren Tryckeri AB'],
  [`/customers/${almgren}/settlement`, 'Almgren Tryckeri AB'],
  [`/customers/${almgren}/access`, 'Almgren Tryckeri AB'],
  ['/reservations', 'Azure reservations'],
  [recordAddress('overview'), 'press-d8s-v5'],
  [recordAddress('utilization'), 'press-d8s-v5'],
  [recordAddress('payments'), 'press-d8s-v5'],
  [recordAddress('history'), 'press-d8s-v5'],
  [recordAddress('access'), 'press-d8s-v5'],
  [recordAddress('configuration'), 'press-d8s-v5'],
  [recordAddress('properties'), 'press-d8s-v5'],
  [recordAddress('new-request'), 'New support request'],
  ['/bulk', 'Bulk dry run'],
  [`/exchanges/new?from=${examples.record.id}`, 'Exchange'],
  [`/orders/${examples.record.order}`, 'Reservation order'],
  ['/renewals', 'Renewals and endings'],
  ['/requests', 'Requests'],
  [`/requests/${examples.request.name}`, examples.request.title],
  ['/requests/R-1042', 'R-1042 Refund of 8 × Standard_D8s_v5'],
  ['/allowance', 'Allowance calendar'],
  [`/allowance?customer=${almgren}`, 'Allowance calendar'],
  ['/settlement/open', 'Settlement'],
  ['/settlement/2026-05?case=7e7a0000-0000-4000-8000-000000000012', 'Settlement'],
  [`/credit-notes/new?customer=${almgren}`, 'New credit note'],
  ['/credit-notes/CN-1', 'Credit note CN-1'],
  ['/audit', 'Audit trail'],
  ['/policies', 'Policies'],
  ['/policies/csp-2020..azure-2022', 'Policies'],
  ['/settings', 'Settings'],
  ['/sandbox', 'Sandbox'],
  ['/help', 'Help'],
  ['/nowhere/at/all', 'There is nothing at this address'],
] as const;

const settled = async () => {
  await waitFor(
    () => expect(document.querySelector('[role=status][aria-label="Loading"],[role=status][aria-label="Läser in"]')).toBeNull(),
    { timeout: 20000 },
  );
};

// Colours are the browser tests' to judge: jsdom does not paint.
async function faults(container: Element): Promise<string[]> {
  const result = await axe.run(container, { rules: { 'color-contrast': { enabled: false }, region: { enabled: false } } });
  return result.violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`);
}

describe('every screen', () => {
  it.each(every)('%s opens, with its headline in focus and nothing that axe objects to', async (address, title) => {
    const { container } = openPortal(address);
    const headline = await screen.findByRole('heading', { level: 1, name: title }, { timeout: 20000 });
    await settled();
    // A step or a case of the address has a headline of its own, which takes the focus.
    if (address.includes('case=')) expect(document.activeElement?.tagName).toBe('H2');
    else if (!address.includes('new-request')) expect(document.activeElement).toBe(headline);
    expect(await faults(container)).toEqual([]);
  });

  it.each(every)('%s fails in words, and never shows a raw error', async (address) => {
    if (address === '/help' || address === '/nowhere/at/all' || address === '/bulk') return;
    const desk = new Desk().answer(/^GET /, { status: 503, body: examples.problem(503, 'unavailable', 'The store cannot be used now.') });
    openPortal(address, { desk });
    await waitFor(() => expect(document.body.textContent).toMatch(/did not load|did not answer|No quote now/), { timeout: 20000 });
    expect(document.body.textContent).toContain('req-7041');
    expect(document.body.textContent).not.toMatch(/undefined|NaN|\[object|TypeError/);
  });

  it.each(every)('%s says no where the role forbids', async (address) => {
    if (address === '/help' || address === '/nowhere/at/all' || address === '/bulk') return;
    const desk = new Desk().answer(/^GET /, { status: 403, body: examples.problem(403, 'forbidden', 'Your role may not see customers.') });
    openPortal(address, { desk });
    await waitFor(() => expect(document.body.textContent).toContain('You may not do this'), { timeout: 20000 });
    expect(document.body.textContent).toContain('Your role may not see customers.');
  });

  it.each([
    ['/customers', 'Kunder'],
    ['/reservations', 'Azure-reservationer'],
    [recordAddress('overview'), 'press-d8s-v5'],
  ])('%s is in Swedish too', async (address, title) => {
    openPortal(address, { language: 'sv' });
    await screen.findByRole('heading', { level: 1, name: title }, { timeout: 20000 });
    await settled();
    expect(document.body.textContent).toMatch(/Kunder/);
    const keys = Object.keys(en).filter((key) => key.includes('.'));
    expect(keys.filter((key) => document.body.textContent?.includes(key))).toEqual([]);
  });
});

describe('the list of reservations', () => {
  it('asks by the address, keeps a filter in it, and says how many', async () => {
    const { desk, router, user } = openPortal('/reservations?view=expiring&sort=name&dir=desc&q=007');
    await screen.findByText('1,000 reservations for 1 customer', {}, { timeout: 20000 });
    const query = desk.of('GET', /^\/api\/reservations$/)[0]?.query;
    expect(Object.fromEntries(query ?? [])).toMatchObject({ state: 'Expiring', sort: 'name', dir: 'desc', q: '007' });
    await user.click(screen.getByRole('button', { name: /^Failed/ }));
    await waitFor(() => expect(router.state.location.search).toMatchObject({ view: 'failed', q: '007' }));
  });

  it('shows hostile names as text, and money over the limit in words', async () => {
    openPortal('/reservations');
    expect(await screen.findByText('=HYPERLINK("x") <b>שלום</b> 🧾', {}, { timeout: 20000 })).toBeTruthy();
    expect((await screen.findAllByText('over the limit', {}, { timeout: 20000 })).length).toBeGreaterThan(0);
  });

  it('tells "nothing yet" from "nothing matches"', async () => {
    const none = { ...examples.reservationWindow(0, 0, 0) };
    const { unmount } = openPortal('/reservations', { desk: new Desk().answer('GET /api/reservations', { body: none }) });
    await screen.findByText('No reservations', {}, { timeout: 20000 });
    unmount();
    const { router, user } = openPortal('/reservations?q=zzz', { desk: new Desk().answer('GET /api/reservations', { body: none }) });
    await screen.findByText(/Nothing matches “zzz”/, {}, { timeout: 20000 });
    await user.click(screen.getByRole('button', { name: 'Clear filters' }));
    await waitFor(() => expect(router.state.location.searchStr).toBe(''));
  });

  it('opens a row by keyboard alone', async () => {
    const { router, user } = openPortal('/reservations');
    const grid = await screen.findByRole('grid', {}, { timeout: 20000 });
    act(() => grid.focus());
    await user.keyboard('{ArrowDown}{Enter}');
    await waitFor(() => expect(router.state.location.pathname).toBe(`/reservations/${examples.row(1).id}/overview`), { timeout: 20000 });
  });
});

describe('the quote', () => {
  it('shows the server’s figures, and its reasons with a way out that works', async () => {
    const { router, user } = openPortal(`${recordAddress('overview')}?units=10`);
    expect(await screen.findByText('Not allowed as it stands', {}, { timeout: 20000 })).toBeTruthy();
    expect(screen.getByText('RefundLimitExceeded')).toBeTruthy();
    expect(screen.getByText('All of it fits from 2 Aug 2026')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Return at most 8 today' }));
    await screen.findByText(/Nothing is sent until you select Create/, {}, { timeout: 20000 });
    expect(screen.getAllByText('26,881.56 USD').length).toBeGreaterThan(0);
    expect(router.state.location.search).toMatchObject({ units: '8' });
  });

  it('says that a reservation that has ended gives nothing back', async () => {
    const desk = new Desk().answer(/^GET \/api\/reservations\/-\/[0-9a-f-]{36}$/, {
      body: { ...examples.record, state: 'Expired', daysLeft: 0 },
    });
    openPortal(recordAddress('overview'), { desk });
    await screen.findByText('Nothing can be returned', {}, { timeout: 20000 });
    expect(desk.of('GET', /quotes/)).toHaveLength(0);
  });
});

describe('roles', () => {
  it('leave a button in place, with its reason, and R does nothing', async () => {
    const desk = new Desk().answer(/^GET \/api\/reservations\/-\/[0-9a-f-]{36}$/, {
      body: { ...examples.record, actions: { ...examples.actions, submitRequest: examples.mayNot } },
    });
    const { router, user } = openPortal(recordAddress('properties'), { desk });
    const refund = await screen.findByRole(
      'button',
      { name: 'Refund', description: /Sales agents may look and quote.*Ask: Admin agent, Helpdesk agent/ },
      { timeout: 20000 },
    );
    await user.click(refund);
    await user.keyboard('r');
    expect(router.state.location.pathname).toContain('properties');
  });
});

describe('a new support request', () => {
  it('goes from the record to a filed request by keyboard: three Next, one tick, one Create', async () => {
    const { desk, router, user } = openPortal(recordAddress('overview'));
    await screen.findByRole('heading', { level: 1, name: 'press-d8s-v5' }, { timeout: 20000 });
    await screen.findByText('Essentials', {}, { timeout: 20000 });
    await user.keyboard('r');
    await screen.findByRole('heading', { level: 2, name: 'Basics' }, { timeout: 20000 });
    await user.keyboard('{Control>}{Enter}{/Control}');
    await screen.findByRole('heading', { level: 2, name: 'Problem' }, { timeout: 20000 });
    await user.keyboard('{Control>}{Enter}{/Control}');
    await screen.findByRole('heading', { level: 2, name: 'Contact information' }, { timeout: 20000 });
    expect((await screen.findByLabelText<HTMLInputElement>(/^Email/, { selector: 'input' }, { timeout: 20000 })).value).toBe(
      'maja.lind@birkapartner.example',
    );
    await user.keyboard('{Control>}{Enter}{/Control}');
    const tick = await screen.findByRole('checkbox', { name: /I agree to .* for 3 units under csp-2020/ }, { timeout: 20000 });
    await user.keyboard('{Control>}{Enter}{/Control}');
    expect((await screen.findByRole('alert')).textContent).toContain('Tick the line above first');
    act(() => tick.focus());
    await user.keyboard(' ');
    await user.keyboard('{Control>}{Enter}{/Control}{Control>}{Enter}{/Control}');
    await screen.findByRole('heading', { level: 2, name: 'Request created' }, { timeout: 20000 });
    const filed = desk.of('POST', /^\/api\/requests$/);
    expect(filed).toHaveLength(1);
    expect(desk.of('POST', /support-requests$/)).toHaveLength(0);
    expect(filed[0]?.headers.get('idempotency-key')).toMatch(/^[0-9a-f-]{36}$/);
    expect(filed[0]?.headers.get('x-prorata-portal')).toBe('1');
    expect(filed[0]?.body).toMatchObject({
      kind: 'refund',
      returns: [{ reservation: examples.record.id, quantity: 3 }],
      consent: { quoteId: '90a7e0aa-1111-4222-8333-000000000001' },
    });
    expect(router.state.location.search).toMatchObject({ step: 'done' });
  });

  it('keeps the draft when the desk does not answer, sends the same key again, and never twice with another', async () => {
    let fail = true;
    const desk = new Desk().answer('POST /api/requests', () =>
      fail
        ? { status: 503, body: examples.problem(503, 'unavailable', 'The store cannot be used now.') }
        : { status: 201, body: { ok: true, reasons: [], request: asked } },
    );
    const { user } = openPortal(`${recordAddress('new-request')}?step=review&want=refund&units=3`, { desk });
    await user.click(await screen.findByRole('checkbox', { name: /I agree to/ }, { timeout: 20000 }));
    await user.click(screen.getByRole('button', { name: 'Create' }));
    await screen.findByText('Nothing was sent.', {}, { timeout: 20000 });
    expect(document.body.textContent).toContain('Your draft is saved.');
    fail = false;
    await user.click(screen.getByRole('button', { name: 'Create' }));
    await screen.findByRole('heading', { level: 2, name: 'Request created' }, { timeout: 20000 });
    const keys = desk.of('POST', /^\/api\/requests$/).map((asked) => asked.headers.get('idempotency-key'));
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
  });

  it('does not go on without a name, and says which field', async () => {
    const { user } = openPortal(`${recordAddress('new-request')}?step=contact&want=refund&units=3`);
    const first = await screen.findByLabelText<HTMLInputElement>(/^First name/, {}, { timeout: 20000 });
    await user.clear(first);
    await user.click(screen.getByRole('button', { name: 'Next' }));
    await screen.findByText('Fill in First name');
    expect(document.activeElement).toBe(first);
  });

  it('does not create what is refused', async () => {
    const { desk, user } = openPortal(`${recordAddress('new-request')}?step=review&want=refund&units=10`);
    await waitFor(() => expect(screen.getAllByText('Not allowed as it stands').length).toBe(2), { timeout: 20000 });
    await user.click(screen.getByRole('button', { name: 'Create' }));
    await user.keyboard('{Control>}{Enter}{/Control}');
    expect(desk.of('POST', /requests$/)).toHaveLength(0);
  });
});

describe('changes', () => {
  it('send the version that was seen, and show another’s change as such', async () => {
    const desk = new Desk().answer(/^PUT .*\/scope$/, {
      status: 412,
      body: examples.problem(412, 'changed_meanwhile', 'The reservation is at version 8.'),
    });
    const { user } = openPortal(recordAddress('configuration'), { desk });
    await user.click(await screen.findByRole('radio', { name: /^Shared/ }, { timeout: 20000 }));
    const card = screen.getByRole('region', { name: 'Scope' });
    await user.click(within(card).getByRole('button', { name: 'Change scope' }));
    await screen.findByText(/Somebody changed this meanwhile/, {}, { timeout: 20000 });
    expect(desk.of('PUT', /scope$/)[0]?.headers.get('if-match')).toBe('7');
  });

  it('ask before a customer may purchase', async () => {
    const { desk, user } = openPortal(`/customers/${almgren}/access`);
    await user.click(await screen.findByRole('button', { name: 'Allow the customer to purchase' }, { timeout: 20000 }));
    expect(desk.of('PUT', /buying/)).toHaveLength(0);
    await user.click(screen.getByRole('button', { name: 'Yes, we pay for what they buy' }));
    await screen.findByText('The customer can purchase reservations from now on.', {}, { timeout: 20000 });
  });

  it('move time only after a second word, and say what happened', async () => {
    const { desk, user } = openPortal('/sandbox');
    await user.click(await screen.findByRole('button', { name: 'One month' }, { timeout: 20000 }));
    expect(desk.of('POST', /advance/)).toHaveLength(0);
    await user.click(screen.getByRole('button', { name: 'Advance' }));
    await screen.findByText('It is now 10 Jun 2026, 12:00 UTC', {}, { timeout: 20000 });
    expect(desk.of('POST', /advance/)[0]?.body).toEqual({ by: '1m' });
  });

  it('leave time alone where the desk is live', async () => {
    openPortal('/sandbox', { me: { sandbox: false } });
    await screen.findByText('Time cannot be moved', {}, { timeout: 20000 });
  });
});
