import { screen, waitFor, within } from '@testing-library/react';
import axe from 'axe-core';
import { describe, expect, it } from 'vitest';
import { Desk } from '../../test/desk';
import * as examples from '../../test/examples';
import { openPortal } from '../../test/render';
import * as money from '../../test/settlement-examples';
import { fileAddress, monthFrom } from './queries';

const slow = { timeout: 20000 };
const off = money.cases[1]?.id ?? '';

describe('settlement', () => {
  it('shows each state in words, the figures, and a ledger that sums to zero', async () => {
    openPortal('/settlement/open');
    const table = await screen.findByRole('table', {}, slow);
    for (const word of [
      'Matched',
      'Amount is off',
      'In another month',
      'Other currency',
      'May be of several',
      'Missing',
      'Has not come yet',
    ])
      expect(within(table).getByText(word)).toBeTruthy();
    expect(within(table).getByText('No request of ours')).toBeTruthy();
    expect(screen.getByText(/^359,744.00.SEK$/)).toBeTruthy();
    expect(screen.getByText('Sums to zero')).toBeTruthy();
  });

  it('says loudly when the ledger does not sum to zero', async () => {
    const strip = money.settlement.ledger?.[0];
    const broken = { ...money.settlement, ledger: [{ ...strip, total: { amount: '0.01', currency: 'SEK' } }] };
    openPortal('/settlement/open', { desk: new Desk().answer('GET /api/settlement', { body: broken }) });
    expect(await screen.findByText('Does not sum to zero', {}, slow)).toBeTruthy();
  });

  it('keeps month, state and case in the address', async () => {
    const { desk, router, user } = openPortal('/settlement/2026-05?state=off');
    await screen.findByRole('table', {}, slow);
    expect(Object.fromEntries(desk.of('GET', /^\/api\/settlement$/)[0]?.query ?? [])).toMatchObject({ month: '2026-05', state: 'off' });
    await user.click(screen.getByRole('button', { name: 'Next month' }));
    await waitFor(() => expect(router.state.location.pathname).toBe('/settlement/2026-06'));
    await user.keyboard('n');
    await waitFor(() => expect(router.state.location.search).toMatchObject({ case: money.cases[0]?.id }));
    await user.keyboard('n');
    await waitFor(() => expect(router.state.location.search).toMatchObject({ case: off }));
  });

  it('matches by hand only when another amount is accepted, once for a double click', async () => {
    const { desk, user, container } = openPortal(`/settlement/open?case=${off}`);
    await user.click(await screen.findByRole('button', { name: 'Match by hand' }, slow));
    await user.click(await screen.findByRole('radio', { name: /G0007\/2/ }, slow));
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Match' }).disabled).toBe(true);
    await user.click(screen.getByRole('checkbox', { name: /Take it as it came/ }));
    const faults = await axe.run(container, { rules: { 'color-contrast': { enabled: false }, region: { enabled: false } } });
    expect(faults.violations.map((each) => each.id)).toEqual([]);
    await user.dblClick(screen.getByRole('button', { name: 'Match' }));
    await waitFor(() => expect(desk.of('POST', /matches$/).length).toBeGreaterThan(0));
    const sent = desk.of('POST', /matches$/);
    expect(sent[0]?.body).toEqual({ line: 'G0007/2', return: off, acceptDifference: true });
    expect(new Set(sent.map((each) => each.headers.get('idempotency-key'))).size).toBe(1);
  });

  it('needs no acceptance for the very amount', async () => {
    const { desk, user } = openPortal(`/settlement/open?case=${off}`);
    await user.click(await screen.findByRole('button', { name: 'Match by hand' }, slow));
    await user.click(await screen.findByRole('radio', { name: /G0007\/5/ }, slow));
    expect(screen.queryByRole('checkbox', { name: /Take it as it came/ })).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Match' }));
    await waitFor(() => expect(desk.of('POST', /matches$/)[0]?.body).toMatchObject({ line: 'G0007/5', acceptDifference: false }));
  });

  it('takes in a file and names what it could not read', async () => {
    const { desk, user, container } = openPortal('/settlement/open?do=upload');
    await screen.findByText(/Drop an invoice/, {}, slow);
    const chooser = container.querySelector<HTMLInputElement>('input[type=file]');
    if (!chooser) throw new Error('no file can be chosen');
    await user.upload(chooser, new File(['InvoiceNumber,Subtotal\nG0009,-1\n'], 'june.csv', { type: 'text/csv' }));
    expect(await screen.findByText('line 4, column 12', {}, slow)).toBeTruthy();
    expect(screen.getByText(/1 line of 12 could not be read/)).toBeTruthy();
    const sent = desk.of('POST', /invoices$/)[0];
    expect(sent?.body).toBe('InvoiceNumber,Subtotal\nG0009,-1\n');
    expect(sent?.headers.get('content-type')).toBe('text/plain');
    expect(sent?.query.get('file')).toBe('june.csv');
    expect(document.activeElement?.textContent).toBe('1 invoice taken in');
  });

  it('sends nothing of a file that is too large or empty', async () => {
    const { desk, user, container } = openPortal('/settlement/open?do=upload');
    await screen.findByText(/Drop an invoice/, {}, slow);
    const chooser = container.querySelector<HTMLInputElement>('input[type=file]');
    if (!chooser) throw new Error('no file can be chosen');
    await user.upload(chooser, new File(['x'.repeat(4 * 1024 * 1024 + 1)], 'big.csv', { type: 'text/csv' }));
    expect(await screen.findByText(/larger than 4 MB/)).toBeTruthy();
    await user.upload(chooser, new File([], 'none.csv', { type: 'text/csv' }));
    expect(await screen.findByText('The file is empty.')).toBeTruthy();
    expect(desk.of('POST', /invoices$/)).toEqual([]);
  });

  it('tells "nothing in the month" from "no case in this state"', async () => {
    const desk = new Desk().answer('GET /api/settlement', { body: money.nothing });
    const { unmount } = openPortal('/settlement/2026-04', { desk });
    expect(await screen.findByText('Nothing to settle in Apr 2026', {}, slow)).toBeTruthy();
    unmount();
    openPortal('/settlement/open?state=missing', { desk });
    expect(await screen.findByText('No case is in this state', {}, slow)).toBeTruthy();
  });

  it('shows what a role may not do, and who may', async () => {
    const actions = { ...examples.actions, settle: examples.mayNot };
    openPortal(`/settlement/open?case=${off}`, { me: { actions } });
    const button = await screen.findByRole('button', { name: 'Match by hand' }, slow);
    expect(button.getAttribute('aria-disabled')).toBe('true');
    expect(screen.getAllByRole('tooltip', { hidden: true }).length).toBeGreaterThan(0);
  });
});

