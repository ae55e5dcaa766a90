import { act, screen, waitFor } from '@testing-library/react';
import axe from 'axe-core';
import { describe, expect, it } from 'vitest';
import en from '../../shared/i18n/compiled/en.json';
import { Desk } from '../../test/desk';
import * as examples from '../../test/examples';
import { exchangeRun, filedExchange } from '../../test/exchanges-examples';
import { openPortal } from '../../test/render';

const long = { timeout: 20000 };
const from = `/exchanges/new?from=${examples.record.id}`;
const enough = `${from}&returns=${examples.record.id}~2&bought=1~Standard_D4s_v5~westeurope~P1Y~Upfront`;
const colourless = { rules: { 'color-contrast': { enabled: false }, region: { enabled: false } } };

describe('the exchange workbench', () => {
  it('proposes by one key what passes, and wants each scope confirmed before the review', async () => {
    const { router, user, container } = openPortal(`${from}&returns=${examples.record.id}~2`);
    await screen.findByText('Missing 1,220.00 USD', {}, long);
    expect(screen.getByText('exchange.no_payout')).toBeTruthy();
    await user.keyboard('p');
    await waitFor(() => expect(router.state.location.search).toMatchObject({ bought: expect.stringContaining('1~Standard_D4s_v5') }));
    await screen.findByText('Surplus 2,980.00 USD', {}, long);
    await user.keyboard('{Control>}{Enter}{/Control}');
    expect((await screen.findByRole('alert')).textContent).toContain('Confirm the scope');
    await user.click(screen.getByRole('checkbox', { name: /I confirm it/ }));
    await user.keyboard('{Control>}{Enter}{/Control}');
    await screen.findByRole('heading', { name: 'Review: two transactions' }, long);
    expect((await axe.run(container, colourless)).violations.map((fault) => fault.id)).toEqual([]);
  });

  it('files once what was agreed to, with one key for one intention', async () => {
    const { router, user, desk } = openPortal(enough);
    await user.click(await screen.findByRole('checkbox', { name: /Scope copied from what is returned/ }, long));
    await screen.findByText('Surplus 2,980.00 USD', {}, long);
    await user.keyboard('{Control>}{Enter}{/Control}');
    const tick = await screen.findByRole(
      'checkbox',
      { name: /I agree to return 1,220.00\sUSD and buy for 4,200.00\sUSD, 2,980.00\sUSD net/ },
      long,
    );
    await user.keyboard('{Control>}{Enter}{/Control}');
    expect((await screen.findByRole('alert')).textContent).toContain('Tick the line above first');
    act(() => tick.focus());
    await user.keyboard(' {Control>}{Enter}{/Control}{Control>}{Enter}{/Control}');
    await screen.findByRole('heading', { name: 'Exchange request R-1017 created' }, long);
    const filed = desk.of('POST', /\/api\/exchanges$/);
    expect(filed).toHaveLength(1);
    expect(filed[0]?.headers.get('idempotency-key')).toMatch(/^[0-9a-f-]{36}$/);
    expect(filed[0]?.body).toMatchObject({
      returns: `${examples.record.id}~2`,
      bought: expect.stringMatching(/^1~Standard_D4s_v5~westeurope~P1Y~Upfront~\S+~VirtualMachines$/),
      policy: 'csp-2020',
      netPayable: { amount: '2980.00', currency: 'USD' },
    });
    expect(router.state.location.search).toMatchObject({ step: 'done', made: 'R-1017' });
  });

  it('says that the figure has moved, keeps what was typed, and takes the consent back', async () => {
    const desk = new Desk().answer('POST /api/exchanges', {
      status: 409,
      body: examples.problem(409, 'stale_quote', 'It is 3000.00 USD now; look at it again and agree to that.'),
    });
    const { user } = openPortal(enough, { desk });
    await user.click(await screen.findByRole('checkbox', { name: /I confirm it/ }, long));
    await screen.findByText('Surplus 2,980.00 USD', {}, long);
    await user.keyboard('{Control>}{Enter}{/Control}');
    await user.click(await screen.findByRole('checkbox', { name: /I agree to return/ }, long));
    await user.keyboard('{Control>}{Enter}{/Control}');
    await screen.findByText(/It is 3000.00 USD now/, {}, long);
    await user.click(screen.getByRole('button', { name: en['wizard.newQuote'] }));
    expect((screen.getByRole('checkbox', { name: /I agree to return/ }) as HTMLInputElement).checked).toBe(false);
    expect((screen.getByLabelText(/^Email/, { selector: 'input' }) as HTMLInputElement).value).toBe('maja.lind@birkapartner.example');
  });

  it('shows which side of one that is part done has happened', async () => {
    const desk = new Desk().answer('GET /api/exchanges/R-1017', {
      body: { ...filedExchange, state: 'executing', run: exchangeRun },
    });
    openPortal(`${from}&step=done&made=R-1017`, { desk });
    expect(await screen.findByText('Part done.', {}, long)).toBeTruthy();
    expect(screen.getByText(/The units are returned; the purchase follows/)).toBeTruthy();
    expect(screen.queryByRole('link', { name: 'Standard_D4s_v5' })).toBeNull();
  });

  it('asks for a reservation where none is named, and names what cannot be worked out', async () => {
    const { unmount } = openPortal('/exchanges/new');
    await screen.findByRole('heading', { name: 'Pick a reservation to begin' }, long);
    unmount();
    const desk = new Desk().answer('GET /api/quotes/exchange', {
      status: 404,
      body: examples.problem(404, 'not_found', 'no price for Standard_D4s_v5 in mars for P5Y'),
    });
    openPortal(`${from}&bought=1~Standard_D4s_v5~mars~P5Y~Upfront`, { desk });
    await screen.findByText(/no price for Standard_D4s_v5 in mars/, {}, long);
    expect(screen.getByRole('button', { name: 'Remove: Standard_D4s_v5' })).toBeTruthy();
  });
});
