import { screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { broken } from '../../test/audit-examples';
import { Desk } from '../../test/desk';
import { openPortal } from '../../test/render';

const slow = { timeout: 20000 };

describe('the audit trail', () => {
  it('asks by the address and shows hostile text as text', async () => {
    const { desk, router, user } = openPortal('/audit?actor=maja&from=2026-06-01');
    await screen.findByText('<b>=cmd</b>', {}, slow);
    expect(Object.fromEntries(desk.of('GET', /audit$/)[0]?.query ?? [])).toMatchObject({ actor: 'maja', from: '2026-06-01' });
    expect(screen.getByRole('link', { name: 'CN-1' }).getAttribute('href')).toBe('/credit-notes/CN-1');
    await user.click(screen.getByRole('button', { name: '1,204,331' }));
    await waitFor(() => expect(router.state.location.search).toMatchObject({ record: '1204331' }));
    expect(screen.getByText('b'.repeat(64))).toBeTruthy();
  });

  it('goes on from the number where the answer before ended', async () => {
    const { desk, user } = openPortal('/audit');
    await user.click(await screen.findByRole('button', { name: 'Older records' }, slow));
    await waitFor(() =>
      expect(
        desk
          .of('GET', /audit$/)
          .at(-1)
          ?.query.get('before'),
      ).toBe('1204330'),
    );
  });

  it('is verified by V, and says how many lines and how long', async () => {
    const { desk, user } = openPortal('/audit');
    await screen.findByText('<b>=cmd</b>', {}, slow);
    expect(desk.of('GET', /verification$/)).toEqual([]);
    await user.keyboard('v');
    expect(await screen.findByText('1,204,331 records verified in 0.9 s. Nobody has changed them.', {}, slow)).toBeTruthy();
  });

  it('is loud when the chain is broken, and says where', async () => {
    const { user } = openPortal('/audit', { desk: new Desk().answer('GET /api/audit/verification', { body: broken }) });
    await user.click(await screen.findByRole('button', { name: 'Verify chain' }, slow));
    const alert = await screen.findByRole('alert', {}, slow);
    expect(alert.textContent).toContain('The chain is broken');
    expect(alert.textContent).toContain('commit 815 does not follow on commit 814');
  });

  it('counts what a role may not see', async () => {
    const body = { asOf: '2026-06-10T12:00:00Z', total: 12, hidden: 12, rows: [] };
    openPortal('/audit', { desk: new Desk().answer('GET /api/audit', { body }) });
    expect(await screen.findByText(/12 records are not shown to your role/, {}, slow)).toBeTruthy();
  });
});
