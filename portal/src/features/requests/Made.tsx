// Done: the request has a number, and this is what happens next.
import { Button } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { dayOf } from '../../shared/api';
import { useI18n } from '../../shared/i18n';
import { ui } from '../../shared/ui/Bits';
import { Done, Faced } from '../../shared/ui/Faces';
import { requestQuery } from './queries';
import s from './wizard.module.css';

export default function Made({ name, reservation }: { name: string; reservation: string }) {
  const i18n = useI18n();
  const { say } = i18n;
  const navigate = useNavigate();
  const asked = useQuery({ ...requestQuery(name), enabled: name !== '' });
  return (
    <div className={s.body} style={{ gridTemplateColumns: 'minmax(0, 760px)' }}>
      <div className={ui.card}>
        <Faced of={asked} failed={say('request.failed')}>
          {(made) => (
            <Done title={say('wizard.made')}>
              <p>
                {say('wizard.madeText', { number: made.number })}{' '}
                {made.answerBy && say('wizard.answerBy', { time: `${i18n.day(dayOf(made.answerBy))} ${i18n.time(made.answerBy)}` })}
              </p>
              <ol className={s.stages}>
                {(['filed', 'decided', 'returned', 'credited', 'note'] as const).map((stage, i) => (
                  <li key={stage} data-now={i === 0}>
                    <i aria-hidden="true" />
                    <b>{say(`stage.${stage}`)}</b>
                    <span>{say(`stage.${stage}Text`)}</span>
                  </li>
                ))}
              </ol>
              <div className={ui.row}>
                <Button appearance="primary" onClick={() => navigate({ to: '/requests/$name', params: { name: made.name } })}>
                  {say('wizard.open')}
                </Button>
                <Button onClick={() => navigate({ to: '/reservations/$reservation/overview', params: { reservation } })}>
                  {say('wizard.back')}
                </Button>
              </div>
            </Done>
          )}
        </Faced>
      </div>
    </div>
  );
}
