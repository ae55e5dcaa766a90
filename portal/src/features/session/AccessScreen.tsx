// S0: who you are here and what you may do, before you begin.
import { Button } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type Actions, api, told } from '../../shared/api';
import { useI18n } from '../../shared/i18n';
import { useHeadline } from '../../shared/keys';
import { roleWords, useMe, whyNot, whySo } from '../../shared/me';
import { Card, Fact, Facts, ui } from '../../shared/ui/Bits';
import { Faced, Refused } from '../../shared/ui/Faces';

const names = {
  listCustomers: 'may.listCustomers',
  openRecord: 'may.openRecord',
  quote: 'may.quote',
  submitRequest: 'may.submitRequest',
  approveRequest: 'may.approveRequest',
  changeScope: 'may.changeScope',
  manageAccess: 'may.manageAccess',
  letCustomerBuy: 'may.letCustomerBuy',
  buy: 'may.buy',
  settle: 'may.settle',
  manageUsers: 'may.manageUsers',
  configure: 'may.configure',
} as const satisfies Partial<Record<keyof Actions, string>>;

export default function AccessScreen() {
  const i18n = useI18n();
  const { say } = i18n;
  const me = useMe();
  const navigate = useNavigate();
  const headline = useHeadline('access');
  const customers = useQuery({
    queryKey: ['customers', 'count'],
    queryFn: ({ signal }) => told(api.GET('/api/customers', { params: { query: { limit: 1 } }, signal })),
  });
  return (
    <div className={ui.page} style={{ maxWidth: 860 }}>
      <div className={ui.head}>
        <h1 ref={headline} tabIndex={-1}>
          {say('access.title')}
        </h1>
      </div>
      <Card title={me.user.display} aside={me.user.name}>
        {me.roles.length === 0 ? (
          <Refused
            title={say('access.noRole')}
            reasons={[
              {
                code: 'AuthorizationFailed',
                message: say('access.noRoleText', { roles: [say('role.adminAgent'), say('role.globalAdmin')].join(', ') }),
              },
            ]}
          />
        ) : (
          <Facts>
            <Fact name={say('access.role')}>{me.roles.map((role) => say(roleWords[role])).join(', ')}</Fact>
            <Fact name={say('access.desk')}>{say(me.sandbox ? 'access.sandbox' : 'access.live', { partner: me.partner })}</Fact>
            <Fact name={say('access.customers')}>
              <Faced of={customers} failed={say('list.failed')} rows={1} small>
                {(page) => say('customers.summary', { n: page.total })}
              </Faced>
            </Fact>
            {me.user.customer && <Fact name={say('access.limits')}>{say('access.oneCustomer')}</Fact>}
            {me.user.reseller && <Fact name={say('access.limits')}>{say('access.oneReseller', { reseller: me.user.reseller })}</Fact>}
          </Facts>
        )}
        <div className={ui.row} style={{ marginTop: 16 }}>
          <Button appearance="primary" onClick={() => navigate({ to: '/customers' })}>
            {say('access.go')}
          </Button>
        </div>
      </Card>
      <Card title={say('access.may')}>
        <div className={ui.scroll} tabIndex={0}>
          <table className={ui.table}>
            <thead>
              <tr>
                <th scope="col">{say('iam.action')}</th>
                <th scope="col">{say('iam.may')}</th>
                <th scope="col">{say('iam.why')}</th>
              </tr>
            </thead>
            <tbody>
              {(Object.keys(names) as (keyof typeof names)[]).map((name) => {
                const allowed = me.actions[name];
                return (
                  <tr key={name}>
                    <th scope="row" className={ui.plain}>
                      {say(names[name])}
                    </th>
                    <td>{say(allowed.allowed ? 'value.yes' : allowed.perRecord ? 'value.perRecord' : 'value.no')}</td>
                    <td>{allowed.allowed ? whySo(i18n, allowed) : whyNot(i18n, allowed)}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      </Card>
    </div>
  );
}
