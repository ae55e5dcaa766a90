// Done: the request has a number, and this is what happens next.
import { Button } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { dayOf } from '../../shared/api';
import { useI18n } from '../../shared/i18n';
import { fromWire } from '../../shared/money';
import { ui } from '../../shared/ui/Bits';
import { Done, Faced } from '../../shared/ui/Faces';
import { askedQuery, requestQuery } from './queries';
import { Stages } from './Stages';
import s from './wizard.module.css';
import { isNumber, stateWords } from './words';

export default function Made({ name, reservation }: { name: string; reservation: string }) {
  return (
    <div className={s.body} style={{ gridTemplateColumns: 'minmax(0, 760px)' }}>
      <div className={ui.card}>
        {isNumber(name) ? <MadeRequest number={name} reservation={reservation} /> : <MadeTicket name={name} reservation={reservation} />}
      </div>
    </div>
  );
}

function MadeRequest({ number, reservation }: { number: string; reservation: string }) {
  const i18n = useI18n();
  const { say } = i18n;
  const asked = useQuery(askedQuery(number));
  return (
    <Faced of={asked} failed={say('request.failed')}>
      {(made) => (
        <Done title={say('wizard.made')}>
          <p>
            {say('asked.made', { number: made.number, state: say(stateWords[made.state]) })}{' '}
            {made.hold && say('asked.madeHeld', { amount: i18n.money(fromWire(made.hold.refund)) })}
          </p>
          <Stages stages={made.stages} />
          <Ways name={made.number} reservation={reservation} />
        </Done>
      )}
    </Faced>
  );
}

function MadeTicket({ name, reservation }: { name: string; reservation: string }) {
  const i18n = useI18n();
  const { say } = i18n;
  const asked = useQuery({ ...requestQuery(name), enabled: name !== '' });
  return (
    <Faced of={asked} failed={say('request.failed')}>
      {(made) => (
        <Done title={say('wizard.made')}>
          <p>
            {say('wizard.madeText', { number: made.number })}{' '}
            {made.answerBy && say('wizard.answerBy', { time: `${i18n.day(dayOf(made.answerBy))} ${i18n.time(made.answerBy)}` })}
          </p>
          <Ways name={made.name} reservation={reservation} />
        </Done>
      )}
    </Faced>
  );
}

function Ways({ name, reservation }: { name: string; reservation: string }) {
  const { say } = useI18n();
  const navigate = useNavigate();
  return (
    <div className={ui.row}>
      <Button appearance="primary" onClick={() => navigate({ to: '/requests/$name', params: { name } })}>
        {say('wizard.open')}
      </Button>
      <Button onClick={() => navigate({ to: '/reservations/$reservation/overview', params: { reservation } })}>{say('wizard.back')}</Button>
    </div>
  );
}
