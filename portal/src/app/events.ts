// The desk tells what changed (/api/events), and what was read of it is read anew. Only a tab that is looked at listens: a browser has few
// connections to a server, and one that comes back says what it heard last.
import type { QueryClient, QueryKey } from '@tanstack/react-query';
import { api, told } from '../shared/api';
import { glow, setLive } from '../shared/live';

interface Change {
  kind: string;
  id?: string;
}

const patience = 3_000; // before the page says that it is connecting again
const pause = 30_000; // after a no of the server
const gather = 150; // changes that come together are one reading

/** The readings that a change makes old. `true`: all of them. */
export function oldBy({ kind, id }: Change): true | QueryKey[] {
  const one = (name: string): QueryKey => (id ? [name, id] : [name]);
  switch (kind) {
    case 'clock':
      return true;
    case 'customer':
      return [one('customer'), ['customers']];
    case 'reservation':
      return [one('reservation'), one('quote'), ['reservations'], ['orders'], ['order']];
    case 'order':
      return [one('order'), ['orders']];
    case 'allowance':
      return [['customer'], ['customers'], ['allowance'], ['quote']];
    case 'return':
    case 'settlement':
    case 'exchange':
      return [['settlement'], ['credits'], ['exchange'], ['exchanges'], ['customer'], ['reservations', 'figures']];
    case 'request':
      return [['request'], ['requests'], ['inbox']];
    default:
      return [];
  }
}

/** An amount that was agreed to stands until whoever agreed moves on: a kept quote is never read anew under them. */
const isKept = (key: QueryKey) => key[0] === 'quote' && key[2] === 'kept';
const begins = (key: QueryKey, prefix: QueryKey) => prefix.every((part, i) => key[i] === part);

export function readAnew(queries: QueryClient, changes: Change[]) {
  const old = changes.map(oldBy);
  const everything = old.includes(true);
  const prefixes = old.flatMap((keys) => (keys === true ? [] : keys));
  void queries.invalidateQueries({
    predicate: ({ queryKey }) => !isKept(queryKey) && (everything || prefixes.some((prefix) => begins(queryKey, prefix))),
  });
  glow(changes.flatMap((change) => (change.id ? [change.id] : [])));
}

/** Listens until the function that it returns is called. */
export function listen(queries: QueryClient): () => void {
  if (typeof EventSource === 'undefined') return () => {};
  let source: EventSource | undefined;
  let heard = '';
  let gathered: Change[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let doubt: ReturnType<typeof setTimeout> | undefined;
  let later: ReturnType<typeof setTimeout> | undefined;

  const flush = () => {
    timer = undefined;
    const changes = gathered;
    gathered = [];
    readAnew(queries, changes);
  };
  const take = (changes: Change[]) => {
    gathered.push(...changes);
    timer ??= setTimeout(flush, gather);
  };
  const close = () => {
    source?.close();
    source = undefined;
    clearTimeout(doubt);
    clearTimeout(later);
    doubt = later = undefined;
  };
  const open = () => {
    close();
    const opened = new EventSource(heard ? `/api/events?after=${encodeURIComponent(heard)}` : '/api/events');
    source = opened;
    opened.onopen = () => {
      clearTimeout(doubt);
      doubt = undefined;
      setLive({ hearing: true });
    };
    opened.addEventListener('changed', (event) => {
      heard = event.lastEventId;
      take((JSON.parse(event.data) as { changes: Change[] }).changes);
    });
    opened.addEventListener('everything', (event) => {
      heard = event.lastEventId;
      take([{ kind: 'clock' }]);
    });
    opened.onerror = () => {
      doubt ??= setTimeout(() => setLive({ hearing: false }), patience);
      if (opened.readyState !== EventSource.CLOSED) return;
      // A no, and not a silence: perhaps nobody is signed in any more, which this question finds out and acts on.
      told(api.GET('/api/me')).catch(() => undefined);
      later = setTimeout(open, pause);
    };
  };
  const look = () => {
    if (document.visibilityState === 'hidden') close();
    else if (!source) open();
  };
  document.addEventListener('visibilitychange', look);
  look();
  return () => {
    document.removeEventListener('visibilitychange', look);
    clearTimeout(timer);
    close();
  };
}
