// S13, Properties: the two ids that support asks for, and everything else as the record has it. Nothing here is asked again.
import { useState } from 'react';
import { useI18n } from '../../../shared/i18n';
import { Card, CopyButton, Fact, Facts, Id, ui } from '../../../shared/ui/Bits';
import { useRecord } from '../RecordFrame';
import { bothIds } from '../words';

export default function PropertiesScreen() {
  const i18n = useI18n();
  const { say, moment } = i18n;
  const record = useRecord();
  const [raw, setRaw] = useState(false);
  const json = JSON.stringify({ ...record, actions: undefined }, null, 2);
  const mail = say('properties.mail', { name: record.name, customer: record.customer.name, order: record.order, reservation: record.id });
  const facts: [string, string | undefined][] = [
    [say('fact.product'), record.product],
    ['SKU', record.sku],
    [say('fact.region'), record.region],
    [say('fact.provisioning'), record.provisioningState],
    [say('fact.purchased'), `${moment(record.purchased)} UTC`],
    [say('fact.benefitStart'), `${moment(record.benefitStart)} UTC`],
    [say('column.expires'), `${moment(record.expiry)} UTC`],
    [say('fact.originalQuantity'), i18n.number(record.originalQuantity)],
    [say('fact.billingScope'), record.billingScope],
    [say('fact.splitSource'), record.lineage.splitSource],
    [say('fact.renewedInto'), record.lineage.renewedInto],
    ['ETag', record.etag],
  ];
  return (
    <>
      <Card title={say('properties.ids')}>
        <dl className={ui.stack}>
          <Fact name={say('id.order')}>
            <span style={{ fontSize: 16 }}>
              <Id name={say('id.order')} value={record.order} />
            </span>
          </Fact>
          <Fact name={say('id.reservation')}>
            <span style={{ fontSize: 16 }}>
              <Id name={say('id.reservation')} value={record.id} />
            </span>
          </Fact>
        </dl>
        <div className={ui.row} style={{ marginTop: 12 }}>
          <CopyButton text={bothIds(record, i18n)} what={say('properties.both')} label={say('properties.both')} />
          <CopyButton text={mail} what={say('properties.copyMail')} label={say('properties.copyMail')} />
        </div>
        <p className={ui.sub} style={{ marginTop: 8 }}>
          {say('properties.attached')}
        </p>
      </Card>
      <Card
        title={say('properties.all')}
        aside={
          <button type="button" className={ui.link} aria-pressed={raw} onClick={() => setRaw(!raw)}>
            {say(raw ? 'properties.asList' : 'properties.asJson')}
          </button>
        }
      >
        {raw ? (
          <>
            <CopyButton text={json} what="JSON" />
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls is reached by keyboard */}
            <pre className="mono" style={{ overflow: 'auto', maxHeight: 420, margin: 0 }} tabIndex={0}>
              {json}
            </pre>
          </>
        ) : (
          <Facts>
            {facts.map(([name, value]) => (
              <Fact key={name} name={name}>
                {value || <span title={say('value.none')}>–</span>}
              </Fact>
            ))}
          </Facts>
        )}
      </Card>
    </>
  );
}
