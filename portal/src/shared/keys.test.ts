import { fireEvent, renderHook } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { nameOf, useKeys } from './keys';
import { setTaste } from './taste';

const press = (key: string, more: object = {}, target: Element = document.body) =>
  fireEvent.keyDown(target, { key, bubbles: true, ...more });

describe('keys', () => {
  it('names what was pressed', () => {
    expect(nameOf(new KeyboardEvent('keydown', { key: 'K', ctrlKey: true }))).toBe('Ctrl+k');
    expect(nameOf(new KeyboardEvent('keydown', { key: 'Enter', shiftKey: true }))).toBe('Shift+Enter');
    expect(nameOf(new KeyboardEvent('keydown', { key: '?', shiftKey: true }))).toBe('?');
  });

  it('never fires a letter in a field or a dialog, but what Ctrl makes does', () => {
    const letter = vi.fn();
    const chord = vi.fn();
    renderHook(() => useKeys({ r: letter, 'Ctrl+k': chord }));
    document.body.innerHTML =
      '<input id="i"><textarea id="t"></textarea><dialog open><button id="d"></button></dialog><button id="b"></button>';
    for (const id of ['i', 't', 'd']) {
      const target = document.getElementById(id) as Element;
      press('r', {}, target);
      press('k', { ctrlKey: true }, target);
    }
    expect(letter).not.toHaveBeenCalled();
    expect(chord).toHaveBeenCalledTimes(3);
    press('r', {}, document.getElementById('b') as Element);
    expect(letter).toHaveBeenCalledTimes(1);
    document.body.innerHTML = '';
  });

  it('takes two letters as one key, and not half of them', () => {
    const go = vi.fn();
    const c = vi.fn();
    renderHook(() => useKeys({ 'g c': go, c }));
    press('g');
    press('c');
    expect(go).toHaveBeenCalledTimes(1);
    expect(c).not.toHaveBeenCalled();
    press('c');
    expect(c).toHaveBeenCalledTimes(1);
  });

  it('lets letters be turned off', () => {
    const letter = vi.fn();
    renderHook(() => useKeys({ r: letter }));
    setTaste({ letters: false });
    press('r');
    expect(letter).not.toHaveBeenCalled();
    setTaste({ letters: true });
  });
});
