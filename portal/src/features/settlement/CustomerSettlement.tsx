// One customer's settlement: what is open, its credit notes, and its statement of a period.
import { Field, Input } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { dayOf } from '../../shared/api';
import { useI18n } from '../../shared/i18n';
import { fromWire } from '../../shared/money';
import { Card, ui } from '../../shared/ui/Bits';
import { Empty, Faced } from '../../shared/ui/Faces';
import CaseTable from './CaseTable';
import { fileAddress, notesQuery, settlementQuery, statementQuery } from './queries';
import { noteStateWords } from './words';

export default function CustomerSettlement({ customer }: { customer: string }) {
  const { say, money, day } = useI18n();
  const [chosen, setChosen] = useState<string | undefined>();
  const cases = useQuery(settlementQuery({ month: 'open', customer }));
  const notes = useQuery(notesQuery(customer));
  return (
    <>
      <Card
        title={say('settle.openCases')}
        aside={
          (cases.data?.toNote ?? 0) > 0 && (
            <Link to="/credit-notes/$id" params={{ id: 'new' }} search={{ customer }}>
              {say('settle.noteAll', { n: cases.data?.toNote ?? 0 })}
            </Link>
          )
        }
      >
        <Faced of={cases} failed={say('settle.failed')} small>
          {(view) =>
            view.rows.length === 0 ? (
              <Empty small title={say('settle.none')}>
                {say('settle.noneText')}
              </Empty>
            ) : (
              <CaseTable rows={view.rows} chosen={chosen} onChoose={setChosen} month="open" ofCustomer />
            )
          }
        </Faced>
      </Card>
      <Card title={say('settle.notes')}>
        <Faced of={notes} failed={say('note.failed')} small>
          {(page) =>
            page.rows.length === 0 ? (
              <Empty small title={say('note.none')}>
                {say('note.noneText')}
              </Empty>
            ) : (
              <div className={ui.scroll} tabIndex={0}>
                <table className={ui.table}>
                  <thead>
                    <tr>
                      <th scope="col">{say('note.number')}</th>
                      <th scope="col">{say('note.issued')}</th>
                      <th scope="col">{say('column.status')}</th>
                      <th scope="col" className={ui.end}>
                        {say('note.total')}
                      </th>
                    </tr>
                  </thead>
                  <tbody>
                    {page.rows.map((note) => (
                      <tr key={note.number}>
                        <td>
                          <Link to="/credit-notes/$id" params={{ id: note.number }}>
                            {note.number}
                          </Link>
                        </td>
                        <td>{day(dayOf(note.at))}</td>
                        <td>
                          {say(noteStateWords[note.state])}
                          {note.settled ? ` ${day(note.settled.paidOn)}` : ''}
                        </td>
                        <td className={ui.end}>{money(fromWire(note.total))}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )
          }
        </Faced>
      </Card>
      <StatementCard customer={customer} />
    </>
  );
}

function StatementCard({ customer }: { customer: string }) {
  const { say, money, day, language } = useI18n();
  const [period, setPeriod] = useState<{ from: string; until: string }>({ from: '', until: '' });
  const whole = period.from && period.until && period.from < period.until;
  const asked = useQuery(statementQuery(customer, whole ? period.from : undefined, whole ? period.until : undefined));
  const from = period.from || (asked.data?.from ?? '');
  const until = period.until || (asked.data?.until ?? '');
  return (
    <Card
      title={say('settle.statement')}
      aside={
        <a href={fileAddress(`/api/customers/${customer}/statement/pdf`, { from, until, lang: language })} target="_blank" rel="noreferrer">
          {say('settle.statementPdf')}
        </a>
      }
    >
      <div className={ui.stack}>
        <div className={ui.row} style={{ alignItems: 'end' }}>
          <Field label={say('settle.from')}>
            <Input type="date" value={from} onChange={(_, data) => setPeriod({ from: data.value, until })} />
          </Field>
          <Field label={say('settle.until')} validationMessage={from && until && from >= until ? say('settle.noDay') : ''}>
            <Input type="date" value={until} onChange={(_, data) => setPeriod({ from, until: data.value })} />
          </Field>
        </div>
        <Faced of={asked} failed={say('settle.statementFailed')} small>
          {(statement) => (
            <div className={ui.scroll} tabIndex={0}>
              <table className={ui.table}>
                <thead>
                  <tr>
                    <th scope="col">{say('settle.day')}</th>
                    <th scope="col">{say('settle.text')}</th>
                    <th scope="col" className={ui.end}>
                      {say('settle.charged')}
                    </th>
                    <th scope="col" className={ui.end}>
                      {say('settle.credited')}
                    </th>
                    <th scope="col" className={ui.end}>
                      {say('settle.balance')}
                    </th>
                  </tr>
                </thead>
                <tbody>
                  <tr>
                    <td>{day(statement.from)}</td>
                    <td>{say('settle.opening')}</td>
                    <td className={ui.end}>{money(fromWire(statement.opening.owes))}</td>
                    <td className={ui.end}>{money(fromWire(statement.opening.owed))}</td>
                    <td className={ui.end}>{money(fromWire(statement.opening.balance))}</td>
                  </tr>
                  {statement.lines.map((line, index) => (
                    <tr key={`${line.day}${index}`}>
                      <td>{day(line.day)}</td>
                      <td>
                        <bdi>{line.text}</bdi>
                      </td>
                      <td className={ui.end}>{money(fromWire(line.charged))}</td>
                      <td className={ui.end}>{money(fromWire(line.credited))}</td>
                      <td className={ui.end}>{money(fromWire(line.balance))}</td>
                    </tr>
                  ))}
                  <tr>
                    <th scope="row" colSpan={2}>
                      {say('settle.closing')}
                    </th>
                    <td className={ui.end}>{money(fromWire(statement.closing.owes))}</td>
                    <td className={ui.end}>{money(fromWire(statement.closing.owed))}</td>
                    <td className={ui.end}>
                      <b>{money(fromWire(statement.closing.balance))}</b>
                    </td>
                  </tr>
                </tbody>
              </table>
            </div>
          )}
        </Faced>
      </div>
    </Card>
  );
}
