// S21, Sandbox: the clock, how far to move it, and what happened on the way.
import { Button, Field, Input } from '@fluentui/react-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { api, type Schemas, told, write } from '../../shared/api';
import { useI18n } from '../../shared/i18n';
import { useHeadline, useKeys } from '../../shared/keys';
import { MayButton, useMay, useMe } from '../../shared/me';
import { useOnce } from '../../shared/once';
import { Card, Fact, Facts, ui } from '../../shared/ui/Bits';
import { Done, Empty, Faced } from '../../shared/ui/Faces';
import { Told } from '../../shared/ui/Told';
import { clockQuery } from './queries';

const presets = [
  { by: '1d', word: 'sandbox.day' },
  { by: '6d', word: 'sandbox.day6' },
  { by: '1m', word: 'sandbox.month' },
  { by: '1y', word: 'sandbox.year' },
] as const;

export default function SandboxScreen() {
  const { say, moment, day, number } = useI18n();
  const me = useMe();
  const queries = useQueryClient();
  const headline = useHeadline('sandbox');
  const field = useRef<HTMLInputElement>(null);
  const may = useMay(undefined, 'configure');
  const clock = useQuery(clockQuery);
  const [to, setTo] = useState('');
  const [chosen, setChosen] = useState<{ by?: string; to?: string } | null>(null);
  const [report, setReport] = useState<Schemas['ClockReport'] | null>(null);
  const advance = useOnce(
    (body: { by?: string; to?: string }) => told(api.POST('/api/clock/advance', { params: { header: write }, body })),
    (happened) => {
      setReport(happened);
      setChosen(null);
      // Time has moved: nothing that was read is of today any more.
      void queries.invalidateQueries();
    },
  );
  useKeys({ t: () => field.current?.focus() });
  const target = chosen && (chosen.to ? day(chosen.to) : say(presets.find((preset) => preset.by === chosen.by)?.word ?? 'sandbox.day'));
  return (
    <div className={ui.page}>
      <div className={ui.head}>
        <h1 ref={headline} tabIndex={-1}>
          {say('nav.sandbox')}
        </h1>
      </div>
      {me.sandbox ? (
        <div className={ui.stack}>
          <Card title={say('sandbox.clock')}>
            <Faced of={clock} failed={say('sandbox.failed')}>
              {(now) => (
                <div className={ui.stack}>
                  <p>
                    <span className={ui.big}>{moment(now.now)} UTC</span>
                    <span className={ui.sub}>{say(now.frozen ? 'sandbox.frozen' : 'sandbox.running')}</span>
                  </p>
                  <div className={ui.row}>
                    {presets.map((preset) => (
                      <Button
                        key={preset.by}
                        onClick={() => setChosen({ by: preset.by })}
                        appearance={chosen?.by === preset.by ? 'primary' : 'secondary'}
                      >
                        {say(preset.word)}
                      </Button>
                    ))}
                  </div>
                  <form
                    className={ui.row}
                    style={{ alignItems: 'end' }}
                    onSubmit={(event) => {
                      event.preventDefault();
                      if (to > now.now.slice(0, 10)) setChosen({ to });
                    }}
                  >
                    <Field label={say('sandbox.to')} validationMessage={to && to <= now.now.slice(0, 10) ? say('sandbox.forward') : ''}>
                      <Input ref={field} type="date" min={now.now.slice(0, 10)} value={to} onChange={(_, data) => setTo(data.value)} />
                    </Field>
                    <Button type="submit" disabled={!to || to <= now.now.slice(0, 10)}>
                      {say('sandbox.choose')}
                    </Button>
                  </form>
                  {chosen && (
                    <div className={ui.note}>
                      <p>{say('sandbox.sure', { target: target ?? '' })}</p>
                      <div className={ui.ways}>
                        <MayButton why={may.why} appearance="primary" disabled={advance.isPending} onClick={() => advance.mutate(chosen)}>
                          {say(advance.isPending ? 'sandbox.moving' : 'shell.advance')}
                        </MayButton>
                        <Button onClick={() => setChosen(null)}>{say('action.cancel')}</Button>
                      </div>
                    </div>
                  )}
                  <Told error={advance.error} failed={say('sandbox.notMoved')} kept={say('sandbox.worldIntact')} />
                </div>
              )}
            </Faced>
          </Card>
          {report && (
            <Card title={say('sandbox.happened')}>
              <Done title={say('sandbox.nowIs', { at: `${moment(report.to)} UTC` })}>
                {report.instalments + report.expired + report.renewed + report.renewalsFailed === 0 ? (
                  <p>{say('sandbox.quiet')}</p>
                ) : (
                  <Facts>
                    <Fact name={say('sandbox.instalments')}>{number(report.instalments)}</Fact>
                    <Fact name={say('sandbox.expired')}>{number(report.expired)}</Fact>
                    <Fact name={say('sandbox.renewed')}>{number(report.renewed)}</Fact>
                    <Fact name={say('sandbox.renewalsFailed')}>{number(report.renewalsFailed)}</Fact>
                  </Facts>
                )}
              </Done>
            </Card>
          )}
        </div>
      ) : (
        <Empty title={say('sandbox.live')}>{say('sandbox.liveText')}</Empty>
      )}
    </div>
  );
}
