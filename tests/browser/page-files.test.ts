import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { toSingleFile } from '@isonoise/bundle';
import { contactSheet, decodeNpy, encodePng } from '@isonoise/picture';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convDenoiser } from '../../packages/runtime-node/testdata/conv-denoiser.ts';
import { dropFiles } from './drop-files.ts';
import { downloaded, drawn, PageScene, press, TINY } from './page-scene.ts';

const SETUP_MS = 240_000;

const PNG_HEAD = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

const scene = new PageScene();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'isonoise-files-'));
  await scene.open();
}, SETUP_MS);
afterAll(async () => {
  await scene.close();
  await rm(folder, { recursive: true, force: true });
});

it('an opened model is in the list after a reload, and can be removed', async () => {
  const file = path.join(folder, 'own.onnx');
  // A single file, as export-onnx --single-file writes it.
  const onnx = convDenoiser({ spec: { ...TINY, name: 'own' }, width: 8, depth: 2 });
  await writeFile(file, toSingleFile({ manifest: { golden: null, training: {} }, onnx }));
  const page = await openTab('sample');
  page.on('dialog', (dialog) => void dialog.accept());
  await page.getByLabel('A model as .zip or .onnx').setInputFiles(file);
  const model = page.getByLabel('Model', { exact: true });
  await model.and(page.locator(':has(option[value=own])')).waitFor();
  await expect.poll(() => model.inputValue()).toBe('own');
  // The address of a drawing names the model, so the reloaded page draws with it again.
  await page.getByLabel('Steps', { exact: true }).fill('2');
  await press(page, 'Generate');
  await drawn(page);
  const before = await downloaded(page, 'PNG');
  await page.reload();
  await drawn(page);
  expect(await model.inputValue()).toBe('own');
  expect(await downloaded(page, 'PNG')).toEqual(before);

  await page.getByText('Use a model of your own').click();
  await press(page, 'Remove the model own');
  await page.locator('option[value=own]').and(page.getByText('not available')).waitFor({ state: 'attached' });
  await page.reload();
  await page.getByText('The model own is not available here.').waitFor();
}, 240_000);

async function openTab(tab: string): Promise<Page> {
  const page = await (await scene.visitor()).newPage();
  await page.goto(`${scene.url}#/${tab}`);
  await page.getByLabel('Model', { exact: true }).and(page.locator(':has(option[value=mnist])')).waitFor();
  return page;
}

/** Writes a PNG. `color` returns the levels `[C]` of a pixel, 0 to 255. */
async function draw(
  name: string,
  [width, height]: readonly [number, number],
  color: (x: number, y: number) => readonly number[],
): Promise<string> {
  const channels = color(0, 0).length;
  const plane = width * height;
  const values = new Float32Array(channels * plane);
  for (let i = 0; i < plane; i++)
    color(i % width, Math.floor(i / width)).forEach((level, c) => {
      values[c * plane + i] = level / 127.5 - 1;
    });
  const file = path.join(folder, name);
  await writeFile(file, encodePng(contactSheet(values, [1, channels, height, width], { gap: 0, scale: 1 })));
  return file;
}

/** Returns the levels of an image on the page, `[H, W, 4]`; empty if it is not shown yet. */
function levels(page: Page, label: string): Promise<number[]> {
  return page.evaluate<number[]>(`(() => {
    const canvas = document.querySelector('[role=tabpanel]:not([hidden]) [aria-label^=${JSON.stringify(label)}] canvas');
    if (canvas === null) return [];
    const { width, height } = canvas;
    return [...canvas.getContext('2d').getImageData(0, 0, width, height).data];
  })()`);
}

