import { useI18n } from '../../shared/i18n';

const keys = [
  { keys: ['Ctrl K'], word: 'keys.search' },
  { keys: ['/'], word: 'keys.filter' },
  { keys: ['?'], word: 'keys.list' },
  { keys: ['G T', 'G C', 'G A', 'G R', 'G M', 'G P', 'G S', 'G H'], word: 'keys.go' },
  { keys: ['Esc'], word: 'keys.back' },
  { keys: ['Ctrl Enter'], word: 'keys.next' },
  { keys: ['↑ ↓', 'PageUp', 'PageDown', 'Home', 'End'], word: 'keys.rows' },
  { keys: ['Space', 'Shift ↑ ↓'], word: 'keys.select' },
  { keys: ['Enter'], word: 'keys.open' },
  { keys: ['C'], word: 'keys.copy' },
  { keys: ['R', 'E', 'S'], word: 'keys.record' },
  { keys: ['1', '…', '8'], word: 'keys.menu' },
  { keys: ['← →'], word: 'keys.units' },
] as const;

export function KeyTable() {
  const { say } = useI18n();
  return (
    <dl>
      {keys.map((entry) => (
        <div key={entry.word} style={{ display: 'grid', gridTemplateColumns: 'minmax(120px, 220px) 1fr', gap: 16, padding: '4px 0' }}>
          <dt>
            {entry.keys.map((key) => (
              <span key={key}>
                <kbd>{key}</kbd>{' '}
              </span>
            ))}
          </dt>
          <dd>{say(entry.word)}</dd>
        </div>
      ))}
    </dl>
  );
}
