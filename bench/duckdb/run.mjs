// Runs utilization.sql for the benchmark: loads once, then a round for each line read. Answers a line each: "ready VERSION", and for a round
// the seconds and the nine sums.
//
//   node run.mjs FOLDER THREADS PASSES HOURS
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { DuckDBInstance, version } from '@duckdb/node-api';

const [folder, threads, passes, hours] = process.argv.slice(2);
const parts = new Map();
for (const part of readFileSync(new URL('utilization.sql', import.meta.url), 'utf8').split(/^--: /m).slice(1)) {
  const end = part.indexOf('\n');
  const text = part.slice(end).replaceAll('FOLDER', folder).replaceAll('THREADS', threads).replaceAll('HOURS', hours);
  parts.set(part.slice(0, end).trim(), text);
}

const database = await DuckDBInstance.create(':memory:', { temp_directory: folder });
const connection = await database.connect();
const statements = (text) => text.split(';').map((one) => one.trim()).filter((one) => one);
const run = async (text) => {
  for (const statement of statements(text)) await connection.run(statement);
};

await run(parts.get('load'));
console.log(`ready ${version()}`);

for await (const line of createInterface({ input: process.stdin })) {
  if (line !== 'round') break;
  const from = performance.now();
  await run(parts.get('begin'));
  for (let pass = 0; pass < Number(passes); ++pass) await run(parts.get('pass').replaceAll('PASS', String(pass)));
  await run(parts.get('finish'));
  const seconds = (performance.now() - from) / 1000;
  const sums = [];
  for (const statement of statements(parts.get('sums'))) {
    const reader = await connection.runAndReadAll(statement);
    sums.push(...reader.getRows()[0]);
  }
  console.log([seconds.toFixed(6), ...sums].join(' '));
}
