// Addresses. Every filter, tab and step is in the address, checked when it is read, so a link is a saved view. Screens load when they are near.
import type { QueryClient } from '@tanstack/react-query';
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, type RouterHistory, redirect } from '@tanstack/react-router';
import { AllowanceSearch } from '../features/allowance/search';
import { AuditSearch } from '../features/audit/search';
import { BulkSearch } from '../features/bulk/search';
import { CustomerSearch, CustomersSearch } from '../features/customers/search';
import { ExchangeSearch } from '../features/exchanges/search';
import { RenewalsSearch } from '../features/renewals/search';
import { RequestSearch, RequestsSearch, WizardSearch } from '../features/requests/search';
import { ListSearch, QuoteSearch, UtilizationSearch } from '../features/reservations/search';
import { NoteSearch, SettlementSearch } from '../features/settlement/search';
import { readSearch, writeSearch } from '../shared/search';
import { Shell } from './Shell';
import { Broken, NotFound } from './SystemPages';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound, errorComponent: Broken });
const at = () => root;

const home = createRoute({
  getParentRoute: at,
  path: '/',
  component: lazyRouteComponent(() => import('../features/today/TodayScreen')),
});
const access = createRoute({
  getParentRoute: at,
  path: '/access',
  component: lazyRouteComponent(() => import('../features/session/AccessScreen')),
});
const customers = createRoute({
  getParentRoute: at,
  path: '/customers',
  validateSearch: CustomersSearch,
  component: lazyRouteComponent(() => import('../features/customers/CustomersScreen')),
});
const customer = createRoute({
  getParentRoute: at,
  path: '/customers/$customer',
  component: lazyRouteComponent(() => import('../features/customers/CustomerFrame')),
});
const customerHome = createRoute({
  getParentRoute: () => customer,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/customers/$customer/$part', params: { ...params, part: 'overview' }, replace: true });
  },
});
const customerPart = createRoute({
  getParentRoute: () => customer,
  path: '$part',
  validateSearch: CustomerSearch,
  component: lazyRouteComponent(() => import('../features/customers/CustomerScreen')),
});
const reservations = createRoute({
  getParentRoute: at,
  path: '/reservations',
  validateSearch: ListSearch,
  component: lazyRouteComponent(() => import('../features/reservations/ReservationsScreen')),
});
const record = createRoute({
  getParentRoute: at,
  path: '/reservations/$reservation',
  component: lazyRouteComponent(() => import('../features/reservations/RecordFrame')),
});
const recordHome = createRoute({
  getParentRoute: () => record,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/reservations/$reservation/overview', params, replace: true });
  },
});
const overview = createRoute({
  getParentRoute: () => record,
  path: 'overview',
  validateSearch: QuoteSearch,
  component: lazyRouteComponent(() => import('../features/reservations/record/OverviewScreen')),
});
const utilization = createRoute({
  getParentRoute: () => record,
  path: 'utilization',
  validateSearch: UtilizationSearch,
  component: lazyRouteComponent(() => import('../features/reservations/record/UtilizationScreen')),
});
const payments = createRoute({
  getParentRoute: () => record,
  path: 'payments',
  component: lazyRouteComponent(() => import('../features/reservations/record/PaymentsScreen')),
});
const history = createRoute({
  getParentRoute: () => record,
  path: 'history',
  component: lazyRouteComponent(() => import('../features/reservations/record/HistoryScreen')),
});
const iam = createRoute({
  getParentRoute: () => record,
  path: 'access',
  component: lazyRouteComponent(() => import('../features/reservations/record/IamScreen')),
});
const configuration = createRoute({
  getParentRoute: () => record,
  path: 'configuration',
  component: lazyRouteComponent(() => import('../features/reservations/record/ConfigurationScreen')),
});
const properties = createRoute({
  getParentRoute: () => record,
  path: 'properties',
  component: lazyRouteComponent(() => import('../features/reservations/record/PropertiesScreen')),
});
const newRequest = createRoute({
  getParentRoute: at,
  path: '/reservations/$reservation/new-request',
  validateSearch: WizardSearch,
  component: lazyRouteComponent(() => import('../features/requests/NewRequestScreen')),
});
const newExchange = createRoute({
  getParentRoute: at,
  path: '/exchanges/new',
  validateSearch: ExchangeSearch,
  component: lazyRouteComponent(() => import('../features/exchanges/ExchangeScreen')),
});
const order = createRoute({
  getParentRoute: at,
  path: '/orders/$order',
  component: lazyRouteComponent(() => import('../features/orders/OrderScreen')),
});
const renewals = createRoute({
  getParentRoute: at,
  path: '/renewals',
  validateSearch: RenewalsSearch,
  component: lazyRouteComponent(() => import('../features/renewals/RenewalsScreen')),
});
const bulk = createRoute({
  getParentRoute: at,
  path: '/bulk',
  validateSearch: BulkSearch,
  component: lazyRouteComponent(() => import('../features/bulk/BulkScreen')),
});
const requests = createRoute({
  getParentRoute: at,
  path: '/requests',
  validateSearch: RequestsSearch,
  component: lazyRouteComponent(() => import('../features/requests/RequestsScreen')),
});
const request = createRoute({
  getParentRoute: at,
  path: '/requests/$name',
  validateSearch: RequestSearch,
  component: lazyRouteComponent(() => import('../features/requests/RequestScreen')),
});
const allowance = createRoute({
  getParentRoute: at,
  path: '/allowance',
  validateSearch: AllowanceSearch,
  component: lazyRouteComponent(() => import('../features/allowance/AllowanceScreen')),
});
const settlementHome = createRoute({
  getParentRoute: at,
  path: '/settlement',
  beforeLoad: () => {
    throw redirect({ to: '/settlement/$month', params: { month: 'open' }, replace: true });
  },
});
const settlement = createRoute({
  getParentRoute: at,
  path: '/settlement/$month',
  validateSearch: SettlementSearch,
  component: lazyRouteComponent(() => import('../features/settlement/SettlementScreen')),
});
const creditNote = createRoute({
  getParentRoute: at,
  path: '/credit-notes/$id',
  validateSearch: NoteSearch,
  component: lazyRouteComponent(() => import('../features/settlement/NoteScreen')),
});
const audit = createRoute({
  getParentRoute: at,
  path: '/audit',
  validateSearch: AuditSearch,
  component: lazyRouteComponent(() => import('../features/audit/AuditScreen')),
});
const policies = createRoute({
  getParentRoute: at,
  path: '/policies',
  component: lazyRouteComponent(() => import('../features/policies/PoliciesScreen')),
});
const policy = createRoute({
  getParentRoute: at,
  path: '/policies/$pack',
  component: lazyRouteComponent(() => import('../features/policies/PoliciesScreen')),
});
const settings = createRoute({
  getParentRoute: at,
  path: '/settings',
  component: lazyRouteComponent(() => import('../features/settings/SettingsScreen')),
});
const sandbox = createRoute({
  getParentRoute: at,
  path: '/sandbox',
  component: lazyRouteComponent(() => import('../features/sandbox/SandboxScreen')),
});
const help = createRoute({ getParentRoute: at, path: '/help', component: lazyRouteComponent(() => import('../features/help/HelpScreen')) });

const tree = root.addChildren([
  home,
  access,
  customers,
  customer.addChildren([customerHome, customerPart]),
  reservations,
  newRequest,
  record.addChildren([recordHome, overview, utilization, payments, history, iam, configuration, properties]),
  newExchange,
  order,
  bulk,
  renewals,
  requests,
  request,
  allowance,
  settlementHome,
  settlement,
  creditNote,
  audit,
  policies,
  policy,
  settings,
  sandbox,
  help,
]);

export function makeRouter(_queries: QueryClient, own?: RouterHistory) {
  return createRouter({
    routeTree: tree,
    defaultPreload: 'intent',
    // The grid keeps its own place: the router's would put a new filter at the old offset.
    scrollRestoration: false,
    parseSearch: readSearch,
    stringifySearch: writeSearch,
    ...(own ? { history: own } : {}),
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
