// Ctrl+K: everything of that text, and the commands. A pasted link of the Azure portal or Partner Center is read for the ids in it.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useRouter } from '@tanstack/react-router';
import { useDeferredValue, useEffect, useId, useRef, useState } from 'react';
import { api, Problem, told } from '../shared/api';
import { useI18n } from '../shared/i18n';
import { setTaste } from '../shared/taste';
import s from './shell.module.css';

interface Entry {
  title: string;
  detail: string;
  act: () => void;
}

export default function Palette({ onClose, start = '' }: { onClose: () => void; start?: string }) {
  const { say } = useI18n();
  const navigate = useNavigate();
  const router = useRouter();
  const [text, setText] = useState(start);
  const [at, setAt] = useState(0);
  const dialog = useRef<HTMLDialogElement>(null);
  const list = useId();
  const q = useDeferredValue(text.trim().slice(0, 2000));
  useEffect(() => {
    dialog.current?.showModal();
  }, []);

  const found = useQuery({
    queryKey: ['search', q],
    enabled: q.length > 0,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => told(api.GET('/api/search', { params: { query: { q, limit: 6 } }, signal })),
  });
  const commands: Entry[] = [
    { title: say('nav.today'), detail: 'G T', act: () => navigate({ to: '/' }) },
    { title: say('nav.policies'), detail: 'G P', act: () => navigate({ to: '/policies' }) },
    { title: say('nav.customers'), detail: 'G C', act: () => navigate({ to: '/customers' }) },
    { title: say('nav.reservations'), detail: 'G A', act: () => navigate({ to: '/reservations' }) },
    { title: say('nav.requests'), detail: 'G R', act: () => navigate({ to: '/requests' }) },
    { title: say('nav.renewals'), detail: '', act: () => navigate({ to: '/renewals' }) },
    { title: say('nav.allowance'), detail: 'G M', act: () => navigate({ to: '/allowance' }) },
    { title: say('nav.sandbox'), detail: 'G S', act: () => navigate({ to: '/sandbox' }) },
    { title: say('nav.help'), detail: 'G H', act: () => navigate({ to: '/help' }) },
    { title: `${say('shell.theme')}: ${say('theme.light')}`, detail: '', act: () => setTaste({ theme: 'light' }) },
    { title: `${say('shell.theme')}: ${say('theme.dark')}`, detail: '', act: () => setTaste({ theme: 'dark' }) },
    { title: 'English', detail: say('shell.language'), act: () => setTaste({ language: 'en' }) },
    { title: 'Svenska', detail: say('shell.language'), act: () => setTaste({ language: 'sv' }) },
  ];
  const kinds = {
    customer: 'kind.customer',
    reservation: 'kind.reservation',
    order: 'kind.order',
    supportRequest: 'kind.request',
  } as const;
  const hits: Entry[] = (q ? (found.data?.hits ?? []) : []).map((hit) => ({
    title: hit.title,
    detail: [say(kinds[hit.kind]), hit.detail].filter(Boolean).join(' · '),
    act: () => router.history.push(hit.path),
  }));
  const lower = text.trim().toLowerCase();
  const entries = [...hits, ...commands.filter((command) => command.title.toLowerCase().includes(lower))];
  const current = Math.min(at, Math.max(0, entries.length - 1));
  useEffect(() => {
    dialog.current?.querySelector('[aria-selected=true]')?.scrollIntoView?.({ block: 'nearest' });
  });
  const go = (entry: Entry | undefined) => {
    if (!entry) return;
    dialog.current?.close();
    entry.act();
  };
  return (
    <dialog
      ref={dialog}
      className={s.dialog}
      aria-label={say('shell.search')}
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && dialog.current.close()}
      onKeyDown={(event) => {
        if (event.key === 'ArrowDown') setAt(Math.min(entries.length - 1, current + 1));
        else if (event.key === 'ArrowUp') setAt(Math.max(0, current - 1));
        else if (event.key === 'Enter') go(entries[current]);
        else return;
        event.preventDefault();
      }}
    >
      <input
        autoFocus
        role="combobox"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={entries.length ? `${list}-${current}` : undefined}
        aria-label={say('shell.search')}
        placeholder={say('shell.search')}
        maxLength={2000}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
      />
      <ul className={s.hits} role="listbox" id={list} aria-label={say('palette.found')} tabIndex={-1}>
        {entries.map((entry, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the dialog's
          <li
            key={index}
            id={`${list}-${index}`}
            role="option"
            aria-selected={index === current}
            onClick={() => go(entry)}
            onMouseMove={() => setAt(index)}
          >
            <span>{entry.title}</span>
            <small>{entry.detail}</small>
          </li>
        ))}
      </ul>
      {q && found.error ? (
        <p className={s.hint}>{found.error instanceof Problem ? found.error.title : say('face.noAnswer')}</p>
      ) : (
        q && !found.isFetching && hits.length === 0 && <p className={s.hint}>{say('palette.none', { q })}</p>
      )}
    </dialog>
  );
}