describe('a dropped model', () => {
  it('is selected, even if it is dropped on Inspect; a file that is not a model is rejected', async () => {
    const page = await openTab('inspect');
    const notes = path.join(folder, 'notes.txt');
    await writeFile(notes, 'no model');
    await dropFiles(page.locator('h1'), [notes]);
    const error = page.getByRole('alert');
    await error.getByText('got notes.txt; expected the files of a model, including isonoise.json').waitFor();
    await dropFiles(page.locator('h1'), [scene.tinyModel]);
    await page.getByRole('status').getByText('Opened tiny').waitFor();
    await error.waitFor({ state: 'detached' });
    const model = page.getByLabel('Model', { exact: true });
    await expect.poll(() => model.inputValue()).toBe('tiny');
    await expect
      .poll(() => model.locator('option').allTextContents())
      .toEqual(['tiny · 8 × 6 colour · yours', 'mnist · 28 × 28']);
    await page.getByRole('tab', { name: 'Sample' }).click();
    await page.locator('.facts:visible').getByText('8 × 6 colour · opened from your files').waitFor();
    await page.context().close();
  });

  it('is compared with the model of that name on the server, and reported only if the two differ', async () => {
    const page = await openTab('compare');
    const note = page.getByRole('note').filter({ hasText: 'Two different models' });
    const verdict = page.locator('.verdict:visible');
    const compare = async (): Promise<void> => {
      await page.locator('form:visible').getByLabel('Steps', { exact: true }).fill('2');
      await page.getByRole('button', { name: 'Compare', exact: true }).click();
    };
    // A copy of the server's own model: no note is expected.
    await dropFiles(page.locator('h1'), [scene.tinyModel]);
    await page.getByRole('status').getByText('Opened tiny').waitFor();
    await compare();
    await verdict.waitFor({ timeout: SETUP_MS });
    expect(await verdict.textContent()).not.toContain('two different models');
    expect(await note.count()).toBe(0);

    const onnx = convDenoiser({ spec: TINY, width: 8, depth: 2 });
    const file = path.join(folder, 'other.onnx');
    await writeFile(file, onnx);
    await dropFiles(page.locator('h1'), [file]);
    const hash = createHash('sha256').update(onnx).digest('hex').slice(0, 8);
    await note.getByText(`SHA-256 of unet/model.onnx begins with ${hash} here`).waitFor();
    await compare();
    await verdict
      .filter({ hasText: 'These are images of two different models.' })
      .waitFor({ timeout: SETUP_MS });
    await page.context().close();
  });
});

it('Compare draws with the new files of a model that was re-exported while the page was open', async () => {
  const page = await openTab('compare');
  await page.getByLabel('Model', { exact: true }).selectOption(TINY.name);
  await page.locator('form:visible').getByLabel('Steps', { exact: true }).fill('2');
  const verdict = page.locator('.verdict:visible');
  const compare = async (): Promise<number[]> => {
    await page.getByRole('button', { name: 'Compare', exact: true }).click();
    await verdict.getByText('The pictures are identical.').waitFor({ timeout: SETUP_MS });
    return levels(page, 'This device');
  };
  const before = await compare();
  expect(await compare()).toEqual(before);
  await scene.exportTinyModel({ depth: 2 });
  expect(await compare()).not.toEqual(before);
  await scene.exportTinyModel();
  expect(await compare()).toEqual(before);
  await page.context().close();
});

it('Sample draws with the new files of a model that was re-exported while the page was open', async () => {
  const page = await openTab('sample');
  await page.getByLabel('Model', { exact: true }).selectOption(TINY.name);
  await page.getByLabel('Steps', { exact: true }).fill('2');
  const generate = async (): Promise<number[]> => {
    await press(page, 'Generate');
    await drawn(page);
    return levels(page, '20 images of tiny, after step 2 of 2');
  };
  const before = await generate();
  expect(await generate()).toEqual(before);
  await scene.exportTinyModel({ depth: 2 });
  const after = await generate();
  expect(after).not.toEqual(before);
  // If a request is never answered, the page draws with the files that it has.
  await page.route('**/isonoise.json', () => {});
  await scene.exportTinyModel();
  expect(await generate()).toEqual(after);
  await page.unroute('**/isonoise.json');
  expect(await generate()).toEqual(before);
  await page.context().close();
});

it('Sample draws a model that was re-exported with a different size at its new size, even before the list of models is updated', async () => {
  const page = await openTab('sample');
  await page.getByLabel('Model', { exact: true }).selectOption(TINY.name);
  await page.getByLabel('Steps', { exact: true }).fill('2');
  const shape = async (): Promise<readonly number[]> => {
    await press(page, 'Generate');
    await drawn(page);
    return decodeNpy(await downloaded(page, /NumPy/)).shape;
  };
  try {
    await scene.exportTinyModel({ image: { channels: 3, height: 4, width: 12 } });
    expect(await shape()).toEqual([20, 3, 4, 12]);
    await scene.exportTinyModel({ image: { channels: 3, height: 10, width: 6 } });
    expect(await shape()).toEqual([20, 3, 10, 6]);
  } finally {
    await scene.exportTinyModel();
  }
  await page.context().close();
});

