// S11, Access control (IAM): who may see and act, at the reservation and at its order, and what you may do yourself.
import { Button, Field, Input, Select } from '@fluentui/react-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useDeferredValue, useId, useState } from 'react';
import { type Actions, api, dayOf, type Schemas, told, write, writeOnce } from '../../../shared/api';
import { useI18n } from '../../../shared/i18n';
import { useKeys } from '../../../shared/keys';
import { MayButton, useMay, whyNot, whySo } from '../../../shared/me';
import { useOnce } from '../../../shared/once';
import { Card, Segments, ui } from '../../../shared/ui/Bits';
import { Empty, Faced } from '../../../shared/ui/Faces';
import { Told } from '../../../shared/ui/Told';
import { iamQuery } from '../queries';
import { useRecord } from '../RecordFrame';

type Assignment = Schemas['Assignment'];
const places = { reservation: 'iam.atReservation', order: 'iam.atOrder', above: 'iam.above' } as const;
const shownActions = ['openRecord', 'quote', 'submitRequest', 'changeScope', 'manageAccess', 'buy'] as const satisfies (keyof Actions)[];
const actionWords = {
  openRecord: 'may.openRecord',
  quote: 'may.quote',
  submitRequest: 'may.submitRequest',
  changeScope: 'may.changeScope',
  manageAccess: 'may.manageAccess',
  buy: 'may.buy',
} as const;

