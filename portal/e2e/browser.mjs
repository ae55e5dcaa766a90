// Debian's Chromium over the portal: over a desk of server.mjs, over the real server of PRORATA_URL, where PRORATA_NAME and PRORATA_PASSWORD
// sign in, or, without either, over the built portal with the examples of the tests as answers.
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { nameOf, password } from './server.mjs';

const root = path.join(import.meta.dirname, '..');
const types = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
};

/** Serves dist as the server does: a nonce a page, unknown paths are the portal's, who is signed in stands in the page. */
async function serveExamples() {
  const { createServer } = await import('vite');
  const vite = await createServer({
    root,
    server: { middlewareMode: true, hmr: false, ws: false },
    appType: 'custom',
    logLevel: 'error',
    optimizeDeps: { noDiscovery: true },
  });
  const { Desk } = await vite.ssrLoadModule('/src/test/desk.ts');
  const examples = await vite.ssrLoadModule('/src/test/examples.ts');
  const desk = new Desk();
  const server = http.createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://portal');
    if (url.pathname.startsWith('/api/')) {
      let body = '';
      for await (const part of request) body += part;
      const answer = await desk.reply(request.method, url.href, body || null, new Headers(request.headers));
      response.writeHead(answer.status, { 'content-type': answer.status >= 400 ? 'application/problem+json' : 'application/json' });
      response.end(JSON.stringify(answer.body));
      return;
    }
    const file = path.join(root, 'dist', path.normalize(url.pathname));
    if (url.pathname !== '/' && fs.existsSync(file)) {
      response.writeHead(200, { 'content-type': types[path.extname(file)] ?? 'application/octet-stream' });
      response.end(fs.readFileSync(file));
      return;
    }
    const nonce = 'bm9uY2U';
    const page = fs.readFileSync(path.join(root, 'dist/index.html'), 'utf8').replaceAll('__NONCE__', nonce);
    response.writeHead(200, {
      'content-type': 'text/html',
      'content-security-policy': `default-src 'none'; script-src 'self' 'nonce-${nonce}'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
    });
    response.end(
      page.replace(
        '</head>',
        `<script type="application/json" id="me">${JSON.stringify(examples.me).replaceAll('<', '\\u003c')}</script></head>`,
      ),
    );
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const record = `/reservations/${examples.record.id}`;
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    desk,
    examples,
    record,
    customer: `/customers/${examples.customer.id}`,
    request: `/requests/${examples.request.name}`,
    close: async () => {
      server.close();
      await vite.close();
    },
  };
}

/** What is on its way to the page, but for the stream of events, which never ends. */
function watch(page) {
  const open = new Set();
  const counts = (request) => request.resourceType() !== 'eventsource' && !request.url().endsWith('/api/events');
  page.on('request', (request) => counts(request) && open.add(request));
  page.on('requestfinished', (request) => open.delete(request));
  page.on('requestfailed', (request) => open.delete(request));
  return open;
}

/** A real server: `desk` is what serve() gives, or an address and one person of PRORATA_URL, PRORATA_NAME, PRORATA_PASSWORD. */
async function real(desk, browser) {
  const signedIn = new Map();
  const enter = async (person) => {
    if (!signedIn.has(person)) {
      const context = await browser.newContext({ ignoreHTTPSErrors: true });
      const page = await context.newPage();
      await page.goto(`${desk.url}/sign-in?to=/access`);
      await page.fill('[name=name]', process.env.PRORATA_NAME ?? nameOf(person));
      await page.fill('[name=password]', process.env.PRORATA_PASSWORD ?? password);
      await page.click('button');
      await page.waitForURL('**/access');
      signedIn.set(person, await context.storageState());
      await context.close();
    }
    return signedIn.get(person);
  };
  /** What the desk itself answers to somebody. */
  const ask = async (address, person = 'agent') => {
    const context = await browser.newContext({ ignoreHTTPSErrors: true, storageState: await enter(person) });
    const answer = await context.request.get(desk.url + address);
    const body = await answer.json();
    await context.close();
    if (!answer.ok()) throw new Error(`${address}: ${answer.status()} ${body.detail}`);
    return body;
  };
  const find = async (name) => {
    const { rows } = await ask(`/api/reservations?q=${encodeURIComponent(name)}&archived=all`);
    if (!rows[0]) throw new Error(`no reservation is called ${name}`);
    return rows[0];
  };
  return { ...desk, enter, ask, find, close: async () => {} };
}

/** The desk that a browser looks at, and pages of it: `page({ as: 'helpdesk', theme: 'dark', language: 'sv', context: {...} })`. */
export async function open(desk) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  const served = desk ?? (process.env.PRORATA_URL ? { url: process.env.PRORATA_URL } : undefined);
  const site = served ? await real(served, browser) : await serveExamples();
  const page = async (options = {}) => {
    const context = await browser.newContext({
      ignoreHTTPSErrors: true,
      viewport: { width: 1440, height: 900 },
      ...(site.enter ? { storageState: await site.enter(options.as ?? 'agent') } : {}),
      ...options.context,
    });
    // Only where nothing was chosen yet, so that a walk may choose.
    await context.addInitScript(
      (taste) => {
        if (!localStorage.getItem('prorata.taste')) localStorage.setItem('prorata.taste', JSON.stringify(taste));
      },
      { theme: options.theme ?? 'light', language: options.language ?? 'en' },
    );
    const opened = await context.newPage();
    const said = [];
    opened.on('console', (message) => message.type() === 'error' && said.push(message.text()));
    opened.on('pageerror', (error) => said.push(String(error)));
    return Object.assign(opened, { said, waiting: watch(opened) });
  };
  return { ...site, browser, page, end: () => browser.close().then(site.close) };
}

/** The screen has come: no bones, and nothing on its way for a quarter of a second. */
export async function settled(page) {
  const until = Date.now() + 20_000;
  for (let quiet = 0; quiet < 5; quiet = page.waiting.size === 0 ? quiet + 1 : 0) {
    if (Date.now() > until) throw new Error(`${page.url()} still waits for ${[...page.waiting].map((request) => request.url()).join(' ')}`);
    await page.waitForTimeout(50);
  }
  await page.waitForFunction(
    () =>
      !document.querySelector('#bones') &&
      !document.querySelector('[role=status][aria-label="Loading"],[role=status][aria-label="Läser in"]'),
  );
}

const axe = fs.readFileSync(path.join(root, 'node_modules/axe-core/axe.min.js'), 'utf8');
/** What is wrong with the screen in sight: by axe, by what the console said since the last time, by its width. */
export async function faultsOf(page) {
  // By the console and not by a script element: the page's policy allows no script of ours.
  const found = await page.evaluate(
    `${axe}; axe.run(document, { rules: { region: { enabled: false } } }).then((r) => r.violations.map((v) => v.id + ': ' + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 140) + ' ' + (n.any[0] ? n.any[0].message : '')).join(' | ')))`,
  );
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth + 1);
  return [...found, ...page.said.splice(0), ...(wide ? ['the page scrolls sideways'] : [])];
}
