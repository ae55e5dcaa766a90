// Days by week, UTC, Monday first.
const dayLength = 86_400_000;

export function addDays(day: string, n: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + n * dayLength).toISOString().slice(0, 10);
}
export function mondayOf(day: string): string {
  return addDays(day, -((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7));
}
/** Rows that end in the same week together, in the order given. */
export function byWeek<T extends { expiry: string }>(rows: readonly T[]): { monday: string; rows: T[] }[] {
  const out: { monday: string; rows: T[] }[] = [];
  for (const row of rows) {
    const monday = mondayOf(row.expiry.slice(0, 10));
    const last = out.at(-1);
    if (last?.monday === monday) last.rows.push(row);
    else out.push({ monday, rows: [row] });
  }
  return out;
}