export default function IamScreen() {
  const i18n = useI18n();
  const { say, day } = i18n;
  const record = useRecord();
  const queries = useQueryClient();
  const asked = useQuery(iamQuery(record.id));
  const may = useMay(record.actions, 'manageAccess');
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState('');
  const [done, setDone] = useState('');
  useKeys({ a: () => may.may && setAdding(true) });
  const reload = () => queries.invalidateQueries({ queryKey: ['reservation', record.id, 'iam'] });
  const remove = useOnce(
    (row: { id: string; who: string }) =>
      told(
        api.DELETE('/api/reservations/{order}/{reservation}/iam/{assignment}', {
          params: { path: { order: record.order, reservation: record.id, assignment: row.id }, header: write },
        }),
      ).then(() => row.who),
    (who) => {
      setDone(say('iam.removed', { who }));
      setRemoving('');
      void reload();
    },
  );
  const group = (rows: Assignment[], at: Assignment['at']) => {
    const here = rows.filter((row) => row.at === at);
    if (here.length === 0 && at === 'above') return null;
    return (
      <section key={at} aria-label={say(places[at])}>
        <h3 style={{ font: 'inherit', fontWeight: 600 }}>{say(places[at])}</h3>
        {here.length === 0 ? (
          <p className={ui.sub}>{say('iam.nobody')}</p>
        ) : (
          <div className={ui.scroll} tabIndex={0}>
            <table className={ui.table}>
              <thead>
                <tr>
                  <th scope="col">{say('iam.who')}</th>
                  <th scope="col">{say('iam.role')}</th>
                  <th scope="col">{say('iam.since')}</th>
                  <th scope="col">
                    <span className="unseen">{say('action.remove')}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {here.map((row) => (
                  <tr key={row.id}>
                    <td>
                      <bdi>{row.principal.display || row.principal.name}</bdi>
                      <div className={ui.sub}>{row.principal.name}</div>
                    </td>
                    <td>
                      {row.roleName}
                      {row.description && <div className={ui.sub}>{row.description}</div>}
                    </td>
                    <td>{day(dayOf(row.created))}</td>
                    <td className={ui.end}>
                      {row.removable &&
                        (removing === row.id ? (
                          <span className={ui.row}>
                            <Button
                              size="small"
                              appearance="primary"
                              disabled={remove.isPending}
                              onClick={() => remove.mutate({ id: row.id, who: row.principal.display })}
                            >
                              {say('iam.removeSure')}
                            </Button>
                            <Button size="small" onClick={() => setRemoving('')}>
                              {say('action.cancel')}
                            </Button>
                          </span>
                        ) : (
                          <Button
                            size="small"
                            aria-label={`${say('action.remove')}: ${row.principal.display}, ${row.roleName}`}
                            onClick={() => setRemoving(row.id)}
                          >
                            {say('action.remove')}
                          </Button>
                        ))}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </section>
    );
  };
  return (
    <>
      <Card title={say('record.access')} aside={say('iam.inherits')}>
        <Faced of={asked} failed={say('iam.failed')}>
          {(iam) => (
            <div className={ui.stack}>
              {iam.rows.length === 0 && <Empty small title={say('iam.none')} />}
              {(['order', 'reservation', 'above'] as const).map((at) => group(iam.rows, at))}
              <Told error={remove.error} failed={say('iam.removeFailed')} done={done} />
              {adding ? (
                <AddForm
                  roles={iam.roles}
                  onClose={() => setAdding(false)}
                  onDone={(text) => {
                    setAdding(false);
                    setDone(text);
                    void reload();
                  }}
                />
              ) : (
                <div>
                  <MayButton why={may.why} appearance="primary" onClick={() => setAdding(true)}>
                    {say('iam.add')}
                  </MayButton>
                </div>
              )}
            </div>
          )}
        </Faced>
      </Card>
      <Card title={say('iam.yours')}>
        <table className={ui.table}>
          <thead>
            <tr>
              <th scope="col">{say('iam.action')}</th>
              <th scope="col">{say('iam.may')}</th>
              <th scope="col">{say('iam.why')}</th>
            </tr>
          </thead>
          <tbody>
            {shownActions.map((action) => {
              const allowed = record.actions[action];
              return (
                <tr key={action}>
                  <td>{say(actionWords[action])}</td>
                  <td>{say(allowed.allowed ? 'value.yes' : 'value.no')}</td>
                  <td>{allowed.allowed ? whySo(i18n, allowed) : whyNot(i18n, allowed)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Card>
    </>
  );
}

function AddForm(p: { roles: Schemas['Assignments']['roles']; onClose: () => void; onDone: (text: string) => void }) {
  const { say } = useI18n();
  const record = useRecord();
  const list = useId();
  const [at, setAt] = useState<'order' | 'reservation'>('reservation');
  const [who, setWho] = useState('');
  const [role, setRole] = useState(p.roles.find((one) => one.name === 'Reader')?.id ?? p.roles[0]?.id ?? '');
  const [missing, setMissing] = useState(false);
  const q = useDeferredValue(who.trim());
  const found = useQuery({
    queryKey: ['users', q],
    queryFn: ({ signal }) => told(api.GET('/api/users', { params: { query: { q, limit: 20 } }, signal })),
  });
  const add = useOnce(
    (input: { at: 'order' | 'reservation'; role: string; principal: string }, key) =>
      told(
        api.POST('/api/reservations/{order}/{reservation}/iam', {
          params: { path: { order: record.order, reservation: record.id }, header: writeOnce(key) },
          body: input,
        }),
      ),
    (made) => p.onDone(say('iam.added', { who: made.principal.display || made.principal.name, role: made.roleName })),
  );
  const submit = () => {
    setMissing(!who.trim());
    if (who.trim() && !add.isPending) add.mutate({ at, role, principal: who.trim() });
  };
  return (
    <form
      className={ui.form}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && event.ctrlKey) submit();
        if (event.key === 'Escape') {
          event.stopPropagation();
          p.onClose();
        }
      }}
    >
      <Field
        label={say('iam.who')}
        required
        validationMessage={missing ? say('form.fill', { what: say('iam.who') }) : ''}
        hint={say('iam.whoHint')}
      >
        <Input autoFocus list={list} value={who} onChange={(_, data) => setWho(data.value)} maxLength={200} />
      </Field>
      <datalist id={list}>
        {found.data?.rows.map((person) => (
          <option key={person.id} value={person.kind === 'user' ? person.name : person.id}>
            {person.display}
          </option>
        ))}
      </datalist>
      <Field label={say('iam.role')} required hint={p.roles.find((one) => one.id === role)?.description}>
        <Select value={role} onChange={(_, data) => setRole(data.value)}>
          {p.roles.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </Select>
      </Field>
      <Segments
        label={say('iam.where')}
        value={at}
        options={[
          { value: 'reservation', label: say('iam.atReservation') },
          { value: 'order', label: say('iam.atOrder') },
        ]}
        onChange={setAt}
      />
      <p className={ui.sub}>{say('iam.refundOnOrder')}</p>
      <Told error={add.error} failed={say('iam.addFailed')} />
      <div className={ui.row}>
        <Button appearance="primary" type="submit" disabled={add.isPending}>
          {say('iam.add')}
        </Button>
        <Button onClick={p.onClose}>{say('action.cancel')}</Button>
      </div>
    </form>
  );
}
