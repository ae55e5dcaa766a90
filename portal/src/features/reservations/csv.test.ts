import { expect, it } from 'vitest';
import { cell } from './csv';

it.each([
  ['plain', 'plain'],
  ['a,b', '"a,b"'],
  ['say "x"', '"say ""x"""'],
  ['two\nlines', '"two\nlines"'],
  ['=HYPERLINK("x")', '"\'=HYPERLINK(""x"")"'],
  ['+46', "'+46"],
  ['@name', "'@name"],
  ['-5', "'-5"],
])('%j becomes %j', (text, safe) => {
  expect(cell(text)).toBe(safe);
});
