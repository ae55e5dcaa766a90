// The list as a CSV file, window by window, in the order that is shown. It says so when it stops before the end.
import { api, dayOf, told } from '../../shared/api';
import type { I18n } from '../../shared/i18n';
import { announce } from '../../shared/ui/announce';
import { scopeWord } from './words';

const most = 20_000;
const atOnce = 500;

/** A cell that a spreadsheet takes as text: a name that begins like a formula must not become one. */
export function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export async function exportCsv(i18n: I18n, query: Record<string, unknown>, total: number, progress: (done: number) => void) {
  const { say } = i18n;
  const head = [
    'column.reservation',
    'column.customer',
    'id.order',
    'id.reservation',
    'fact.product',
    'fact.region',
    'column.quantity',
    'column.scope',
    'fact.purchased',
    'column.expires',
    'column.status',
  ] as const;
  const lines = [head.map((key) => cell(say(key))).join(',')];
  for (let offset = 0; offset < Math.min(total, most); offset += atOnce) {
    progress(offset);
    const page = await told(api.GET('/api/reservations', { params: { query: { ...query, offset, limit: atOnce } } }));
    for (const row of page.rows) {
      const cells = [
        row.name,
        row.customer.name,
        row.order,
        row.id,
        row.sku,
        row.region,
        String(row.quantity),
        scopeWord(i18n, row.scope),
        dayOf(row.purchased),
        dayOf(row.expiry),
        row.state,
      ];
      lines.push(cells.map(cell).join(','));
    }
  }
  const link = document.createElement('a');
  // The mark at the front tells Excel that this is UTF-8.
  link.href = URL.createObjectURL(new Blob([`\ufeff${lines.join('\r\n')}\r\n`], { type: 'text/csv' }));
  link.download = 'reservations.csv';
  link.click();
  URL.revokeObjectURL(link.href);
  announce(total > most ? say('list.exportedSome', { n: most, total }) : say('list.exported', { n: total }));
}
