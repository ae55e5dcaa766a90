import { describe, expect, it } from 'vitest';
import { closure } from './budget.mjs';
import { compile, unused } from './words.mjs';

describe('the words compiler', () => {
  it('leaves a plain sentence text and types the values of another', () => {
    const { faults, compiled, types } = compile({
      en: { a: 'Yes', b: '{n, plural, one {# row} other {# rows}} of {name}' },
      sv: { a: 'Ja', b: '{n, plural, one {# rad} other {# rader}} av {name}' },
    });
    expect(faults).toEqual([]);
    expect(compiled.en.a).toBe('Yes');
    expect(Array.isArray(compiled.sv.b)).toBe(true);
    expect(types).toContain("'a': null;");
    expect(types).toContain("'b': { n: number; name: string | number };");
  });
  it.each([
    [{ en: { a: 'x' }, sv: {} }, "sv: 'a' is missing"],
    [{ en: {}, sv: { a: 'x' } }, "en: 'a' is missing"],
    [{ en: { a: '{x}' }, sv: { a: '{y}' } }, "sv: 'a' asks for {y}, en for {x}"],
    [{ en: { a: ' ' }, sv: { a: 'x' } }, "en: 'a' is empty"],
  ])('names the fault of %j', (words, fault) => {
    expect(compile(words).faults).toContain(fault);
  });
  it('names a broken message', () => {
    expect(compile({ en: { a: '{n, plural, one {x}' }, sv: { a: 'x' } }).faults[0]).toContain("en: 'a' is no ICU message");
  });
  it('finds keys that nobody uses, and allows families', () => {
    const source = ['say(', "'a.one'", '); say(`stage.', '$', '{stage}Text`)'].join('');
    expect(unused(['a.one', 'a.two', 'stage.filedText'], source)).toEqual(['a.two']);
  });
});

describe('the size budget', () => {
  it('counts each chunk once, however often it is needed', () => {
    const manifest = { a: { imports: ['b', 'c'] }, b: { imports: ['c'] }, c: { imports: ['a'] }, d: {} };
    expect([...closure(manifest, 'a')].sort()).toEqual(['a', 'b', 'c']);
  });
});
