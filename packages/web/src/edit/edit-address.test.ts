import { signal } from '@preact/signals';
import { expect, it } from 'vitest';
import { pointsSpec, twoImages } from '../../testdata/points.ts';
import { parseRoute } from '../app/route.ts';
import type { DoneDrawing, Drawing } from '../sample/drawing.ts';
import { createEditAddress } from './edit-address.ts';

const frame = { step: 2, t: null, noisy: Uint8Array.of(), estimate: Uint8Array.of() };
const edit = (): DoneDrawing => ({
  ...twoImages(pointsSpec(1, 1), { kind: 'edit' }),
  ...{ status: 'done', isLead: false, frames: [frame], latest: frame, steps: 2, elapsedMs: 1, record: null },
  result: Float32Array.of(-1, 1),
  provider: { name: 'wasm', reason: 'a test' },
});
const PREPARING: Drawing = { status: 'preparing' };
const FAILED: Drawing = { status: 'failed', error: 'a test', retry: async () => {} };

/** Creates the address of an Edit tab in a browser that keeps the edits A and B. */
function scene() {
  const [a, b] = [edit(), edit()];
  const kept = new Map<string, DoneDrawing>([
    ['A', a],
    ['B', b],
  ]);
  const route = signal(parseRoute('#/edit'));
  const drawing = signal<Drawing>({ status: 'none' });
  const editedDrawing = signal<DoneDrawing | null>(null);
  /** Changes of the address. */
  const written: string[] = [];
  /** Functions that complete the pending reads of edits, oldest first. */
  const readings: (() => void)[] = [];
  const address = createEditAddress({
    route,
    editedDrawing,
    goTo: (tab, query) => void written.push(`go to ${tab}?${query}`),
    describeInAddress: (_, query) => void written.push(`?${query}`),
    rememberInAddress: (_, query) => void written.push(`add ?${query}`),
    shownId: (now) => [...kept].find(([, state]) => state === now)?.[0] ?? null,
    editWithId: (id) => new Promise((resolve) => readings.push(() => resolve(kept.get(id) ?? null))),
  });
  /** Opens an address, as Back or a click does. */
  const open = (hash: string): Promise<boolean> => {
    route.value = parseRoute(hash);
    return address.follow(route.value, drawing);
  };
  /** Returns the edit that the tab was asked to show, and shows it. */
  const taken = (): DoneDrawing | null => {
    const { value } = editedDrawing;
    editedDrawing.value = null;
    if (value !== null) drawing.value = value;
    return value;
  };
  return { a, b, address, drawing, editedDrawing, written, readings, open, taken };
}

it('createEditAddress shows the edit of an opened address, and says if it is not kept', async () => {
  const { a, written, readings, open, taken } = scene();
  const opened = open('#/edit?drawing=A');
  readings.shift()?.();
  expect([await opened, taken()]).toEqual([true, a]);
  const missing = open('#/edit?drawing=C');
  readings.shift()?.();
  expect([await missing, taken()]).toEqual([false, null]);
  expect(written).toEqual(['?drawing=A']);
});

it('createEditAddress removes the id of an edit that is not kept if no edit is shown', async () => {
  const { written, readings, open } = scene();
  const missing = open('#/edit?drawing=C');
  readings.shift()?.();
  expect([await missing, written]).toEqual([false, ['?']]);
});

it('createEditAddress does not replace a run in progress, even after Back from another tab', async () => {
  const { a, address, drawing, readings, open } = scene();
  drawing.value = a;
  address.remember('A');
  drawing.value = PREPARING;
  await open('#/sample');
  await open('#/edit?drawing=A');
  await open('#/edit?drawing=B');
  expect(readings).toEqual([]);
});

it.each([
  ['failed', FAILED],
  ['was cancelled', { status: 'none' } as const],
  ['was a preview', { ...edit(), kind: 'preview' } as const],
])('createEditAddress keeps the canvas after Back from another tab if the last run %s', async (_, last) => {
  const { a, address, drawing, written, readings, open } = scene();
  drawing.value = a;
  address.remember('A');
  drawing.value = last;
  await open('#/sample');
  await open('#/edit?drawing=A');
  expect([readings, written]).toEqual([[], ['add ?drawing=A']]);
});

it('createEditAddress names an edit that finished while another tab was open, after Back and after a click', async () => {
  for (const hash of ['#/edit?drawing=A', '#/edit']) {
    const { a, b, address, drawing, written, readings, open } = scene();
    drawing.value = a;
    address.remember('A');
    await open('#/sample');
    drawing.value = b;
    address.remember('B');
    await open(hash);
    expect([readings, written]).toEqual([[], ['add ?drawing=A', '?drawing=B']]);
  }
});

it('createEditAddress shows only the edit of the latest address, and none if a run begins meanwhile', async () => {
  const { b, drawing, readings, open, taken, editedDrawing } = scene();
  const first = open('#/edit?drawing=A');
  const second = open('#/edit?drawing=B');
  for (const end of readings.toReversed()) end();
  await Promise.all([first, second]);
  expect(taken()).toBe(b);
  readings.length = 0;

  const third = open('#/edit?drawing=A');
  await open('#/sample');
  readings.shift()?.();
  await third;
  expect(editedDrawing.value).toBeNull();

  const fourth = open('#/edit?drawing=A');
  drawing.value = PREPARING;
  readings.shift()?.();
  await fourth;
  expect(editedDrawing.value).toBeNull();
});

it('createEditAddress opens the tab with an edit, or adds a history entry if the tab is already open', async () => {
  const { address, written, open } = scene();
  address.open('A');
  await open('#/sample');
  address.open('B');
  expect(written).toEqual(['add ?drawing=A', 'go to edit?drawing=B']);
});
