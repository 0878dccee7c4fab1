import { expect, it } from 'vitest';
import { blankLayers, colourAt, type Point } from './layers.ts';
import { createPaintStore, type PaintStore } from './paint-store.ts';

const WHITE = [255, 255, 255, 255];

function storeOf(channels: 1 | 3 | 4 = 1): PaintStore {
  const store = createPaintStore();
  store.fit({ width: 6, height: 4 }, channels);
  store.side.value = 1;
  return store;
}
const at = ({ layers }: PaintStore, point: Point): readonly number[] | null =>
  layers.value === null ? null : colourAt(layers.value, point);
function stroke(store: PaintStore, from: Point, to: Point = from): void {
  store.begin(from);
  store.moveTo(to);
  store.end();
}

it('createPaintStore shows a stroke while it is drawn, and undoes it as one step', () => {
  const store = storeOf();
  store.begin({ x: 0, y: 1 });
  store.moveTo({ x: 3, y: 1 });
  expect([store.isDrawing.value, at(store, { x: 2, y: 1 })]).toEqual([true, WHITE]);
  store.end();
  expect([store.isDrawing.value, at(store, { x: 2, y: 1 })]).toEqual([false, WHITE]);
  store.undo();
  expect(at(store, { x: 2, y: 1 })).toEqual([0, 0, 0, 255]);
  expect([store.canUndo.value, store.canRedo.value]).toEqual([false, true]);
  store.redo();
  expect(at(store, { x: 2, y: 1 })).toEqual(WHITE);
});

it('createPaintStore picks a colour, then paints with it', () => {
  const store = storeOf(3);
  store.colour.value = [10, 20, 30, 255];
  stroke(store, { x: 0, y: 0 });
  store.colour.value = [1, 2, 3, 255];
  store.tool.value = 'pick';
  stroke(store, { x: 0, y: 0 });
  expect([store.colour.value, store.tool.value]).toEqual([[10, 20, 30, 255], 'paint']);
});

it('createPaintStore converts a transparent colour to an opaque grey on grey pictures', () => {
  const store = storeOf(1);
  store.colour.value = [255, 0, 0, 100];
  stroke(store, { x: 0, y: 0 });
  expect(at(store, { x: 0, y: 0 })).toEqual([127, 127, 127, 255]);
});

it('createPaintStore masks without changing the picture, and fills and erases', () => {
  const store = storeOf(4);
  store.tool.value = 'fill';
  store.colour.value = [9, 9, 9, 255];
  store.begin({ x: 0, y: 0 });
  expect(at(store, { x: 5, y: 3 })).toEqual([9, 9, 9, 255]);
  store.tool.value = 'erase';
  stroke(store, { x: 5, y: 3 });
  expect(at(store, { x: 5, y: 3 })).toEqual([0, 0, 0, 0]);
  store.tool.value = 'mask';
  stroke(store, { x: 0, y: 0 }, { x: 1, y: 0 });
  expect(store.layers.value?.mask.reduce((sum, value) => sum + value, 0)).toBe(2);
  expect(at(store, { x: 0, y: 0 })).toEqual([9, 9, 9, 255]);
  store.changeMask('opposite');
  expect(store.layers.value?.mask.reduce((sum, value) => sum + value, 0)).toBe(22);
});

it('createPaintStore keeps the picture for a model of the same shape, and begins a blank one for a different shape', () => {
  const store = storeOf(1);
  stroke(store, { x: 0, y: 0 });
  store.fit({ width: 6, height: 4 }, 1);
  expect(at(store, { x: 0, y: 0 })).toEqual(WHITE);
  store.fit({ width: 4, height: 6 }, 1);
  expect([at(store, { x: 0, y: 0 }), store.canUndo.value]).toEqual([[0, 0, 0, 255], false]);
  store.open(blankLayers({ width: 4, height: 6 }, 1));
  expect(store.canUndo.value).toBe(true);
});

it('createPaintStore enlarges the picture as one step to undo, and keeps the cursor inside', () => {
  const store = storeOf();
  stroke(store, { x: 5, y: 1 });
  store.enlarge({ left: 2, right: 3, top: 0, bottom: 1 });
  expect(store.layers.value).toMatchObject({ width: 11, height: 5 });
  expect(at(store, { x: 7, y: 1 })).toEqual(WHITE);
  store.cursor.value = { x: 10, y: 4 };
  store.undo();
  expect(store.layers.value).toMatchObject({ width: 6, height: 4 });
  expect(store.cursor.value).toEqual({ x: 5, y: 3 });
  store.redo();
  expect(store.layers.value).toMatchObject({ width: 11, height: 5 });
});
