// The way of a request, from the asking to the credit. What each point is stands in words, a shape and a colour.
import { dayOf, type Schemas } from '../../shared/api';
import { useI18n } from '../../shared/i18n';
import s from './wizard.module.css';
import { stageWords } from './words';

const standingWords = {
  done: 'asked.isDone',
  now: 'asked.isNow',
  next: 'asked.isNext',
  failed: 'asked.isStopped',
  unknown: 'asked.isUnknown',
} as const;

export function Stages({ stages }: { stages: Schemas['RequestStage'][] }) {
  const { say, day, time } = useI18n();
  return (
    <ol className={s.stages}>
      {stages.map((stage) => (
        <li key={stage.stage} data-standing={stage.standing} aria-current={stage.standing === 'now' ? 'step' : undefined}>
          <i aria-hidden="true" />
          <b>{say(stageWords[stage.stage])}</b>
          <span>
            {stage.at ? `${day(dayOf(stage.at))} ${time(stage.at)}` : say(standingWords[stage.standing])}
            {stage.by && (
              <>
                {' · '}
                <bdi>{stage.by}</bdi>
              </>
            )}
            {stage.note && (
              <>
                {' · '}
                <bdi>{stage.note}</bdi>
              </>
            )}
            {stage.standing === 'unknown' && ` · ${say('asked.isUnknown')}`}
          </span>
        </li>
      ))}
    </ol>
  );
}
