// The desk's people: who they are, what they may, and a new one.
import { Button, Checkbox, Field, Input } from '@fluentui/react-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schemas, told, writeOnce } from '../../shared/api';
import { useI18n } from '../../shared/i18n';
import { MayButton, roleWords, useMay, useMe } from '../../shared/me';
import { useOnce } from '../../shared/once';
import { Card, CopyButton, ui } from '../../shared/ui/Bits';
import { Empty, Faced } from '../../shared/ui/Faces';
import { Told } from '../../shared/ui/Told';
import { type DeskUser, deskUsersQuery } from './queries';

type Role = Schemas['Role'];
const roles = ['admin_agent', 'global_admin', 'helpdesk_agent', 'sales_agent', 'user_management_admin'] as const satisfies Role[];

export default function Users() {
  const { say } = useI18n();
  const me = useMe();
  const may = useMay(undefined, 'manageUsers');
  const asked = useQuery({ ...deskUsersQuery, enabled: may.may });
  const [adding, setAdding] = useState(false);
  const [editing, setEditing] = useState('');
  return (
    <Card
      title={say('settings.users')}
      aside={
        <MayButton why={may.why} aria-expanded={adding} onClick={() => setAdding(!adding)}>
          {say('settings.add')}
        </MayButton>
      }
    >
      <div className={ui.stack}>
        {adding && <NewUser />}
        {may.may ? (
          <Faced of={asked} failed={say('settings.usersFailed')} small>
            {(page) =>
              page.rows.length === 0 ? (
                <Empty small title={say('settings.noUsers')} />
              ) : (
                <div className={ui.scroll} tabIndex={0}>
                  <table className={ui.table}>
                    <thead>
                      <tr>
                        <th scope="col">{say('column.name')}</th>
                        <th scope="col">{say('settings.roles')}</th>
                        <th scope="col">{say('column.status')}</th>
                        <th scope="col">{say('settings.change')}</th>
                      </tr>
                    </thead>
                    <tbody>
                      {page.rows.map((user) => (
                        <tr key={user.id}>
                          <td>
                            <bdi>{user.display}</bdi>
                            <div className={ui.sub}>{user.name}</div>
                          </td>
                          <td>
                            {editing === user.name ? (
                              <Edit of={user} onDone={() => setEditing('')} />
                            ) : user.ofCustomer ? (
                              say('role.customerUser')
                            ) : (
                              user.roles.map((role) => say(roleWords[role])).join(', ') || say('settings.noRole')
                            )}
                          </td>
                          <td>{say(user.disabled ? 'settings.disabled' : 'settings.active')}</td>
                          <td>
                            {user.id === me.user.id ? (
                              <span className={ui.sub}>{say('settings.own')}</span>
                            ) : (
                              <Button
                                size="small"
                                aria-expanded={editing === user.name}
                                onClick={() => setEditing(editing === user.name ? '' : user.name)}
                              >
                                {say('action.edit')}
                              </Button>
                            )}
                          </td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                </div>
              )
            }
          </Faced>
        ) : (
          <p className={ui.note}>{may.why}</p>
        )}
      </div>
    </Card>
  );
}

function Roles(p: { chosen: Role[]; onChange: (roles: Role[]) => void }) {
  const { say } = useI18n();
  return (
    <fieldset>
      <legend>{say('settings.roles')}</legend>
      {roles.map((role) => (
        <div key={role}>
          <Checkbox
            label={say(roleWords[role])}
            checked={p.chosen.includes(role)}
            onChange={(_, data) => p.onChange(data.checked ? [...p.chosen, role] : p.chosen.filter((each) => each !== role))}
          />
        </div>
      ))}
    </fieldset>
  );
}

function Edit({ of, onDone }: { of: DeskUser; onDone: () => void }) {
  const { say } = useI18n();
  const queries = useQueryClient();
  const [chosen, setChosen] = useState<Role[]>(of.roles);
  const change = useOnce(
    (body: { roles?: Role[]; disabled?: boolean }, key) =>
      told(api.PATCH('/api/settings/users/{name}', { params: { path: { name: of.name }, header: writeOnce(key) }, body })),
    () => {
      void queries.invalidateQueries({ queryKey: ['settings', 'users'] });
      onDone();
    },
  );
  return (
    <div className={ui.stack}>
      {!of.ofCustomer && <Roles chosen={chosen} onChange={setChosen} />}
      <Told error={change.error} failed={say('write.failed')} kept={say('write.oldStays')} />
      <div className={ui.row}>
        {!of.ofCustomer && (
          <Button appearance="primary" disabled={change.isPending} onClick={() => change.mutate({ roles: chosen })}>
            {say('action.save')}
          </Button>
        )}
        <Button disabled={change.isPending} onClick={() => change.mutate({ disabled: !of.disabled })}>
          {say(of.disabled ? 'settings.enable' : 'settings.disable')}
        </Button>
        <Button onClick={onDone}>{say('action.cancel')}</Button>
      </div>
    </div>
  );
}

function NewUser() {
  const { say } = useI18n();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [display, setDisplay] = useState('');
  const [chosen, setChosen] = useState<Role[]>([]);
  const add = useOnce(
    (body: { name: string; display: string; roles: Role[] }, key) =>
      told(api.POST('/api/settings/users', { params: { header: writeOnce(key) }, body })),
    () => void queries.invalidateQueries({ queryKey: ['settings', 'users'] }),
  );
  if (add.data)
    return (
      <div className={ui.note} role="status">
        <p>{say('settings.added', { name: add.data.name })}</p>
        <p>
          <code>{add.data.password}</code> <CopyButton text={add.data.password} what={say('settings.password')} />
        </p>
      </div>
    );
  return (
    <form
      className={ui.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (!add.isPending) add.mutate({ name: name.trim(), display: display.trim(), roles: chosen });
      }}
    >
      <Field label={say('settings.mail')} required>
        <Input type="email" value={name} maxLength={254} onChange={(_, data) => setName(data.value)} />
      </Field>
      <Field label={say('column.name')}>
        <Input value={display} maxLength={100} onChange={(_, data) => setDisplay(data.value)} />
      </Field>
      <Roles chosen={chosen} onChange={setChosen} />
      <Told error={add.error} failed={say('write.failed')} />
      <div>
        <Button type="submit" appearance="primary" disabled={!/^\S+@\S+$/.test(name.trim()) || add.isPending}>
          {say('settings.add')}
        </Button>
      </div>
    </form>
  );
}
