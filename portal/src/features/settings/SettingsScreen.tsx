// S26, Settings: mine, kept in this browser, and the desk's, for those who may.
import { Button, Field, Input } from '@fluentui/react-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { api, told, writeOnce } from '../../shared/api';
import { useI18n } from '../../shared/i18n';
import { useHeadline, useKeys } from '../../shared/keys';
import { MayButton, useMay, useMe } from '../../shared/me';
import { fromWire } from '../../shared/money';
import { useOnce } from '../../shared/once';
import { setTaste, useTaste } from '../../shared/taste';
import { Card, Segments, ui } from '../../shared/ui/Bits';
import { Bones, Faced } from '../../shared/ui/Faces';
import { Told } from '../../shared/ui/Told';
import { useDraft } from '../requests/draft';
import { approvalQuery } from './queries';

const Contact = lazy(() => import('../requests/Contact'));
const Users = lazy(() => import('./Users'));

export default function SettingsScreen() {
  const i18n = useI18n();
  const { say } = i18n;
  const me = useMe();
  const taste = useTaste();
  const headline = useHeadline('settings');
  const contact = useDraft('settings', me, i18n);
  return (
    <div className={ui.page}>
      <div className={ui.head}>
        <h1 ref={headline} tabIndex={-1}>
          {say('nav.settings')}
        </h1>
      </div>
      <Card title={say('settings.look')} aside={say('settings.inBrowser')}>
        <div className={ui.form}>
          <div>
            <p>{say('shell.language')}</p>
            <Segments
              label={say('shell.language')}
              value={taste.language}
              options={[
                { value: 'en', label: 'English' },
                { value: 'sv', label: 'Svenska' },
              ]}
              onChange={(language) => setTaste({ language })}
            />
          </div>
          <div>
            <p>{say('shell.theme')}</p>
            <Segments
              label={say('shell.theme')}
              value={taste.theme}
              options={[
                { value: 'system', label: say('theme.system') },
                { value: 'light', label: say('theme.light') },
                { value: 'dark', label: say('theme.dark') },
              ]}
              onChange={(theme) => setTaste({ theme })}
            />
          </div>
          <label>
            <input type="checkbox" checked={taste.letters} onChange={(event) => setTaste({ letters: event.target.checked })} />{' '}
            {say('shell.letters')}
          </label>
        </div>
      </Card>
      <Card title={say('settings.contact')} aside={say('settings.contactWhere')}>
        <Suspense fallback={<Bones rows={6} />}>
          <Contact form={contact} />
        </Suspense>
        <p className={ui.sub}>{say('settings.savedAsWritten')}</p>
      </Card>
      <Approval />
      <Suspense fallback={<Bones rows={4} />}>
        <Users />
      </Suspense>
    </div>
  );
}

/** Above it a second person must agree. */
function Approval() {
  const { say, money } = useI18n();
  const queries = useQueryClient();
  const may = useMay(undefined, 'configure');
  const asked = useQuery(approvalQuery);
  const [amount, setAmount] = useState<string | null>(null);
  const change = useOnce(
    (above: string, key) =>
      told(
        api.PUT('/api/settings/approval', {
          params: { header: writeOnce(key) },
          body: above ? { above: { amount: above, currency: 'USD' } } : {},
        }),
      ),
    (after) => {
      queries.setQueryData(approvalQuery.queryKey, after);
      setAmount(null);
    },
  );
  const text = amount ?? asked.data?.above?.amount ?? '';
  const wrong = text !== '' && !/^\d{1,12}(\.\d{1,2})?$/.test(text);
  const send = () => {
    if (!may.may || amount === null || wrong || change.isPending) return;
    const [whole = '', cents = ''] = amount.split('.');
    change.mutate(amount === '' ? '' : `${whole}.${cents.padEnd(2, '0')}`);
  };
  useKeys({ 'Ctrl+Enter': send });
  return (
    <Card title={say('settings.fourEyes')} aside={say('settings.fourEyesWhere')}>
      <Faced of={asked} failed={say('settings.failed')} small>
        {(rules) => (
          <form
            className={ui.form}
            onSubmit={(event) => {
              event.preventDefault();
              send();
            }}
          >
            <p>{rules.above ? say('settings.fourEyesNow', { amount: money(fromWire(rules.above)) }) : say('settings.fourEyesNone')}</p>
            <Field
              label={say('settings.fourEyesAbove')}
              hint={say('settings.fourEyesHint')}
              validationMessage={wrong ? say('settings.noAmount') : ''}
            >
              <Input inputMode="decimal" value={text} readOnly={!may.may} onChange={(_, data) => setAmount(data.value.trim())} />
            </Field>
            <Told
              error={change.error}
              failed={say('write.failed')}
              kept={say('write.oldStays')}
              done={change.isSuccess && amount === null ? say('settings.fourEyesSaved') : undefined}
            />
            <div>
              {may.may ? (
                <Button type="submit" appearance="primary" disabled={amount === null || wrong || change.isPending}>
                  {say('action.save')}
                </Button>
              ) : (
                <MayButton why={may.why}>{say('action.save')}</MayButton>
              )}
            </div>
          </form>
        )}
      </Faced>
    </Card>
  );
}
