// The customer's paper as it will print, in the paper's own language whatever the reader's: it is what goes out.
import { formatter } from '../../shared/format';
import { fromWire } from '../../shared/money';
import type { Paper } from './queries';
import s from './settlement.module.css';

// Words of the paper, not of the portal: they stay in the language that it is written in.
const words = {
  en: {
    title: 'Credit note',
    date: 'Date',
    yours: 'Your reference',
    takesBack: 'Takes back',
    text: 'Description',
    units: 'Units',
    amount: 'Amount',
    net: 'Net',
    vat: 'VAT',
    reverse: 'VAT, reverse charge',
    total: 'Credited',
    reason: 'Reason',
    org: 'Org. number',
    vatNumber: 'VAT number',
  },
  sv: {
    title: 'Kreditnota',
    date: 'Datum',
    yours: 'Er referens',
    takesBack: 'Återtar',
    text: 'Beskrivning',
    units: 'Antal',
    amount: 'Belopp',
    net: 'Netto',
    vat: 'Moms',
    reverse: 'Moms, omvänd betalningsskyldighet',
    total: 'Att kreditera',
    reason: 'Orsak',
    org: 'Org.nummer',
    vatNumber: 'Momsnummer',
  },
} as const;

export default function NotePaper({ of, number }: { of: Paper; number?: string | undefined }) {
  const w = words[of.language];
  const { money, day, number: count } = formatter(of.language);
  const vat = of.vat.reverseCharge ? of.vat.text || w.reverse : `${of.vat.text || w.vat} ${of.vat.rate}`;
  return (
    <article className={s.paper} lang={of.language}>
      <div className={s.parties}>
        <div>
          <h2>
            {w.title} {number}
          </h2>
          <p>
            {w.date} {day(of.at.slice(0, 10))}
          </p>
          {of.reference && (
            <p>
              {w.yours} <bdi>{of.reference}</bdi>
            </p>
          )}
          {of.reverses && (
            <p>
              {w.takesBack} {of.reverses}
            </p>
          )}
        </div>
        <Party of={of.seller} w={w} />
        <Party of={of.buyer} w={w} />
      </div>
      <table>
        <thead>
          <tr>
            <th scope="col">{w.text}</th>
            <th scope="col" className={s.end}>
              {w.units}
            </th>
            <th scope="col" className={s.end}>
              {w.amount}
            </th>
          </tr>
        </thead>
        <tbody>
          {of.lines.map((line, index) => (
            <tr key={`${line.return}${index}`}>
              <td>
                <bdi>{line.text}</bdi>
              </td>
              <td className={s.end}>{line.quantity ? count(line.quantity) : ''}</td>
              <td className={s.end}>{money(fromWire(line.amount))}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          {[
            [w.net, of.net],
            [vat, of.vatAmount],
            [w.total, of.total],
          ].map(([name, amount]) => (
            <tr key={String(name)}>
              <th scope="row" colSpan={2}>
                {String(name)}
              </th>
              <td className={s.end}>{money(fromWire(amount as Paper['net']))}</td>
            </tr>
          ))}
        </tfoot>
      </table>
      {of.reason && (
        <p>
          {w.reason}: <bdi>{of.reason}</bdi>
        </p>
      )}
      <p className={`${s.foot} ${s.faint}`}>
        {[
          of.seller.organisationNumber && `${w.org} ${of.seller.organisationNumber}`,
          of.seller.vatNumber && `${w.vatNumber} ${of.seller.vatNumber}`,
        ]
          .concat([of.iban && `IBAN ${of.iban}`, of.bic && `BIC ${of.bic}`, of.bankgiro && `Bankgiro ${of.bankgiro}`, of.email])
          .filter(Boolean)
          .map((each) => (
            <span key={String(each)}>{each}</span>
          ))}
      </p>
    </article>
  );
}

function Party({ of, w }: { of: Paper['seller']; w: (typeof words)['en' | 'sv'] }) {
  return (
    <div>
      <b>
        <bdi>{of.name}</bdi>
      </b>
      {of.address.map((line) => (
        <div key={line}>
          <bdi>{line}</bdi>
        </div>
      ))}
      {of.country && <div>{of.country}</div>}
      {of.vatNumber && (
        <div className={s.faint}>
          {w.vatNumber} {of.vatNumber}
        </div>
      )}
    </div>
  );
}
