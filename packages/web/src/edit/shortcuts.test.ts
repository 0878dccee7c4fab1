import { expect, it } from 'vitest';
import { colourAt } from './layers.ts';
import { createPaintStore, type PaintStore } from './paint-store.ts';
import { cursorKey, historyKey, type Key, toolKey } from './shortcuts.ts';

const press = (key: string, held: Partial<Key> = {}): Key => ({
  key,
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  repeat: false,
  ...held,
});

function storeOf(): PaintStore {
  const store = createPaintStore();
  store.fit({ width: 9, height: 4 }, 1);
  store.side.value = 1;
  store.cursor.value = { x: 0, y: 0 };
  return store;
}
const row = (store: PaintStore): string =>
  Array.from({ length: 9 }, (_, x) =>
    store.layers.value !== null && colourAt(store.layers.value, { x, y: 0 })[0] === 255 ? '#' : '.',
  ).join('');

it('arrow keys draw a line while Space is held, and Ctrl+Z undoes the line', () => {
  const store = storeOf();
  cursorKey(store, press(' '));
  cursorKey(store, press(' ', { repeat: true }));
  cursorKey(store, press('ArrowRight', { shiftKey: true }));
  store.end();
  expect(row(store)).toBe('######...');
  cursorKey(store, press('ArrowRight', { shiftKey: true }));
  expect(store.cursor.value).toEqual({ x: 8, y: 0 });
  expect(row(store)).toBe('######...');
  expect(historyKey(store, press('z', { ctrlKey: true }))).toBe(true);
  expect(row(store)).toBe('.........');
  expect(historyKey(store, press('Z', { metaKey: true, shiftKey: true }))).toBe(true);
  expect(row(store)).toBe('######...');
});

it('letters choose tools, and brackets change the size of the brush', () => {
  const store = storeOf();
  expect(['E', 'm', ']', ']', '['].map((key) => toolKey(store, press(key)))).toEqual(Array(5).fill(true));
  expect([store.tool.value, store.side.value]).toEqual(['mask', 2]);
  expect([press('x'), press('b', { ctrlKey: true })].map((key) => toolKey(store, key))).toEqual([
    false,
    false,
  ]);
  expect(store.tool.value).toBe('mask');
});

it('Escape removes a line that has not ended, and leaves nothing to undo', () => {
  const store = storeOf();
  cursorKey(store, press(' '));
  cursorKey(store, press('ArrowRight', { shiftKey: true }));
  expect(row(store)).toBe('######...');
  expect(cursorKey(store, press('Escape'))).toBe(true);
  expect(row(store)).toBe('.........');
  expect([store.isDrawing.value, store.canUndo.value]).toEqual([false, false]);
});
