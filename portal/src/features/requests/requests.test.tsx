import { act, screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { Desk } from '../../test/desk';
import * as examples from '../../test/examples';
import { openPortal, recordAddress } from '../../test/render';
import { asked, askedRow, completed, inbox } from '../../test/request-examples';

const slow = { timeout: 20000 };
const path = `/requests/${asked.number}`;

describe('the inbox', () => {
  it('asks by its view, which is in the address', async () => {
    const { desk, router, user } = openPortal('/requests?view=approve&q=almgren');
    await screen.findByText('R-1042', {}, slow);
    expect(Object.fromEntries(desk.of('GET', /^\/api\/requests$/)[0]?.query ?? [])).toMatchObject({ view: 'approve', q: 'almgren' });
    await user.click(screen.getByRole('button', { name: /^Maybe done/ }));
    await waitFor(() => expect(router.state.location.search).toMatchObject({ view: 'unknown', q: 'almgren' }));
    await user.click(screen.getByRole('button', { name: 'Support tickets' }));
    await screen.findByText(examples.request.title, {}, slow);
  });

  it('approves only after the amounts were shown, and not one’s own', async () => {
    const desk = new Desk().answer(/^POST .*\/approve$/, { body: { ok: true, reasons: [], request: completed } });
    const { user } = openPortal('/requests', { desk });
    const grid = await screen.findByRole('grid', {}, slow);
    await screen.findByText('R-1043', {}, slow);
    act(() => grid.focus());
    await user.keyboard(' {ArrowDown} ');
    await user.keyboard('a');
    const button = await screen.findByRole('button', { name: 'Approve 1 request' }, slow);
    expect(desk.of('POST', /approve$/)).toHaveLength(0);
    expect(screen.getByText(/A second person must agree: you submitted this request yourself/)).toBeTruthy();
    expect(document.activeElement).toBe(button);
    await user.keyboard('{Enter}');
    await waitFor(() => expect(desk.of('POST', /approve$/)).toHaveLength(1), slow);
    expect(desk.of('POST', /approve$/)[0]?.path).toContain('R-1042');
    expect(desk.of('POST', /approve$/)[0]?.headers.get('if-match')).toBe('3');
  });

  it('takes a row with O', async () => {
    const desk = new Desk().answer(/^PUT .*\/owner$/, { body: { ok: true, reasons: [], request: asked } });
    const { user } = openPortal('/requests', { desk });
    const grid = await screen.findByRole('grid', {}, slow);
    await screen.findByText('R-1042', {}, slow);
    act(() => grid.focus());
    await user.keyboard('{ArrowDown}o');
    await waitFor(() => expect(desk.of('PUT', /owner$/)[0]?.body).toEqual({ user: examples.me.user.name }), slow);
  });

  it('is empty in two ways', async () => {
    const none = { ...inbox, total: 0, rows: [] };
    const first = openPortal('/requests', { desk: new Desk().answer('GET /api/requests', { body: none }) });
    await screen.findByText('No request yet', {}, slow);
    first.unmount();
    openPortal('/requests?view=unknown', { desk: new Desk().answer('GET /api/requests', { body: none }) });
    await screen.findByText('No request is in this state', {}, slow);
  });
});

describe('a request', () => {
  it('shows what was agreed, what it would be today, and hostile words as text', async () => {
    openPortal(path);
    expect((await screen.findAllByText('26,881.56 USD', {}, slow)).length).toBeGreaterThan(0);
    expect(screen.getByText('Today it would be 26,857.01 USD.')).toBeTruthy();
    expect(screen.getByText(/<img src=x onerror=alert\(1\)>/)).toBeTruthy();
    expect(document.querySelector('img[src=x]')).toBeNull();
    expect(screen.getByText('order.pdf').closest('a')?.getAttribute('download')).toBe('order.pdf');
  });

  it('is approved by A and Enter, with the version that was seen', async () => {
    const desk = new Desk().answer(/^POST .*\/approve$/, { body: { ok: true, reasons: [], request: completed } });
    const { router, user } = openPortal(path, { desk });
    await screen.findByRole('heading', { level: 1, name: /R-1042/ }, slow);
    await user.keyboard('a');
    await waitFor(() => expect(router.state.location.search).toEqual({ do: 'approve' }));
    await waitFor(() => expect(document.activeElement?.textContent).toBe('Approve'), slow);
    await user.keyboard('{Enter}');
    await screen.findByText(/comes to the partner account/, {}, slow);
    expect(desk.of('POST', /approve$/)[0]?.headers.get('if-match')).toBe('3');
    expect(screen.queryByRole('button', { name: 'Approve' })).toBeNull();
  });

  it('says that a second person must agree, and offers nothing else', async () => {
    const fourEyes = {
      allowed: false,
      why: 'A second person must agree: you submitted this request yourself.',
      whoCan: [],
      fourEyes: true,
    };
    const desk = new Desk().answer(`GET /api/requests/${asked.number}`, {
      body: { ...asked, actions: { ...asked.actions, approve: fourEyes } },
    });
    const { user } = openPortal(`${path}?do=approve`, { desk });
    await screen.findByText('A second person must agree', {}, slow);
    await user.keyboard('{Control>}{Enter}{/Control}');
    expect(desk.of('POST', /approve/)).toHaveLength(0);
  });

  it('of an unknown outcome can be looked at and never sent again', async () => {
    const { state: _, ...may } = { ...asked.actions.approve, state: false };
    const desk = new Desk()
      .answer(`GET /api/requests/${asked.number}`, {
        body: {
          ...asked,
          state: 'outcome_unknown',
          actions: {
            ...asked.actions,
            approve: asked.actions.send,
            decline: asked.actions.send,
            withdraw: asked.actions.send,
            resolve: may,
          },
        },
      })
      .answer(/^POST .*\/resolve$/, { body: { ok: true, reasons: [], request: completed } });
    const { user } = openPortal(path, { desk });
    await screen.findByText(/do not send it again/, {}, slow);
    for (const name of ['Send now', 'Approve', 'Undo', 'Try again']) expect(screen.queryByRole('button', { name })).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Look now' }));
    await waitFor(() => expect(desk.of('POST', /resolve$/)).toHaveLength(1), slow);
  });

  it('wants a reason before it is declined', async () => {
    const desk = new Desk().answer(/^POST .*\/(decline|send)$/, { body: { ok: true, reasons: [], request: asked } });
    const first = openPortal(`${path}?do=decline`, { desk });
    const reason = await screen.findByRole('textbox', { name: /^Reason/ }, slow);
    act(() => reason.focus());
    await first.user.keyboard('{Control>}{Enter}{/Control}');
    await screen.findByText('Fill in Reason', {}, slow);
    act(() => reason.focus());
    await first.user.keyboard('The units are used elsewhere.{Control>}{Enter}{/Control}');
    await waitFor(() => expect(desk.of('POST', /decline$/)[0]?.body).toEqual({ reason: 'The units are used elsewhere.' }), slow);
  });
});

describe('the wizard', () => {
  it('files a request with the consent to a kept quote', async () => {
    const { desk, user } = openPortal(`${recordAddress('new-request')}?step=review&units=3&ask=R-1003`);
    await user.click(await screen.findByRole('checkbox', { name: /I agree to/ }, slow));
    await user.click(screen.getByRole('button', { name: 'Create' }));
    await screen.findByRole('heading', { level: 2, name: 'Request created' }, slow);
    const sent = desk.of('POST', /^\/api\/requests$/)[0]?.body as Record<string, unknown>;
    expect(sent).toMatchObject({ kind: 'refund', from: 'R-1003', returns: [{ reservation: examples.record.id, quantity: 3 }] });
    expect(sent.consent).toMatchObject({ quoteId: '90a7e0aa-1111-4222-8333-000000000001', currency: 'USD', policy: 'csp-2020' });
    expect(desk.of('POST', /support-requests$/)).toHaveLength(0);
  });

  it('shows every reason of a refusal and stays where it is', async () => {
    const desk = new Desk().answer('POST /api/requests', {
      body: {
        ok: false,
        reasons: [
          { code: 'refund_limit_exceeded', armCode: 'RefundLimitExceeded', text: 'It does not fit.' },
          { code: 'not_this', text: 'Nor this.' },
        ],
      },
    });
    const { user } = openPortal(`${recordAddress('new-request')}?step=review&units=3`, { desk });
    await user.click(await screen.findByRole('checkbox', { name: /I agree to/ }, slow));
    await user.click(screen.getByRole('button', { name: 'Create' }));
    await screen.findByText('It does not fit.', {}, slow);
    expect(screen.getByText('Nor this.')).toBeTruthy();
    expect(screen.queryByText('Request created')).toBeNull();
  });

  it('sends anything else to support as a plain ticket', async () => {
    const { desk, user } = openPortal(`${recordAddress('new-request')}?step=review&want=other`);
    await user.click(await screen.findByRole('checkbox', { name: /I have checked the ticket/ }, slow));
    await user.click(screen.getByRole('button', { name: 'Create' }));
    await screen.findByRole('heading', { level: 2, name: 'Request created' }, slow);
    expect(desk.of('POST', /support-requests$/)).toHaveLength(1);
    expect(desk.of('POST', /^\/api\/requests$/)).toHaveLength(0);
    expect(askedRow.number).toBe('R-1042');
  });
});
