// A desk for tests: answers every question of the contract from the examples, and lets a test put another answer in its place.
import * as trail from './audit-examples';
import { bulkMade, bulkPlan } from './bulk-examples';
import * as examples from './examples';
import * as exchanges from './exchanges-examples';
import * as orders from './orders-examples';
import { policyDiff, policyEffect, policyOf } from './policy-examples';
import * as requests from './request-examples';
import * as people from './settings-examples';
import * as money from './settlement-examples';
import { todayQueues } from './today-examples';

export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  body: unknown;
  headers: Headers;
}
export interface Answer {
  status?: number;
  body?: unknown;
}
type Handler = (asked: Asked) => Answer | Promise<Answer>;

const ok = (body: unknown): Answer => ({ status: 200, body });
const number = (asked: Asked, name: string, otherwise: number) => Number(asked.query.get(name) ?? otherwise);
const record = /^\/api\/reservations\/-?[^/]*\/[0-9a-f-]{36}/;

const routes: [RegExp, Handler][] = [
  [/^GET \/api\/me$/, () => ok(examples.me)],
  [/^GET \/api\/search$/, () => ok(examples.search)],
  [/^GET \/api\/customers$/, () => ok(examples.customerWindow)],
  [/^GET \/api\/customers\/[^/]+$/, () => ok(examples.customer)],
  [/^GET \/api\/customers\/[^/]+\/allowance$/, () => ok(examples.allowance)],
  [/^PUT \/api\/customers\/[^/]+\/buying$/, (asked) => ok({ ...examples.customer, mayBuy: (asked.body as { allowed: boolean }).allowed })],
  [/^GET \/api\/reservations$/, (asked) => ok(examples.reservationWindow(number(asked, 'offset', 0), number(asked, 'limit', 100)))],
  [/^GET \/api\/reservations\/figures$/, (asked) => ok(examples.figuresOf((asked.query.get('ids') ?? '').split(',')))],
  [new RegExp(`^GET ${record.source.slice(1)}$`), () => ok(examples.record)],
  [new RegExp(`^GET ${record.source.slice(1)}/payments$`), () => ok(examples.payments)],
  [new RegExp(`^GET ${record.source.slice(1)}/history$`), () => ok(examples.history)],
  [new RegExp(`^GET ${record.source.slice(1)}/utilization$`), () => ok(examples.utilization)],
  [new RegExp(`^GET ${record.source.slice(1)}/scopes$`), () => ok(examples.scopes)],
  [new RegExp(`^GET ${record.source.slice(1)}/iam$`), () => ok(examples.assignments)],
  [new RegExp(`^PUT ${record.source.slice(1)}/scope$`), () => ok({ ...examples.record, etag: '8', scope: { type: 'Shared' } })],
  [/^GET \/api\/users$/, () => ok({ rows: [examples.assignments.rows[0]?.principal] })],
  [
    /^GET \/api\/quotes\/refund$/,
    (asked) =>
      ok(
        examples.quote(
          number(asked, 'quantity', 10),
          asked.query.get('lang') === 'sv' ? 'sv' : 'en',
          asked.query.get('pack') ?? 'csp-2020',
        ),
      ),
  ],
  [
    /^POST \/api\/quotes\/refund$/,
    (asked) => ({
      status: 201,
      body: {
        ...examples.quote((asked.body as { quantity: number }).quantity, asked.query.get('lang') === 'sv' ? 'sv' : 'en'),
        quoteId: '90a7e0aa-1111-4222-8333-000000000001',
      },
    }),
  ],
  [
    /^GET \/api\/quotes\/exchange$/,
    (asked) =>
      ok(
        exchanges.exchangeQuote(
          asked.query.get('returns') ?? '',
          asked.query.get('bought') ?? '',
          asked.query.get('lang') === 'sv' ? 'sv' : 'en',
        ),
      ),
  ],
  [/^GET \/api\/orders\/[^/]+$/, () => ok(orders.order)],
  [/^GET \/api\/renewals$/, () => ok(orders.renewals)],
  [/^GET \/api\/catalogue$/, () => ok(exchanges.catalogue)],
  [/^POST \/api\/exchanges$/, () => ({ status: 201, body: exchanges.filedExchange })],
  [/^GET \/api\/exchanges\/[^/]+$/, () => ok(exchanges.filedExchange)],
  [/^GET \/api\/policies$/, () => ok(examples.policies)],
  [/^GET \/api\/today\/[a-z]+$/, (asked) => ok(todayQueues[asked.path.slice('/api/today/'.length)])],
  [/^POST \/api\/bulk\/dry-run$/, (asked) => ok(bulkPlan(asked.body as Parameters<typeof bulkPlan>[0]))],
  [/^POST \/api\/bulk\/requests$/, (asked) => ok(bulkMade(asked.body as Parameters<typeof bulkMade>[0]))],
  [/^GET \/api\/policies\/[^/]+$/, (asked) => ok(policyOf(asked.path.split('/')[3] ?? '', asked.headers.get('accept-language') === 'sv'))],
  [
    /^GET \/api\/policies\/[^/]+\/against\/[^/]+$/,
    (asked) => ok(policyDiff(asked.path.split('/')[3] ?? '', asked.path.split('/')[5] ?? '')),
  ],
  [/^GET \/api\/policies\/[^/]+\/against\/[^/]+\/fleet$/, () => ok(policyEffect)],
  [/^GET \/api\/requests$/, (asked) => ok(asked.query.get('reservation') ? { ...requests.inbox, total: 0, rows: [] } : requests.inbox)],
  [/^POST \/api\/requests$/, () => ({ status: 201, body: { ok: true, reasons: [], request: requests.asked } })],
  [/^GET \/api\/requests\/[^/]+$/, () => ok(requests.asked)],
  [/^GET \/api\/support-requests$/, (asked) => ok(asked.query.get('reservation') ? { rows: [] } : examples.requestPage)],
  [/^POST \/api\/support-requests$/, () => ({ status: 201, body: examples.request })],
  [/^GET \/api\/support-requests\/[^/]+$/, () => ok(examples.request)],
  [/^GET \/api\/settings\/users$/, () => ok({ rows: people.users })],
  [/^POST \/api\/settings\/users$/, () => ({ status: 201, body: { ...people.users[1], password: 'once-and-never-again' } })],
  [/^PATCH \/api\/settings\/users\/[^/]+$/, () => ok(people.users[1])],
  [/^GET \/api\/settings\/approval$/, () => ok({ above: { amount: '5000.00', currency: 'USD' }, automatic: true })],
  [/^PUT \/api\/settings\/approval$/, (asked) => ok({ ...(asked.body as object), automatic: true })],
  [/^GET \/api\/audit$/, () => ok(trail.audit)],
  [/^GET \/api\/audit\/verification$/, () => ok(trail.whole)],
  [/^GET \/api\/settlement$/, () => ok(money.settlement)],
  [/^POST \/api\/settlement\/invoices$/, () => ok(money.intake)],
  [/^POST \/api\/settlement\/(matches|cases\/[^/]+\/settled)$/, () => ok(money.cases[0])],
  [/^GET \/api\/credit-notes\/preview$/, () => ok(money.preview)],
  [/^GET \/api\/credit-notes$/, () => ok({ total: 1, offset: 0, rows: [money.note] })],
  [/^GET \/api\/credit-notes\/[^/]+$/, () => ok(money.note)],
  [/^POST \/api\/credit-notes$/, () => ({ status: 201, body: money.note })],
  [/^POST \/api\/credit-notes\/[^/]+\/settled$/, () => ok({ ...money.note, state: 'settled' })],
  [/^POST \/api\/credit-notes\/[^/]+\/reversal$/, () => ({ status: 201, body: { ...money.note, number: 'CN-2', state: 'reversal' } })],
  [/^GET \/api\/customers\/[^/]+\/statement$/, () => ok(money.statement)],
  [/^GET \/api\/clock$/, () => ok(examples.clock)],
  [/^POST \/api\/clock\/advance$/, () => ok(examples.clockReport)],
];