describe('a credit note', () => {
  const address = `/credit-notes/new?customer=${examples.customer.id}&returns=${off}`;
  it('is issued as it was seen: the same returns, language and total, by Ctrl+Enter', async () => {
    const { desk, router, user } = openPortal(address);
    await screen.findByRole('heading', { name: /Kreditnota/ }, slow);
    expect(screen.getByText(/no credit from Microsoft yet/)).toBeTruthy();
    await user.keyboard('{Control>}{Enter}{/Control}');
    await waitFor(() => expect(router.state.location.pathname).toBe('/credit-notes/CN-1'), slow);
    expect(desk.of('POST', /credit-notes$/)[0]?.body).toEqual({
      customer: examples.customer.id,
      returns: [off],
      language: 'sv',
      reference: '',
      agreedTotal: { amount: '69250.73', currency: 'SEK' },
    });
    expect(await screen.findByText(/Credit note CN-1 is issued/)).toBeTruthy();
  });

  it('says in the server’s words why it was not issued, and that no number was used', async () => {
    const why = 'the note is of 69250.74 SEK now, and 69250.73 SEK were seen; look at it again';
    const desk = new Desk().answer('POST /api/credit-notes', { status: 409, body: examples.problem(409, 'stale_quote', why) });
    const { user } = openPortal(address, { desk });
    await user.click(await screen.findByRole('button', { name: /^Issue 69,250.73/ }, slow));
    expect(await screen.findByText(why)).toBeTruthy();
  });

  it('keeps language and reference in the address, so that a link shows the same paper', async () => {
    const { desk, router, user } = openPortal(address);
    await user.click(await screen.findByRole('radio', { name: 'English' }, slow));
    await waitFor(() => expect(router.state.location.search).toMatchObject({ language: 'en' }));
    await user.type(screen.getByRole('textbox', { name: 'The customer’s reference' }), 'PO 7');
    await waitFor(() => expect(router.state.location.search).toMatchObject({ reference: 'PO 7' }), slow);
    await waitFor(() =>
      expect(
        desk
          .of('GET', /preview$/)
          .at(-1)
          ?.query.get('reference'),
      ).toBe('PO 7'),
    );
  });

  it('is reversed with a reason and marked paid with a reference', async () => {
    const { desk, router, user } = openPortal('/credit-notes/CN-1');
    await user.click(await screen.findByRole('button', { name: 'Reverse' }, slow));
    expect((await screen.findByRole<HTMLButtonElement>('button', { name: 'Issue the reversing note' }, slow)).disabled).toBe(true);
    await user.type(screen.getByRole('textbox', { name: /Why it is reversed/ }), 'wrong reference');
    await user.click(screen.getByRole('button', { name: 'Issue the reversing note' }));
    await waitFor(() => expect(router.state.location.pathname).toBe('/credit-notes/CN-2'), slow);
    expect(desk.of('POST', /reversal$/)[0]?.body).toEqual({ reason: 'wrong reference' });
  });
});

describe('addresses', () => {
  it('go from month to month over the year', () => {
    expect(monthFrom('2026-01', -1)).toBe('2025-12');
    expect(monthFrom('2026-12', 1)).toBe('2027-01');
  });
  it('leave out what is not asked and quote what is', () => {
    expect(fileAddress('/api/x', { month: 'open', customer: undefined })).toBe('/api/x?month=open');
    expect(fileAddress('/api/x', {})).toBe('/api/x');
    expect(fileAddress('/api/x', { reference: 'a&b' })).toBe('/api/x?reference=a%26b');
  });
});
