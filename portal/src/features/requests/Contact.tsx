// Step 3: whom support may reach. It is the agent, never the customer.
import { Field, Input, Select } from '@fluentui/react-components';
import type { HTMLInputAutoCompleteAttribute } from 'react';
import { type PlainKey, useI18n } from '../../shared/i18n';
import { ui } from '../../shared/ui/Bits';
import { countries, type Draft, type DraftForm, languages, timeZones } from './draft';
import s from './wizard.module.css';

const texts = [
  { name: 'firstName', word: 'contact.first', complete: 'given-name', type: 'text', most: 100 },
  { name: 'lastName', word: 'contact.last', complete: 'family-name', type: 'text', most: 100 },
  { name: 'email', word: 'contact.email', complete: 'email', type: 'email', most: 254 },
  { name: 'phone', word: 'contact.phone', complete: 'tel', type: 'tel', most: 40 },
] as const satisfies { name: keyof Draft; word: PlainKey; complete: HTMLInputAutoCompleteAttribute; type: string; most: number }[];

export default function Contact({ form }: { form: DraftForm }) {
  const { say } = useI18n();
  const { values, set, wrong, touch } = form;
  return (
    <div className={s.step}>
      <p className={ui.note}>{say('wizard.ownDetails')}</p>
      <div className={s.pair}>
        {texts.map(({ name, word, complete, type, most }) => (
          <Field key={name} label={say(word)} required={name !== 'phone' || values.method === 'Phone'} validationMessage={wrong(name)}>
            <Input
              name={name}
              type={type}
              autoComplete={complete}
              maxLength={most}
              value={values[name]}
              onChange={(_, data) => set({ [name]: data.value })}
              onBlur={() => touch(name)}
            />
          </Field>
        ))}
        <Field label={say('contact.method')}>
          <Select value={values.method} onChange={(_, data) => set({ method: data.value === 'Phone' ? 'Phone' : 'Email' })}>
            <option value="Email">{say('contact.email')}</option>
            <option value="Phone">{say('contact.phone')}</option>
          </Select>
        </Field>
        <Field label={say('contact.language')}>
          <Select value={values.language} onChange={(_, data) => set({ language: data.value })}>
            {languages.map((code) => (
              <option key={code} value={code}>
                {languageName(code)}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={say('contact.zone')}>
          <Select value={values.timeZone} onChange={(_, data) => set({ timeZone: data.value })}>
            {timeZones.map((zone) => (
              <option key={zone}>{zone}</option>
            ))}
          </Select>
        </Field>
        <Field label={say('contact.country')} validationMessage={wrong('country')}>
          <Input
            name="country"
            list="countries"
            maxLength={3}
            value={values.country}
            onChange={(_, data) => set({ country: data.value.toUpperCase() })}
            onBlur={() => touch('country')}
          />
        </Field>
        <datalist id="countries">
          {countries.map((code) => (
            <option key={code} value={code} />
          ))}
        </datalist>
      </div>
    </div>
  );
}

/** A language's own name for itself. */
function languageName(code: string): string {
  try {
    return new Intl.DisplayNames([code], { type: 'language' }).of(code) ?? code;
  } catch {
    return code;
  }
}
