import { createDOMRenderer, FluentProvider, RendererProvider } from '@fluentui/react-components';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { createRoot } from 'react-dom/client';
import { api, type Me, makeQueries, onSignedOut, told } from '../shared/api';
import { type Catalogue, I18nProvider, loadCatalogue } from '../shared/i18n';
import { MeProvider } from '../shared/me';
import { taste, useTaste } from '../shared/taste';
import { darkTheme, lightTheme } from '../shared/ui/theme';
import { makeRouter } from './router';
import { goToSignIn, meFromPage } from './session';
import './app.css';

const night = window.matchMedia('(prefers-color-scheme: dark)');
function useNight() {
  return useSyncExternalStore(
    (listener) => {
      night.addEventListener('change', listener);
      return () => night.removeEventListener('change', listener);
    },
    () => night.matches,
  );
}

function App({ me: signedIn, first }: { me: Me; first: Catalogue }) {
  const { theme, language } = useTaste();
  const isNight = useNight();
  const dark = theme === 'dark' || (theme === 'system' && isNight);
  const [words, setWords] = useState({ language, catalogue: first });
  const [me, setMe] = useState(signedIn);
  const queries = useMemo(makeQueries, []);
  const router = useMemo(() => makeRouter(queries), [queries]);
  // Fluent writes its style elements while it runs; they carry the nonce of this answer.
  const renderer = useMemo(() => {
    const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce;
    return createDOMRenderer(document, nonce ? { styleElementAttributes: { nonce } } : {});
  }, []);
  useEffect(() => {
    document.documentElement.className = dark ? 'dark' : '';
  }, [dark]);
  useEffect(() => {
    let current = true;
    loadCatalogue(language).then((catalogue) => {
      if (current) setWords({ language, catalogue });
    });
    return () => {
      current = false;
    };
  }, [language]);
  // What the server says in words is asked again in the new language; what is shown stays until it comes.
  const spoken = useRef(signedIn.language);
  useEffect(() => {
    document.documentElement.lang = words.language;
    if (spoken.current === words.language) return;
    spoken.current = words.language;
    void queries.invalidateQueries();
    told(api.GET('/api/me', { params: { query: { lang: words.language } } })).then(setMe, () => undefined);
  }, [words.language, queries]);
  return (
    <RendererProvider renderer={renderer} targetDocument={document}>
      <FluentProvider theme={dark ? darkTheme : lightTheme} style={{ height: '100%', background: 'none' }}>
        <I18nProvider language={words.language} catalogue={words.catalogue}>
          <MeProvider value={me}>
            <QueryClientProvider client={queries}>
              <RouterProvider router={router} />
            </QueryClientProvider>
          </MeProvider>
        </I18nProvider>
      </FluentProvider>
    </RendererProvider>
  );
}

async function start() {
  const { language } = taste();
  const me = meFromPage() ?? (await askMe());
  if (!me) return goToSignIn(language);
  onSignedOut(() => goToSignIn(taste().language));
  const first = await loadCatalogue(language);
  const root = document.getElementById('root');
  if (root) {
    createRoot(root).render(
      <StrictMode>
        <App me={me} first={first} />
      </StrictMode>,
    );
  }
}

/** Under `npm run dev` the page comes from Vite and carries nobody. */
async function askMe(): Promise<Me | null> {
  if (document.getElementById('me')) return null;
  const answer = await fetch('/api/me').catch(() => null);
  return answer?.ok ? ((await answer.json()) as Me) : null;
}

void start();
