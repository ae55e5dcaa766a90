import { screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { Desk } from '../../test/desk';
import * as examples from '../../test/examples';
import { openPortal } from '../../test/render';

const slow = { timeout: 20000 };

describe('settings', () => {
  it('fill the contact of the next request', async () => {
    localStorage.clear();
    const { user, unmount } = openPortal('/settings');
    const phone = await screen.findByRole('textbox', { name: 'Phone' }, slow);
    await user.type(phone, '+46 8 123');
    unmount();
    openPortal('/reservations/9e5e7a7e-0000-4000-8000-000000000000/new-request?step=contact');
    await waitFor(() => expect(screen.getByRole<HTMLInputElement>('textbox', { name: /Phone/ }).value).toBe('+46 8 123'), slow);
  });

  it('save the four-eyes limit as an amount of cents, and not what is no amount', async () => {
    const { desk, user } = openPortal('/settings');
    const field = await screen.findByRole('textbox', { name: /A second person must agree above/ }, slow);
    await user.clear(field);
    await user.type(field, '7,5');
    expect(screen.getByText('Write an amount such as 5000 or 5000.50.')).toBeTruthy();
    await user.clear(field);
    await user.type(field, '7500.5');
    await user.keyboard('{Control>}{Enter}{/Control}');
    await waitFor(() => expect(desk.of('PUT', /approval$/)[0]?.body).toEqual({ above: { amount: '7500.50', currency: 'USD' } }));
  });

  it('add somebody and show the password once', async () => {
    const { desk, user } = openPortal('/settings');
    await user.click(await screen.findByRole('button', { name: 'Add somebody' }, slow));
    await user.type(screen.getByRole('textbox', { name: /E-mail address/ }), 'bo@partner.example');
    await user.click(screen.getByRole('checkbox', { name: 'Helpdesk agent' }));
    await user.click(screen.getAllByRole('button', { name: 'Add somebody' }).at(-1) as HTMLElement);
    expect(await screen.findByText('once-and-never-again', {}, slow)).toBeTruthy();
    expect(desk.of('POST', /users$/)[0]?.body).toEqual({ name: 'bo@partner.example', display: '', roles: ['helpdesk_agent'] });
  });

  it('say who may manage users where the role may not, and ask for no list', async () => {
    const { desk } = openPortal('/settings', {
      me: { actions: { ...examples.actions, manageUsers: examples.mayNot } },
      desk: new Desk(),
    });
    await screen.findByRole('heading', { name: 'Users and roles' }, slow);
    expect(desk.of('GET', /settings\/users$/)).toEqual([]);
  });
});
