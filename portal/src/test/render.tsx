// The whole portal at an address, over a desk of examples.
import { FluentProvider } from '@fluentui/react-components';
import { QueryClientProvider } from '@tanstack/react-query';
import { createMemoryHistory, RouterProvider } from '@tanstack/react-router';
import { render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { makeRouter } from '../app/router';
import { type Me, makeQueries } from '../shared/api';
import type { Language } from '../shared/format';
import { I18nProvider } from '../shared/i18n';
import en from '../shared/i18n/compiled/en.json';
import sv from '../shared/i18n/compiled/sv.json';
import { MeProvider } from '../shared/me';
import { lightTheme } from '../shared/ui/theme';
import { Desk } from './desk';
import * as examples from './examples';

export function openPortal(address: string, own: { language?: Language; me?: Partial<Me>; desk?: Desk } = {}) {
  const desk = own.desk ?? new Desk();
  globalThis.fetch = desk.fetch as typeof fetch;
  const queries = makeQueries();
  queries.setDefaultOptions({ queries: { ...queries.getDefaultOptions().queries, retry: false, staleTime: 30_000 } });
  const history = createMemoryHistory({ initialEntries: [address] });
  const router = makeRouter(queries, history);
  const language = own.language ?? 'en';
  const view = render(
    <FluentProvider theme={lightTheme}>
      <I18nProvider language={language} catalogue={language === 'sv' ? sv : en}>
        <MeProvider value={{ ...examples.me, ...own.me }}>
          <QueryClientProvider client={queries}>
            <RouterProvider router={router} />
          </QueryClientProvider>
        </MeProvider>
      </I18nProvider>
    </FluentProvider>,
  );
  return { ...view, desk, router, user: userEvent.setup() };
}

export const recordAddress = (part: string) => `/reservations/${examples.record.id}/${part}`;
