// The lines stand in the address, in the order in which they are served: "ID", "IDx4" for four units, "IDc" where a cut is agreed to, "-ID"
// for a line that is left out. So a link is the whole dry run.
import * as v from 'valibot';

export const linesMax = 100;
export interface Line {
  reservation: string;
  units?: number;
  cut?: boolean;
  out?: boolean;
}

const form = /^(-?)([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:x([1-9]\d{0,8}))?(c?)$/i;

/** Unreadable parts and repeated reservations are left out: what is shown is what is there. */
export function readLines(text: string | undefined): Line[] {
  const lines: Line[] = [];
  for (const part of (text ?? '').split(',')) {
    const match = form.exec(part);
    const reservation = match?.[2]?.toLowerCase();
    if (!match || !reservation || lines.some((line) => line.reservation === reservation)) continue;
    lines.push({
      reservation,
      ...(match[3] ? { units: Number(match[3]) } : {}),
      ...(match[4] ? { cut: true } : {}),
      ...(match[1] ? { out: true } : {}),
    });
    if (lines.length === linesMax) break;
  }
  return lines;
}

export const writeLines = (lines: readonly Line[]): string =>
  lines.map((line) => `${line.out ? '-' : ''}${line.reservation}${line.units ? `x${line.units}` : ''}${line.cut ? 'c' : ''}`).join(',');

export const linesOf = (ids: Iterable<string>): string => writeLines([...ids].slice(0, linesMax).map((reservation) => ({ reservation })));

/** The same lines with one of them moved by a place; as they are where there is none. */
export function moved(lines: readonly Line[], from: number, by: 1 | -1): Line[] {
  const to = from + by;
  const out = [...lines];
  const [line] = out.splice(from, 1);
  if (!line || to < 0 || to > out.length) return [...lines];
  out.splice(to, 0, line);
  return out;
}

export const BulkSearch = v.object({
  lines: v.fallback(v.optional(v.pipe(v.string(), v.maxLength(6000))), undefined),
});
