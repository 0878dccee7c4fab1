import { expect, it } from 'vitest';
import { listed, listedLines } from './listed.ts';

it('listed joins items, and shows with … that it omits items', () => {
  expect([listed([]), listed(['a']), listed(['a', 'b'])]).toEqual(['', 'a', 'a, b']);
  expect(listed(['a', 'b', 'c'], 2)).toBe('a, b, …');
  const many = Array.from({ length: 21 }, (_, i) => String(i));
  expect(listed(many.slice(0, 20))).toMatch(/, 19$/);
  expect(listed(many)).toMatch(/, 19, …$/);
});

it('listedLines writes a line for each item, and counts the others', () => {
  expect(listedLines(['a', 'b'])).toBe('  a\n  b');
  expect(listedLines(['a', 'b', 'c', 'd'], String, 2)).toBe('  a\n  b\n  and 2 more');
});

it('listed and listedLines escape control characters, so an item cannot add lines', () => {
  expect(listed(['a\nerror', 'b\x1b[2J'])).toBe('a\\x0aerror, b\\x1b[2J');
  expect(listedLines(['a\n  b', 'c'])).toBe('  a\\x0a  b\n  c');
});

it('listedLines makes only the lines that it lists', () => {
  const made: number[] = [];
  const items = Array.from({ length: 1_000_000 }, (_, i) => i);
  const lines = listedLines(items, (item) => {
    made.push(item);
    return `item ${item}`;
  });
  expect(lines.split('\n').slice(19)).toEqual(['  item 19', '  and 999980 more']);
  expect(made).toEqual(items.slice(0, 20));
});
