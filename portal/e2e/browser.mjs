// Debian's Chromium over the built portal. Without PRORATA_URL the answers are the examples of the tests; with it they are a real server's,
// and PRORATA_NAME and PRORATA_PASSWORD sign in.
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { createServer } from 'vite';

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

export async function open() {
  const site = process.env.PRORATA_URL ? { url: process.env.PRORATA_URL, close: async () => {} } : await serveExamples();
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  const page = async (options = {}) => {
    const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1440, height: 900 }, ...options.context });
    await context.addInitScript((taste) => localStorage.setItem('prorata.taste', JSON.stringify(taste)), {
      theme: options.theme ?? 'light',
      language: options.language ?? 'en',
    });
    const opened = await context.newPage();
    const said = [];
    opened.on('console', (message) => message.type() === 'error' && said.push(message.text()));
    opened.on('pageerror', (error) => said.push(String(error)));
    if (process.env.PRORATA_URL && process.env.PRORATA_NAME) {
      await opened.goto(`${site.url}/sign-in?to=/access`);
      await opened.fill('[name=name]', process.env.PRORATA_NAME);
      await opened.fill('[name=password]', process.env.PRORATA_PASSWORD ?? '');
      await opened.click('[type=submit]');
      await opened.waitForURL('**/access');
    }
    return Object.assign(opened, { said });
  };
  return { ...site, browser, page, end: () => browser.close().then(site.close) };
}

/** The screen has come: no bones, no request on its way. */
export async function settled(page) {
  await page.waitForLoadState('networkidle');
  await page.waitForFunction(
    () =>
      !document.querySelector('#bones') &&
      !document.querySelector('[role=status][aria-label="Loading"],[role=status][aria-label="Läser in"]'),
  );
}
