import { describe, expect, it } from 'vitest';
import { printable, printableJson, printableLines } from './printable.ts';

describe('printable', () => {
  it('escapes control characters and characters that reorder text, and keeps all other characters', () => {
    expect(printable('a\x1b]0;owned\x07b')).toBe('a\\x1b]0;owned\\x07b');
    expect(printable('\x9b31m\x7f\r\n\t\0')).toBe('\\x9b31m\\x7f\\x0d\\x0a\\x09\\x00');
    expect(printable('cat\u202egnp.exe\u2066\u2028')).toBe('cat\\u202egnp.exe\\u2066\\u2028');
    expect(printable('café 猫 🐈 ε−x₀ "q" \\ ')).toBe('café 猫 🐈 ε−x₀ "q" \\ ');
  });

  it('keeps the characters in its second argument, such as line breaks', () => {
    expect(printable('a\nb\r', '\n')).toBe('a\nb\\x0d');
  });
});

it('printableLines escapes the line breaks of a single line, and joins several lines', () => {
  expect(printableLines('a\nb')).toBe('a\\x0ab');
  expect(printableLines(['a\nb', '  c\x1b'])).toBe('a\\x0ab\n  c\\x1b');
});

describe('printableJson', () => {
  it('keeps the values and escapes every control character', () => {
    const value = { 'n\x9b': ['\x1b[2J', '\x7f\u202e', 'line\nline'] };
    const text = printableJson(JSON.stringify(value, null, 2));
    expect(JSON.parse(text)).toEqual(value);
    expect(text).toContain('\\u009b');
    expect(text).toContain('\\u202e');
    expect(printable(text, '\n')).toBe(text);
  });
});
