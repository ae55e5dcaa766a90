// A desk of one's own for a browser to walk through: a sandbox with the demo and people of every role, served by the real program until stop().
//   const desk = await serve({ program: 'build/dev/prorata' });                     on SQLite
//   const desk = await serve({ program, postgres: 'postgresql:///...', name: 'w' }); in a database of its own
import { execFile, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
export const password = 'correct horse battery';

/** Who signs in: the name before the @, and what the desk lets them do. */
export const people = {
  agent: { display: 'Anna Lind', roles: ['admin_agent'] },
  approver: { display: 'Bo Ek', roles: ['global_admin'] },
  helpdesk: { display: 'Hedda Holm', roles: ['helpdesk_agent'] },
  sales: { display: 'Sven Sand', roles: ['sales_agent'] },
  users: { display: 'Ulla Udd', roles: ['user_management_admin'] },
};
export const nameOf = (person) => `${person}@sandbox.example`;

export async function serve({ program, postgres, name = 'walk', demo = [], language }) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'prorata-desk-'));
  const data = postgres ? await database(postgres, name) : path.join(folder, 'desk');
  const environment = {
    ...process.env,
    HOME: folder,
    XDG_STATE_HOME: path.join(folder, 'state'),
    PRORATA_USAGE_DIR: path.join(folder, 'usage'),
    PRORATA_FILES_DIR: path.join(folder, 'files'),
    ...(language ? { LANG: language } : {}),
  };
  const cli = async (...words) => {
    const { stdout } = await run(program, ['--data', data, ...words], { env: environment, maxBuffer: 1 << 26 });
    return stdout;
  };
  const secret = path.join(folder, 'password');
  fs.writeFileSync(secret, `${password}\n`);
  await cli('init', '--sandbox', '--partner', 'Nordpartner');
  await cli('demo', 'load', ...demo);
  for (const [person, { display, roles }] of Object.entries(people))
    await cli('user', 'add', nameOf(person), '--display', display, ...roles.flatMap((role) => ['--role', role]), '--password-file', secret);

  const told = fs.openSync(path.join(folder, 'serve.log'), 'w');
  const server = spawn(program, ['--data', data, 'serve', '--sandbox', '--listen', '127.0.0.1:0', '--output', 'json'], {
    env: environment,
    stdio: ['ignore', 'pipe', told],
  });
  const url = await new Promise((resolve, reject) => {
    let text = '';
    server.stdout.on('data', (part) => {
      text += part;
      const found = /"url": "([^"]+)"/.exec(text);
      if (found) resolve(found[1]);
    });
    server.on('exit', (code) =>
      reject(new Error(`the server ended with ${code}: ${fs.readFileSync(path.join(folder, 'serve.log'), 'utf8')}`)),
    );
  });
  return {
    url,
    store: postgres ? 'PostgreSQL' : 'SQLite',
    cli,
    said: () => fs.readFileSync(path.join(folder, 'serve.log'), 'utf8'),
    stop: async () => {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGTERM');
      await ended;
      fs.closeSync(told);
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A database on the private server, named in the URL of the first. */
async function database(url, name) {
  await run('psql', ['--quiet', '--no-psqlrc', '--dbname', url, '--command', `CREATE DATABASE ${name}`]);
  return url.replace('prorata_test', name);
}
