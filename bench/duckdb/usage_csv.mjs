// Runs bench/duckdb/usage_csv.sql in DuckDB: node usage_csv.mjs parse|whole THREADS FOLDER. Prints seconds and sums as the benchmark does.
import { readFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';

const [what, threads, folder] = process.argv.slice(2);
const text = readFileSync(new URL('usage_csv.sql', import.meta.url), 'utf8').replaceAll('$FOLDER', folder).replaceAll('$THREADS', threads);
const parts = text.split(/^-- (step|answer) (\w+)$/m);
const statements = (sql) => sql.replaceAll(/^--.*$/gm, '').split(';').map((each) => each.trim()).filter(Boolean);
const sections = [];
for (let i = 1; i < parts.length; i += 3) sections.push({ kind: parts[i], name: parts[i + 1], sql: statements(parts[i + 2]) });

const connection = await (await DuckDBInstance.create(':memory:')).connect();
for (const sql of statements(parts[0])) await connection.run(sql);
const begun = process.hrtime.bigint();
for (const { kind, name, sql } of sections) {
  if (kind !== 'step' || (what === 'parse' && name !== 'parse')) continue;
  for (const each of sql) await connection.run(each);
}
console.log(`seconds ${Number(process.hrtime.bigint() - begun) / 1e9}`);
const answer = sections.find(({ kind, name }) => kind === 'answer' && name === what);
const [row] = (await connection.runAndReadAll(answer.sql[0])).getRows();
console.log(`sums ${row.join(' ')}`);
