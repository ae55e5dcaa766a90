// In the bar below the list: what the selected reservations would give back together, as the server sums it, and the way to the dry run.
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useI18n } from '../../shared/i18n';
import { fromWire } from '../../shared/money';
import { planQuery } from './queries';
import { linesMax, linesOf, readLines } from './search';

export default function SelectionTotal({ picked }: { picked: ReadonlySet<string> }) {
  const i18n = useI18n();
  const { say } = i18n;
  const navigate = useNavigate();
  const many = picked.size > linesMax;
  const lines = linesOf(picked);
  const plan = useQuery({ ...planQuery(readLines(lines), i18n.language), enabled: !many });
  if (many) return <span>{say('bulk.tooMany', { n: linesMax })}</span>;
  const sums = plan.data?.totals.map((total) => i18n.money(fromWire(total.refund))).join(' + ');
  return (
    <>
      <span aria-live="polite">
        {plan.data && !plan.isPlaceholderData
          ? plan.data.makeable > 0
            ? say('bulk.barTotal', { n: plan.data.makeable, sums: sums ?? '' })
            : say('bulk.barNone')
          : plan.error
            ? say('bulk.barFailed')
            : '…'}
      </span>
      {picked.size > 1 && (
        <button type="button" onClick={() => navigate({ to: '/bulk', search: { lines } })}>
          {say('bulk.open')}
        </button>
      )}
    </>
  );
}
