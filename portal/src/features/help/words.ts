// The desk's words in both languages, and what older texts call the same thing.
export const words: { en: string; sv: string; also: string }[] = [
  { en: 'Refund', sv: 'Återbetalning', also: 'return, återbäring, åter betalning' },
  { en: 'Return units', sv: 'Returnera enheter', also: 'lämna tillbaka' },
  { en: 'Exchange', sv: 'Byte', also: 'utväxla' },
  { en: 'Cancel a reservation', sv: 'Annullera en reservation', also: 'avbryta, säga upp' },
  { en: 'Reservation order', sv: 'Reservationsbeställning', also: 'reservations ordning' },
  { en: 'Refund limit', sv: 'Återbetalningsgräns', also: 'cap, bidrags kap' },
  { en: 'Allowance', sv: 'Återbetalningsutrymme', also: 'refund cap left' },
  { en: 'Held', sv: 'Avsatt', also: 'reserved amount' },
  { en: 'Early termination fee', sv: 'Avgift för tidig uppsägning', also: 'cancellation fee' },
  { en: 'Scope', sv: 'Omfång', also: 'omfattning' },
  { en: 'Utilization', sv: 'Utnyttjande', also: 'användning, usage' },
  { en: 'Expiration date', sv: 'Förfallodatum', also: 'förfallo datum' },
  { en: 'Support request', sv: 'Supportbegäran', also: 'support förfrågan, ticket' },
  { en: 'Reconciliation file', sv: 'Avstämningsfil', also: 'rekognoseringsfil' },
  { en: 'Access control (IAM)', sv: 'Åtkomstkontroll (IAM)', also: 'access' },
];
