// Compiles i18n/*.json for the browser: a plain sentence stays text, one with variables becomes a parsed message. Beside it the type of every
// key and of the values it asks for, so that a wrong key or a forgotten value does not compile. Fails on a key that one language lacks, on
// variables that differ, and on a key that nothing under src/ names.
import fs from 'node:fs';
import path from 'node:path';
import { parse, TYPE } from '@formatjs/icu-messageformat-parser';

const root = path.join(import.meta.dirname, '..');
export const languages = ['en', 'sv'];

/** The variables of a message: name to kind. A number inside a plural is the plural's own. */
export function variables(message, found = new Map()) {
  for (const part of message) {
    if (part.type !== TYPE.literal && part.type !== TYPE.pound)
      found.set(part.value, part.type === TYPE.plural ? 'number' : 'string | number');
    for (const option of Object.values(part.options ?? {})) variables(option.value, found);
  }
  return found;
}

/** {faults, compiled, types} of the word files {en: {key: text}, sv: {...}}. */
export function compile(words) {
  const faults = [];
  const compiled = {};
  const asks = {};
  for (const [language, texts] of Object.entries(words)) {
    compiled[language] = {};
    asks[language] = {};
    for (const [key, text] of Object.entries(texts)) {
      let message;
      try {
        message = parse(text, { captureLocation: false });
      } catch (error) {
        faults.push(`${language}: '${key}' is no ICU message: ${error.message}`);
        continue;
      }
      if (text.trim() === '') faults.push(`${language}: '${key}' is empty`);
      asks[language][key] = variables(message);
      const plain = message.length === 1 && message[0].type === TYPE.literal;
      compiled[language][key] = plain ? message[0].value : message;
    }
  }
  const keys = [...new Set(Object.values(words).flatMap((texts) => Object.keys(texts)))].sort();
  const [first, ...others] = Object.keys(words);
  for (const key of keys) {
    for (const language of [first, ...others]) if (!(key in words[language])) faults.push(`${language}: '${key}' is missing`);
    for (const language of others) {
      const here = [...(asks[language][key]?.keys() ?? [])].sort().join();
      const there = [...(asks[first][key]?.keys() ?? [])].sort().join();
      if (asks[language][key] && asks[first][key] && here !== there)
        faults.push(`${language}: '${key}' asks for {${here}}, ${first} for {${there}}`);
    }
  }
  const lines = keys.map((key) => {
    const values = [...(asks[first][key] ?? [])].map(([name, kind]) => `${name}: ${kind}`);
    return `  '${key}': ${values.length ? `{ ${values.join('; ')} }` : 'null'};`;
  });
  return { faults, compiled, types: `// Made by tools/words.mjs from i18n/en.json.\nexport interface Words {\n${lines.join('\n')}\n}\n` };
}

/** Keys that no source names, neither whole ('a.b') nor by their beginning (`a.${...}`). */
export function unused(keys, source) {
  const beginnings = [...source.matchAll(/`([a-zA-Z0-9.]+\.)\$\{/g)].map((match) => match[1]);
  return keys.filter((key) => !source.includes(`'${key}'`) && !beginnings.some((beginning) => key.startsWith(beginning)));
}

function sources(folder) {
  return fs
    .readdirSync(folder, { recursive: true })
    .filter((name) => /\.tsx?$/.test(name) && !/\.gen\.ts$|\.test\.tsx?$/.test(name))
    .map((name) => fs.readFileSync(path.join(folder, name), 'utf8'))
    .join('\n');
}

if (process.argv[1] === import.meta.filename) {
  const words = Object.fromEntries(
    languages.map((language) => [language, JSON.parse(fs.readFileSync(path.join(root, 'i18n', `${language}.json`), 'utf8'))]),
  );
  const { faults, compiled, types } = compile(words);
  for (const key of unused(Object.keys(words.en), sources(path.join(root, 'src')))) faults.push(`'${key}' is used nowhere`);
  const out = path.join(root, 'src/shared/i18n/compiled');
  fs.mkdirSync(out, { recursive: true });
  for (const language of languages) fs.writeFileSync(path.join(out, `${language}.json`), JSON.stringify(compiled[language]));
  fs.writeFileSync(path.join(out, 'words.gen.ts'), types);
  for (const fault of faults) console.error(`words: ${fault}`);
  console.log(`words: ${Object.keys(words.en).length} messages in ${languages.length} languages, ${faults.length} faults`);
  process.exit(faults.length ? 1 : 0);
}
