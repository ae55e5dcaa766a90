import { Input } from '@fluentui/react-components';
import { Search16Regular } from '@fluentui/react-icons';
import { useEffect, useState } from 'react';

/** Types at once, asks when the hand rests. */
export function Filter(p: { value: string; onChange: (value: string) => void; label: string }) {
  const [text, setText] = useState(p.value);
  const { onChange, value } = p;
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text.trim() === value) return;
    const timer = window.setTimeout(() => onChange(text.trim().slice(0, 200)), 120);
    return () => window.clearTimeout(timer);
  }, [text, value, onChange]);
  return (
    <Input
      type="search"
      style={{ minWidth: 220 }}
      contentBefore={<Search16Regular aria-hidden="true" />}
      placeholder={p.label}
      aria-label={p.label}
      data-filter=""
      value={text}
      onChange={(_, data) => setText(data.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && text) {
          event.preventDefault();
          setText('');
        }
        if (event.key === 'ArrowDown') document.querySelector<HTMLElement>('[role=grid]')?.focus();
      }}
    />
  );
}
