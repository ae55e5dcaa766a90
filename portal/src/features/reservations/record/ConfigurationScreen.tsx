// S12, Configuration: scope, name, flexibility, renewal, archive. No money moves here, and the term does not change.
import { Button, Field, Input, Select } from '@fluentui/react-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schemas, told, writeOnce } from '../../../shared/api';
import { useI18n } from '../../../shared/i18n';
import { MayButton, useMay } from '../../../shared/me';
import { useOnce } from '../../../shared/once';
import { Card, ui } from '../../../shared/ui/Bits';
import { Empty, Faced } from '../../../shared/ui/Faces';
import { Told } from '../../../shared/ui/Told';
import { recordChanged, scopesQuery } from '../queries';
import { useRecord } from '../RecordFrame';
import { scopeWord, termWord } from '../words';

type Candidate = Schemas['Scopes']['candidates'][number];
const keyOf = (candidate: { type: string; id?: string | undefined }) => `${candidate.type} ${candidate.id ?? ''}`;

export default function ConfigurationScreen() {
  return (
    <>
      <ScopeCard />
      <FlexibilityCard />
      <RenewalCard />
      <NameCard />
      <ArchiveCard />
    </>
  );
}

/** The parameters every change of this record sends: one key an intention, and the version that was seen. */
function useChange() {
  const record = useRecord();
  const queries = useQueryClient();
  return {
    record,
    params: (key: string) => ({
      path: { order: record.order, reservation: record.id },
      header: { ...writeOnce(key), 'If-Match': record.etag },
    }),
    changed: (after: Schemas['Reservation']) => recordChanged(queries, after),
  };
}

function ScopeCard() {
  const i18n = useI18n();
  const { say } = i18n;
  const { record, params, changed } = useChange();
  const asked = useQuery(scopesQuery(record.id));
  const may = useMay(record.actions, 'changeScope');
  const [chosen, setChosen] = useState('');
  const [done, setDone] = useState('');
  const change = useOnce(
    (candidate: Candidate, key) =>
      told(
        api.PUT('/api/reservations/{order}/{reservation}/scope', {
          params: params(key),
          body:
            candidate.type === 'Shared'
              ? { type: candidate.type }
              : { type: candidate.type, ...(candidate.id ? { id: candidate.id } : {}) },
        }),
      ),
    (after) => {
      setDone(say('scope.done', { scope: scopeWord(i18n, after.scope) }));
      setChosen('');
      changed(after);
    },
  );
  const kinds = {
    Shared: 'scope.sharedWhat',
    Single: 'scope.singleWhat',
    ResourceGroup: 'scope.groupWhat',
    ManagementGroup: 'scope.managementWhat',
  } as const;
  return (
    <Card title={say('column.scope')} aside={scopeWord(i18n, record.scope)}>
      <Faced of={asked} failed={say('scope.failed')}>
        {(scopes) => {
          const other = scopes.candidates.filter((candidate) => !candidate.current);
          const wanted = scopes.candidates.find((candidate) => keyOf(candidate) === chosen);
          const now = scopes.candidates.find((candidate) => candidate.current);
          const save = () => wanted?.ok && may.may && !change.isPending && change.mutate(wanted);
          return (
            <form
              className={ui.stack}
              onSubmit={(event) => {
                event.preventDefault();
                save();
              }}
              onKeyDown={(event) => {
                if (event.key !== 'Enter' || !event.ctrlKey) return;
                event.preventDefault();
                save();
              }}
            >
              {other.length === 0 && (
                <Empty small title={say('scope.only')}>
                  {say('scope.onlyText')}
                </Empty>
              )}
              <fieldset>
                <legend className="unseen">{say('column.scope')}</legend>
                {scopes.candidates.map((candidate) => (
                  <label key={keyOf(candidate)} className={ui.choice}>
                    <input
                      type="radio"
                      name="scope"
                      disabled={!candidate.ok && !candidate.current}
                      checked={keyOf(candidate) === (chosen || (now ? keyOf(now) : ''))}
                      onChange={() => {
                        setChosen(candidate.current ? '' : keyOf(candidate));
                        setDone('');
                      }}
                    />
                    <span>{scopeWord(i18n, candidate)}</span>
                    <small>{candidate.why ?? say(kinds[candidate.type])}</small>
                  </label>
                ))}
              </fieldset>
              <p className={ui.sub}>{say('scope.noMoney')}</p>
              <Told error={change.error} failed={say('write.failed')} kept={say('write.oldStays')} done={done} />
              <div>
                <MayButton why={may.why} type="submit" appearance="primary" disabled={!wanted || change.isPending}>
                  {say(change.isPending ? 'write.saving' : 'action.changeScope')}
                </MayButton>
              </div>
            </form>
          );
        }}
      </Faced>
    </Card>
  );
}

function FlexibilityCard() {
  const { say } = useI18n();
  const { record, params, changed } = useChange();
  const may = useMay(record.actions, 'changeScope');
  const change = useOnce(
    (on: boolean, key) => told(api.PUT('/api/reservations/{order}/{reservation}/flexibility', { params: params(key), body: { on } })),
    changed,
  );
  return (
    <Card title={say('fact.flexibility')} aside={say(record.instanceFlexibility ? 'value.on' : 'value.off')}>
      <div className={ui.stack}>
        <p>{say('flexibility.what')}</p>
        <Told
          error={change.error}
          failed={say('write.failed')}
          kept={say('write.oldStays')}
          done={change.isSuccess ? say('write.saved') : undefined}
        />
        <div>
          <MayButton why={may.why} disabled={change.isPending} onClick={() => change.mutate(!record.instanceFlexibility)}>
            {say(record.instanceFlexibility ? 'flexibility.turnOff' : 'flexibility.turnOn')}
          </MayButton>
        </div>
      </div>
    </Card>
  );
}

