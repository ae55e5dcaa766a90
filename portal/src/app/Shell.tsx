// The frame all screens share: header, main menu, sheet, the keys that work everywhere.
import { Button } from '@fluentui/react-components';
import {
  ArrowSync20Regular,
  BuildingPeople20Regular,
  CalendarLtr20Regular,
  CalendarToday20Regular,
  ChatBubblesQuestion20Regular,
  Cube20Regular,
  DarkTheme20Regular,
  History20Regular,
  Navigation20Regular,
  QuestionCircle20Regular,
  Receipt20Regular,
  Scales20Regular,
  Search16Regular,
  Settings20Regular,
  Timer16Regular,
  Timer20Regular,
} from '@fluentui/react-icons';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { clockQuery } from '../features/sandbox/queries';
import { api, told, write } from '../shared/api';
import { useI18n } from '../shared/i18n';
import { useKeys } from '../shared/keys';
import { useLive } from '../shared/live';
import { roleWords, useMe } from '../shared/me';
import { setTaste, type Taste, useTaste } from '../shared/taste';
import { listen } from './events';
import { goToSignIn } from './session';
import s from './shell.module.css';

const Palette = lazy(() => import('./Palette'));
const KeyList = lazy(() => import('./KeyList'));

const menu = [
  {
    group: 'nav.work',
    entries: [
      { to: '/', word: 'nav.today', icon: CalendarToday20Regular },
      { to: '/customers', word: 'nav.customers', icon: BuildingPeople20Regular },
      { to: '/reservations', word: 'nav.reservations', icon: Cube20Regular },
      { to: '/requests', word: 'nav.requests', icon: ChatBubblesQuestion20Regular },
      { to: '/renewals', word: 'nav.renewals', icon: ArrowSync20Regular },
    ],
  },
  {
    group: 'nav.money',
    entries: [
      { to: '/allowance', word: 'nav.allowance', icon: CalendarLtr20Regular },
      { to: '/settlement', word: 'nav.settlement', icon: Receipt20Regular },
    ],
  },
  {
    group: 'nav.more',
    entries: [
      { to: '/audit', word: 'nav.audit', icon: History20Regular },
      { to: '/policies', word: 'nav.policies', icon: Scales20Regular },
      { to: '/sandbox', word: 'nav.sandbox', icon: Timer20Regular },
      { to: '/settings', word: 'nav.settings', icon: Settings20Regular },
      { to: '/help', word: 'nav.help', icon: QuestionCircle20Regular },
    ],
  },
] as const;

const themes: Taste['theme'][] = ['system', 'light', 'dark'];
const themeWords = { system: 'theme.system', light: 'theme.light', dark: 'theme.dark' } as const;

