import { MOST_BRUSH } from './brush.ts';
import type { PaintStore, Tool } from './paint-store.ts';

/** Keys that choose a tool, while the focus is in the canvas card. */
export const TOOL_KEYS: { readonly [K in Tool]: string } = {
  paint: 'b',
  erase: 'e',
  fill: 'g',
  pick: 'i',
  mask: 'm',
  unmask: 'u',
};

/** Number of pixels that the cursor moves with Shift. */
const FAR = 5;

const ARROWS: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The part of a keyboard event that shortcuts use. */
export type Key = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey' | 'repeat'>;

/** Handles the keys that undo and redo. @returns whether the key is one of them */
export function historyKey(store: PaintStore, { key, shiftKey, ctrlKey, metaKey, altKey }: Key): boolean {
  if (!(ctrlKey || metaKey) || altKey) return false;
  const letter = key.toLowerCase();
  if (letter === 'z' && !shiftKey) store.undo();
  else if (letter === 'y' || letter === 'z') store.redo();
  else return false;
  return true;
}

/** Handles the keys that choose a tool or the size of the brush. @returns whether the key is one of them */
export function toolKey(store: PaintStore, { key, ctrlKey, metaKey, altKey }: Key): boolean {
  if (ctrlKey || metaKey || altKey) return false;
  const letter = key.toLowerCase();
  const tool = (Object.keys(TOOL_KEYS) as Tool[]).find((name) => TOOL_KEYS[name] === letter);
  if (tool !== undefined) store.tool.value = tool;
  else if (key === '[') store.side.value = Math.max(1, store.side.value - 1);
  else if (key === ']') store.side.value = Math.min(MOST_BRUSH, store.side.value + 1);
  else return false;
  return true;
}

/**
 * Handles the keys of the focused canvas. Arrow keys move the cursor; Space and Enter use the tool. While one of these
 * two is held, arrow keys draw.
 *
 * @returns whether the key is one of them
 */
export function cursorKey(
  store: PaintStore,
  { key, shiftKey, ctrlKey, metaKey, altKey, repeat }: Key,
): boolean {
  const layers = store.layers.value;
  if (layers === null || ctrlKey || metaKey || altKey) return false;
  const arrow = ARROWS[key];
  if (arrow !== undefined) {
    const by = shiftKey ? FAR : 1;
    const inside = (value: number, most: number): number => Math.min(most - 1, Math.max(0, value));
    store.cursor.value = {
      x: inside(store.cursor.value.x + by * arrow[0], layers.width),
      y: inside(store.cursor.value.y + by * arrow[1], layers.height),
    };
    store.moveTo(store.cursor.value);
    return true;
  }
  if (key === 'Escape' && store.isDrawing.value) store.cancel();
  else if ((key === ' ' || key === 'Enter') && !repeat) store.begin(store.cursor.value);
  else return key === ' ';
  return true;
}