function RenewalCard() {
  const i18n = useI18n();
  const { say } = i18n;
  const { record, params, changed } = useChange();
  const may = useMay(record.actions, 'changeScope');
  const [quantity, setQuantity] = useState(String(record.renewal?.quantity ?? record.quantity));
  const [years, setYears] = useState(/\d/.exec(record.renewal?.term ?? record.term)?.[0] ?? '1');
  const change = useOnce(
    (body: { on: boolean; quantity?: number; years?: 1 | 3 | 5 }, key) =>
      told(api.PUT('/api/reservations/{order}/{reservation}/renewal', { params: params(key), body })),
    changed,
  );
  const units = Number(quantity);
  const wrong = !Number.isInteger(units) || units < 1 || units > record.quantity;
  if (record.renewState === 'NotApplicable' || record.renewState === 'Renewed') {
    return (
      <Card title={say('fact.renew')}>
        <p className={ui.sub}>{say(record.renewState === 'Renewed' ? 'renew.renewed' : 'renew.not')}</p>
      </Card>
    );
  }
  return (
    <Card title={say('fact.renew')} aside={say(record.renew ? 'value.on' : 'value.off')}>
      <div className={ui.form}>
        <p>
          {record.renew && record.renewal
            ? say('renew.will', { units: say('units', { n: record.renewal.quantity }), term: termWord(i18n, record.renewal.term) })
            : say('renew.off')}
        </p>
        <div className={ui.row} style={{ alignItems: 'start' }}>
          <Field label={say('column.quantity')} validationMessage={wrong ? say('form.number', { min: 1, max: record.quantity }) : ''}>
            <Input type="number" min={1} max={record.quantity} value={quantity} onChange={(_, data) => setQuantity(data.value)} />
          </Field>
          <Field label={say('term.title')}>
            <Select value={years} onChange={(_, data) => setYears(data.value)}>
              {['1', '3', '5'].map((n) => (
                <option key={n} value={n}>
                  {say('term.years', { n: Number(n) })}
                </option>
              ))}
            </Select>
          </Field>
        </div>
        <Told
          error={change.error}
          failed={say('write.failed')}
          kept={say('write.oldStays')}
          done={change.isSuccess ? say('write.saved') : undefined}
        />
        <div className={ui.row}>
          <MayButton
            why={may.why}
            disabled={wrong || change.isPending}
            onClick={() => change.mutate({ on: true, quantity: units, years: Number(years) as 1 | 3 | 5 })}
          >
            {say(record.renew ? 'action.save' : 'renew.turnOn')}
          </MayButton>
          {record.renew && (
            <MayButton why={may.why} disabled={change.isPending} onClick={() => change.mutate({ on: false })}>
              {say('renew.turnOff')}
            </MayButton>
          )}
        </div>
      </div>
    </Card>
  );
}

function NameCard() {
  const { say } = useI18n();
  const { record, params, changed } = useChange();
  const may = useMay(record.actions, 'changeScope');
  const [name, setName] = useState(record.name);
  const change = useOnce(
    (to: string, key) => told(api.PUT('/api/reservations/{order}/{reservation}/name', { params: params(key), body: { name: to } })),
    changed,
  );
  const save = () => name.trim() && name.trim() !== record.name && !change.isPending && change.mutate(name.trim());
  return (
    <Card title={say('name.title')}>
      <form
        className={ui.form}
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <Field label={say('name.title')}>
          <Input value={name} maxLength={64} onChange={(_, data) => setName(data.value)} />
        </Field>
        <Told
          error={change.error}
          failed={say('write.failed')}
          kept={say('write.oldStays')}
          done={change.isSuccess ? say('write.saved') : undefined}
        />
        <div>
          <MayButton why={may.why} type="submit" disabled={!name.trim() || name.trim() === record.name || change.isPending}>
            {say('action.rename')}
          </MayButton>
        </div>
      </form>
    </Card>
  );
}

function ArchiveCard() {
  const { say } = useI18n();
  const { record, params, changed } = useChange();
  const change = useOnce(
    (archived: boolean, key) =>
      told(api.PUT('/api/reservations/{order}/{reservation}/archived', { params: params(key), body: { archived } })),
    changed,
  );
  const ended = !['Succeeded', 'Expiring', 'Pending', 'Processing'].includes(record.state);
  return (
    <Card title={say('archive.title')}>
      <div className={ui.stack}>
        <p className={ui.sub}>{say(ended ? 'archive.what' : 'archive.onlyEnded')}</p>
        <Told
          error={change.error}
          failed={say('write.failed')}
          kept={say('write.oldStays')}
          done={change.isSuccess ? say('write.saved') : undefined}
        />
        <div>
          <Button disabled={(!ended && !record.archived) || change.isPending} onClick={() => change.mutate(!record.archived)}>
            {say(record.archived ? 'archive.undo' : 'archive.do')}
          </Button>
        </div>
      </div>
    </Card>
  );
}
