import { expect, it } from 'vitest';
import { blankLayers, type Colour, colourAt, type Point } from './layers.ts';
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
  // The colour at the end of the movement is picked.
  store.colour.value = [1, 2, 3, 255];
  store.tool.value = 'pick';
  stroke(store, { x: 3, y: 3 }, { x: 0, y: 0 });
  expect(store.colour.value).toEqual([10, 20, 30, 255]);
});

it('createPaintStore cancels strokes, fills and picked colours that have not ended', () => {
  const store = storeOf(3);
  const before = store.layers.value;
  const colour: Colour = [10, 20, 30, 255];
  store.colour.value = colour;
  for (const tool of ['paint', 'erase', 'fill', 'pick', 'mask', 'unmask'] as const) {
    store.tool.value = tool;
    store.begin({ x: 0, y: 0 });
    store.moveTo({ x: 2, y: 0 });
    expect(store.isDrawing.value).toBe(true);
    if (tool === 'fill') expect(at(store, { x: 5, y: 3 })).toEqual(colour);
    store.cancel();
    expect([store.layers.value, store.tool.value, store.colour.value]).toEqual([before, tool, colour]);
    expect([store.isDrawing.value, store.canUndo.value]).toEqual([false, false]);
  }
  // A fill that ends is one step to undo.
  store.tool.value = 'fill';
  stroke(store, { x: 0, y: 0 });
  store.undo();
  expect([store.layers.value, store.canUndo.value]).toEqual([before, false]);
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
  stroke(store, { x: 0, y: 0 });
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

it('createPaintStore prepares the tools for the first picture, also if it is opened', () => {
  const [fitted, opened] = [createPaintStore(), createPaintStore()];
  const size = { width: 32, height: 28 };
  fitted.fit(size, 4);
  opened.open(blankLayers(size, 4));
  const tools = ({ colour, cursor, side }: ReturnType<typeof createPaintStore>) => [
    colour.value,
    cursor.value,
    side.value,
  ];
  expect(tools(opened)).toEqual([[0, 0, 0, 255], { x: 16, y: 14 }, 2]);
  expect(tools(fitted)).toEqual(tools(opened));
});