describe("a visitor's image in Inspect", () => {
  const own = (page: Page): Locator => page.getByLabel('An image of yours');
  const grey = (rgba: readonly number[]): number[] => rgba.filter((_, i) => i % 4 === 0);

  it('is cropped to its middle and mixed with noise', async () => {
    const page = await openTab('inspect');
    // The image is white, then a ramp of 28 columns, then black.
    const level = (x: number): number => (x < 28 ? 255 : x < 56 ? 9 * (x - 28) : 0);
    await own(page).setInputFiles(await draw('wide.png', [84, 28], (x) => [level(x)]));
    const expected = Array.from({ length: 784 }, (_, i) => 9 * (i % 28));
    await expect.poll(async () => grey(await levels(page, 'The image'))).toEqual(expected);

    await page.getByRole('slider', { name: 'Timestep t' }).fill('0.35');
    const factor = async (name: string): Promise<number> =>
      Number(await page.locator(`.formula .${name}`).textContent());
    const [signal, noise] = [await factor('signal'), await factor('noise')];
    expect(signal ** 2 + noise ** 2).toBeCloseTo(1, 2);
    expect(noise).toBeGreaterThan(0.3);
    const shown = async (label: string): Promise<number[]> => grey(await levels(page, label));
    const [eps, mixture] = [await shown('The noise'), await shown('The mixture')];
    // x_t = √ᾱ x_0 + √(1 − ᾱ) ε, for pixels at which neither ε nor x_t was clipped to 0 or 255.
    const value = (level: number): number => level / 127.5 - 1;
    const inside = (level: number): boolean => level > 0 && level < 255;
    const apart = mixture.flatMap((mixed, i) => {
      const drawn = eps[i] ?? Number.NaN;
      if (!inside(mixed) || !inside(drawn)) return [];
      const exact = signal * value(expected[i] ?? Number.NaN) + noise * value(drawn);
      return Math.abs((exact + 1) * 127.5 - mixed);
    });
    expect(apart.length).toBeGreaterThan(200);
    // ε and x_t are each off by up to half a level, and the factors have three digits.
    expect(Math.max(...apart)).toBeLessThan(1.5);
    await page.context().close();
  });

  it('stays with the model for which it was opened', async () => {
    const page = await openTab('inspect');
    const { width, height } = TINY.image;
    await page.getByLabel('Model', { exact: true }).selectOption(TINY.name);
    await page.getByText('Draw something in Sample, or open an image of yours.').waitFor();
    const color = (x: number, y: number): number[] => [30 * x, 40 * y, 17];
    await own(page).setInputFiles(await draw('small.png', [width, height], color));
    const expected = Array.from({ length: width * height }, (_, i) => [
      ...color(i % width, Math.floor(i / width)),
      255,
    ]);
    await expect.poll(() => levels(page, 'The image')).toEqual(expected.flat());
    await page.getByLabel('Model', { exact: true }).selectOption('mnist');
    await expect.poll(async () => (await levels(page, 'The image')).length).toBe(4 * 784);
    expect(await page.getByRole('alert').count()).toBe(0);
    await page.context().close();
  });

  it.each([
    ['contains text', 'notes.png', Buffer.from('no image'), 'is not an image of a known format'],
    ['is a TIFF', 'scan.png', Buffer.from('II*\0'), 'is TIFF by its content'],
    ['is cut off', 'torn.png', Buffer.from(PNG_HEAD), 'cannot be decoded'],
    ['is empty', 'empty.png', Buffer.alloc(0), 'the file is empty'],
  ])('is rejected with the reason if the file %s', async (_what, name, content, message) => {
    const page = await openTab('inspect');
    const file = path.join(folder, name);
    await writeFile(file, content);
    await own(page).setInputFiles(file);
    const alert = page.getByRole('alert').getByText(`${name}: ${message}`);
    await alert.waitFor();
    expect(await alert.textContent()).not.toContain('or TIFF');
    await page.context().close();
  });
});
