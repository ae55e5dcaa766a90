// S28, Help: the walk of a refund, what there is to know about reservations, the keys, and the words in both languages.
import { Input } from '@fluentui/react-components';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useI18n } from '../../shared/i18n';
import { useHeadline } from '../../shared/keys';
import { useMe } from '../../shared/me';
import { Card, ui } from '../../shared/ui/Bits';
import { Empty } from '../../shared/ui/Faces';
import { KeyTable } from './KeyTable';
import { words } from './words';

const topics = ['reservations', 'buying', 'sizing', 'api', 'letBuy'] as const;

export default function HelpScreen() {
  const { say } = useI18n();
  const me = useMe();
  const headline = useHeadline('help');
  const [q, setQ] = useState('');
  const lower = q.trim().toLowerCase();
  const found = words.filter((word) => Object.values(word).some((text) => text.toLowerCase().includes(lower)));
  return (
    <div className={ui.page}>
      <div className={ui.head}>
        <h1 ref={headline} tabIndex={-1}>
          {say('nav.help')}
        </h1>
      </div>
      <div className={ui.stack} style={{ maxWidth: 860 }}>
        <Card title={say('help.walk')}>
          <ol className={ui.stack} style={{ listStyle: 'decimal', paddingLeft: 22, gap: 8 }}>
            <li>
              {say('help.walk1')} <Link to="/customers">{say('nav.customers')}</Link>
            </li>
            <li>
              {say('help.walk2')} <Link to="/reservations">{say('nav.reservations')}</Link>
            </li>
            <li>{say('help.walk3')}</li>
            <li>{say('help.walk4')}</li>
            <li>{say('help.walk5')}</li>
          </ol>
        </Card>
        {topics.map((topic) => (
          <Card key={topic} title={say(`help.${topic}`)} id={topic}>
            <p style={{ whiteSpace: 'pre-line' }}>{say(`help.${topic}Text`)}</p>
          </Card>
        ))}
        <Card title={say('help.keys')}>
          <KeyTable />
        </Card>
        <Card title={say('help.words')}>
          <div className={ui.stack}>
            <Input
              type="search"
              value={q}
              aria-label={say('help.findWord')}
              placeholder={say('help.findWord')}
              maxLength={60}
              onChange={(_, data) => setQ(data.value)}
            />
            {found.length === 0 ? (
              <Empty small title={say('help.noWord')} />
            ) : (
              <div className={ui.scroll} tabIndex={0}>
                <table className={ui.table}>
                  <thead>
                    <tr>
                      <th scope="col">English</th>
                      <th scope="col">Svenska</th>
                      <th scope="col">{say('help.alsoCalled')}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {found.map((word) => (
                      <tr key={word.en}>
                        <td lang="en">{word.en}</td>
                        <td lang="sv">{word.sv}</td>
                        <td className={ui.sub}>{word.also}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )}
          </div>
        </Card>
        <p className={ui.sub}>Prorata {me.version}</p>
      </div>
    </div>
  );
}
