// Never a dead end: an address nobody knows, and a screen that broke.
import { Button } from '@fluentui/react-components';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useI18n } from '../shared/i18n';
import { useHeadline } from '../shared/keys';
import { ui } from '../shared/ui/Bits';
import { Failed } from '../shared/ui/Faces';

const Palette = lazy(() => import('./Palette'));

export function NotFound() {
  const { say } = useI18n();
  const navigate = useNavigate();
  const location = useLocation();
  const headline = useHeadline(location.pathname);
  const [looking, setLooking] = useState(false);
  // A pasted link of another portal holds ids; else the last word of the address is the best guess.
  const guess =
    /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i.exec(location.href)?.[0] ??
    location.pathname.split('/').filter(Boolean).at(-1) ??
    '';
  return (
    <div className={ui.page}>
      <div className={ui.face}>
        <h1 ref={headline} tabIndex={-1}>
          {say('system.notFound')}
        </h1>
        <p>{say('system.notFoundWhy', { path: location.pathname })}</p>
        <div className={ui.row}>
          <Button appearance="primary" onClick={() => setLooking(true)}>
            {say('system.look', { text: guess })}
          </Button>
          <Button onClick={() => navigate({ to: '/customers' })}>{say('nav.customers')}</Button>
        </div>
      </div>
      <Suspense>{looking && <Palette start={guess} onClose={() => setLooking(false)} />}</Suspense>
    </div>
  );
}

export function Broken({ error, reset }: { error: unknown; reset: () => void }) {
  const { say } = useI18n();
  // A screen's file that is gone means that the server was upgraded under this page.
  const upgraded = error instanceof Error && /dynamically imported|module script|preload/i.test(error.message);
  if (upgraded) {
    return (
      <div className={ui.face}>
        <h1>{say('system.newVersion')}</h1>
        <p>{say('system.newVersionWhy')}</p>
        <Button appearance="primary" onClick={() => location.reload()}>
          {say('action.reload')}
        </Button>
      </div>
    );
  }
  return <Failed title={say('system.broken')} kept={say('system.brokenKept')} error={error} again={reset} />;
}