// A file is sent as it is; everything else is JSON.
function readBody(body: string | null): unknown {
  if (!body) return undefined;
  return /^[[{]/.test(body) ? JSON.parse(body) : body;
}

export class Desk {
  readonly asked: Asked[] = [];
  private readonly own: [RegExp, Handler][] = [];

  /** The last word on a question: "GET /api/customers", or a pattern. */
  answer(question: string | RegExp, handler: Handler | Answer): this {
    const pattern = typeof question === 'string' ? new RegExp(`^${question.replace(/[/.]/g, '\\$&')}$`) : question;
    this.own.unshift([pattern, typeof handler === 'function' ? handler : () => handler]);
    return this;
  }

  of(method: string, path: RegExp): Asked[] {
    return this.asked.filter((asked) => asked.method === method && path.test(asked.path));
  }

  async reply(method: string, address: string, body: string | null, headers: Headers): Promise<Required<Answer>> {
    const url = new URL(address, 'http://desk');
    const asked: Asked = { method, path: url.pathname, query: url.searchParams, body: readBody(body), headers };
    this.asked.push(asked);
    const found = [...this.own, ...routes].find(([pattern]) => pattern.test(`${method} ${url.pathname}`));
    const answer = found
      ? await found[1](asked)
      : { status: 404, body: examples.problem(404, 'not_found', `Nobody answers ${method} ${url.pathname}.`) };
    return { status: answer.status ?? 200, body: answer.body };
  }

  /** For tests in one process: stands where fetch stands. */
  readonly fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = input instanceof Request ? input : new Request(String(input), init);
    const body = request.method === 'GET' ? null : await request.text();
    const answer = await this.reply(request.method, request.url, body || null, request.headers);
    const type = answer.status >= 400 ? 'application/problem+json' : 'application/json';
    return new Response(answer.status === 204 ? null : JSON.stringify(answer.body), {
      status: answer.status,
      headers: { 'content-type': type },
    });
  };
}