export function Shell() {
  const i18n = useI18n();
  const { say } = i18n;
  const me = useMe();
  const taste = useTaste();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const [palette, setPalette] = useState(false);
  const [keyList, setKeyList] = useState(false);
  const [open, setOpen] = useState(false);
  const clock = useQuery({ ...clockQuery, enabled: me.sandbox });
  const folded = /^\/(reservations|customers|requests|exchanges|orders)\/./.test(pathname);
  const queries = useQueryClient();
  useEffect(() => setOpen(false), [pathname]);
  useEffect(() => listen(queries), [queries]);

  useKeys({
    'Ctrl+k': () => setPalette(true),
    '?': () => setKeyList(true),
    '/': () => document.querySelector<HTMLInputElement>('[data-filter]')?.focus(),
    'g t': () => navigate({ to: '/' }),
    'g c': () => navigate({ to: '/customers' }),
    'g a': () => navigate({ to: '/reservations' }),
    'g r': () => navigate({ to: '/requests' }),
    'g m': () => navigate({ to: '/allowance' }),
    'g p': () => navigate({ to: '/policies' }),
    'g s': () => navigate({ to: '/sandbox' }),
    'g h': () => navigate({ to: '/help' }),
  });

  return (
    <div className={`${s.frame} ${folded ? s.folded : ''} ${me.sandbox ? s.sandbox : ''}`}>
      <button type="button" className={s.skip} onClick={() => document.getElementById('content')?.focus()}>
        {say('shell.skip')}
      </button>
      <header className={s.header}>
        <button
          type="button"
          className={`${s.icon} ${s.menu}`}
          aria-expanded={open}
          aria-controls="menu"
          aria-label={say('nav.label')}
          onClick={() => setOpen(!open)}
        >
          <Navigation20Regular aria-hidden="true" />
        </button>
        <Link to="/" className={s.mark} aria-label="Prorata">
          <img src="/mark.svg" width="22" height="22" alt="" />
          <b>Prorata</b>
        </Link>
        <button type="button" className={s.search} onClick={() => setPalette(true)} aria-keyshortcuts="Control+K">
          <Search16Regular aria-hidden="true" />
          <span>{say('shell.search')}</span>
          <kbd>Ctrl K</kbd>
        </button>
        {me.sandbox && (
          <Link to="/sandbox" className={s.clock}>
            <Timer16Regular aria-hidden="true" />
            <b>{say('shell.sandbox')}</b>
            <span>{i18n.moment(clock.data?.now ?? me.now)} UTC</span>
            <span className="unseen">{say('shell.advance')}</span>
          </Link>
        )}
        <div className={s.pair} role="group" aria-label={say('shell.language')}>
          {(['en', 'sv'] as const).map((language) => (
            <button
              key={language}
              type="button"
              lang={language}
              aria-pressed={taste.language === language}
              title={language === 'en' ? 'English' : 'Svenska'}
              onClick={() => setTaste({ language })}
            >
              {language.toUpperCase()}
            </button>
          ))}
        </div>
        <button
          type="button"
          className={s.icon}
          aria-label={`${say('shell.theme')}: ${say(themeWords[taste.theme])}`}
          title={`${say('shell.theme')}: ${say(themeWords[taste.theme])}`}
          onClick={() => setTaste({ theme: themes[(themes.indexOf(taste.theme) + 1) % themes.length] ?? 'system' })}
        >
          <DarkTheme20Regular aria-hidden="true" />
        </button>
        <Person />
      </header>
      <nav className={s.nav} id="menu" data-open={open} aria-label={say('nav.label')}>
        {menu.map((part) => (
          <div key={part.group}>
            <h2>{say(part.group)}</h2>
            <ul>
              {part.entries.map(({ to, word, icon: Icon }) => (
                <li key={to}>
                  <Link
                    to={to}
                    aria-current={pathname === to || (to !== '/' && pathname.startsWith(`${to}/`)) ? 'page' : undefined}
                    title={folded ? say(word) : undefined}
                  >
                    <Icon aria-hidden="true" />
                    <span>{say(word)}</span>
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </nav>
      <main className={s.sheet} id="content" tabIndex={-1}>
        <Offline />
        <Outlet />
      </main>
      <div id="said" className="unseen" aria-live="polite" />
      <Suspense>
        {palette && <Palette onClose={() => setPalette(false)} />}
        {keyList && <KeyList onClose={() => setKeyList(false)} />}
      </Suspense>
    </div>
  );
}

function Person() {
  const { say } = useI18n();
  const me = useMe();
  const taste = useTaste();
  const queries = useQueryClient();
  const roles = me.roles.map((role) => say(roleWords[role])).join(', ');
  const initials = me.user.display
    .split(/\s+/)
    .map((word) => [...word][0] ?? '')
    .join('')
    .slice(0, 2)
    .toUpperCase();
  const signOut = async () => {
    await told(api.POST('/api/sign-out', { params: { header: write } })).catch(() => undefined);
    queries.clear();
    goToSignIn(taste.language);
  };
  return (
    <>
      <button type="button" className={s.who} popoverTarget="person">
        <span>
          {me.user.display}
          <small>{roles}</small>
        </span>
        <i className={s.face} aria-hidden="true">
          {initials}
        </i>
      </button>
      <div id="person" popover="auto" className={s.card}>
        <b>{me.user.display}</b>
        <div>{me.user.name}</div>
        <div>{roles}</div>
        <div>{me.partner}</div>
        <label>
          <input type="checkbox" checked={taste.letters} onChange={(event) => setTaste({ letters: event.target.checked })} />{' '}
          {say('shell.letters')}
        </label>
        <Link to="/access">{say('access.title')}</Link>
        <Button onClick={signOut}>{say('shell.signOut')}</Button>
      </div>
    </>
  );
}

/** Reads go on from memory while there is no network; what is written waits for it. */
function Offline() {
  const { say } = useI18n();
  const { hearing } = useLive();
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const change = () => setOnline(navigator.onLine);
    window.addEventListener('online', change);
    window.addEventListener('offline', change);
    return () => {
      window.removeEventListener('online', change);
      window.removeEventListener('offline', change);
    };
  }, []);
  if (online && hearing) return null;
  return (
    <p className={s.strip} role="status">
      {say(online ? 'shell.connectingAgain' : 'shell.offline')}
    </p>
  );
}
