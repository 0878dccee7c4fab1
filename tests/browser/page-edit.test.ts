import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { decodeNpy, decodePng, encodePng, imageOfPng, toBytes } from '@isonoise/picture';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isonoise } from '../../packages/cli/testdata/isonoise-command.ts';
import { dropFiles } from './drop-files.ts';
import { downloaded, drawn, fillRequest, PageScene, press, screenshot } from './page-scene.ts';

const MNIST = path.resolve(import.meta.dirname, '../../models/mnist');
const SETUP_MS = 240_000;
const SLOW_MS = 240_000;
/** Two images, so that both depend on their own noise. */
const REQUEST = { seed: '136', count: '2', class: '3', guidance: '2', steps: '10' } as const;
const DIGIT = { width: 28, height: 28 };

const scene = new PageScene();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'isonoise-edit-'));
  await scene.open();
}, SETUP_MS);
afterAll(async () => {
  await scene.close();
  await rm(folder, { recursive: true, force: true });
});

/** Opens the Edit tab with models/mnist and a small request. */
async function openEdit(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${scene.url}#/edit`);
  await board(page).waitFor();
  await fillRequest(page, REQUEST);
  return page;
}

const board = (page: Page): Locator => page.getByRole('application');

/** Draws a line with the mouse between two pixels. */
async function dragLine(
  page: Page,
  from: readonly [number, number],
  to: readonly [number, number],
): Promise<void> {
  const box = await board(page).boundingBox();
  if (box === null) throw new Error('the canvas is not visible');
  const place = ([x, y]: readonly [number, number]) =>
    [box.x + ((x + 0.5) / DIGIT.width) * box.width, box.y + ((y + 0.5) / DIGIT.height) * box.height] as const;
  await page.mouse.move(...place(from));
  await page.mouse.down();
  await page.mouse.move(...place(to), { steps: 4 });
  await page.mouse.up();
}

/** Draws the request with `pnpm sample` on the CPU of Node. */
async function commandLine(name: string, flags: readonly string[]): Promise<Buffer> {
  const out = path.join(folder, name);
  const request = Object.entries(REQUEST).flatMap(([flag, value]) => [`--${flag}`, value]);
  const { code, stderr } = await isonoise([
    ...['sample', MNIST, ...request, ...flags, '--provider', 'cpu', '--out', out],
  ]);
  expect(code, stderr).toBe(0);
  return readFile(out);
}

async function saved(page: Page, button: 'Save picture' | 'Save mask', name: string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, await downloaded(page, button));
  return file;
}

it(
  'a scribble drawn with the mouse becomes the same PNG as with the command line, byte for byte',
  async () => {
    const context = await scene.visitor();
    const page = await openEdit(context);
    await dragLine(page, [8, 7], [18, 7]);
    await dragLine(page, [18, 7], [12, 21]);
    const picture = await saved(page, 'Save picture', 'scribble.png');
    const before = imageOfPng(decodePng(await readFile(picture), DIGIT), 1);
    expect(before.filter((value) => value === 1).length).toBeGreaterThan(30);
    await press(page, 'Draw');
    await drawn(page);
    await screenshot(page, 'edit');
    const node = await commandLine('scribble-drawn.png', ['--init', picture, '--strength', '0.6']);
    expect(await downloaded(page, 'PNG')).toEqual(node);

    // The edit is in the history, even after a reload, and opens on the Edit tab.
    await page.reload();
    await page.locator('#tab-sample').click();
    const strip = page.getByRole('region', { name: 'Earlier drawings' }).and(page.locator(':visible'));
    await strip.getByRole('button', { name: /^Show again: mnist, seed \d+, \d+ images?, edited$/ }).click();
    await page.getByRole('tab', { name: 'Edit', selected: true }).waitFor();
    await drawn(page);
    expect(await downloaded(page, 'PNG')).toEqual(node);
    // The picture and the settings are on the tab again.
    expect(await readFile(await saved(page, 'Save picture', 'again.png'))).toEqual(await readFile(picture));
    // The file contains the hash of the picture, but not the picture. The history has the picture.
    const file = path.join(folder, 'edited.png');
    await writeFile(file, node);
    await page.locator('#tab-sample').click();
    await dropFiles(page.locator('h1'), [file]);
    await page.getByRole('tab', { name: 'Edit', selected: true }).waitFor();
    await page.locator('#tab-sample').click();
    page.once('dialog', (dialog) => void dialog.accept());
    await strip.getByRole('button', { name: 'Delete all' }).click();
    await dropFiles(page.locator('h1'), [file]);
    await page.getByRole('alert').getByText('but not the picture that was changed').waitFor();
    await context.close();
  },
  SLOW_MS,
);

it(
  'a hole painted with the keyboard is filled as with the command line, and the rest is kept',
  async () => {
    const context = await scene.visitor();
    const page = await openEdit(context);
    await board(page).focus();
    const keys = async (...names: readonly string[]): Promise<void> => {
      for (const name of names) await page.keyboard.press(name);
    };
    const lineTo = async (...names: readonly string[]): Promise<void> => {
      await page.keyboard.down('Space');
      await keys(...names);
      await page.keyboard.up('Space');
    };
    // The cursor begins in the middle, at 14, 14.
    await keys('Shift+ArrowUp', 'Shift+ArrowLeft');
    await lineTo('Shift+ArrowRight', 'Shift+ArrowRight', 'Shift+ArrowDown', 'Shift+ArrowDown');
    await keys('m', ']', ']', ']', ']');
    await lineTo('Shift+ArrowLeft');
    await page
      .getByText(/masked/)
      .first()
      .waitFor();
    await page.getByLabel('Resampling').fill('2');
    const picture = await saved(page, 'Save picture', 'keys.png');
    const mask = await saved(page, 'Save mask', 'keys-mask.png');
    await page.getByRole('button', { name: 'Draw', exact: true }).press('Enter');
    await drawn(page);
    const node = await commandLine('keys-drawn.png', ['--init', picture, '--mask', mask, '--resample', '2']);
    expect(await downloaded(page, 'PNG')).toEqual(node);

    const { data } = decodeNpy(await downloaded(page, /NumPy/));
    const known = imageOfPng(decodePng(await readFile(picture), DIGIT), 1);
    const drawnAgain = imageOfPng(decodePng(await readFile(mask), DIGIT), 1);
    expect(drawnAgain.filter((value) => value === 1).length).toBeGreaterThan(20);
    known.forEach((value, i) => {
      if (drawnAgain[i] !== 1) expect([data[i], data[784 + i]]).toEqual([value, value]);
    });
    await context.close();
  },
  SLOW_MS,
);

it(
  'a mask from a file masks the same pixels as with the command line',
  async () => {
    const context = await scene.visitor();
    const page = await openEdit(context);
    // Opaque and light on the left, transparent in the middle, dark on the right.
    const data = new Uint8Array(4 * 784);
    for (let i = 0; i < 784; i++) {
      const column = i % 28;
      const level = column < 18 ? 255 : 100;
      data.set([level, level, level, column < 9 || column >= 18 ? 255 : 0], 4 * i);
    }
    const mask = path.join(folder, 'file-mask.png');
    await writeFile(mask, encodePng({ ...DIGIT, channels: 4, data }));
    const wrong = path.join(folder, 'small-mask.png');
    await writeFile(wrong, encodePng({ width: 2, height: 1, channels: 1, data: Uint8Array.of(255, 255) }));
    const input = page.getByLabel('A mask: light where the picture is drawn again');
    await input.setInputFiles(wrong);
    await page.getByRole('alert').getByText('small-mask.png: has 2 × 1 pixels; expected a mask').waitFor();

    await dragLine(page, [4, 7], [24, 7]);
    await input.setInputFiles(mask);
    await page.getByLabel('Resampling').fill('2');
    expect(await page.getByRole('alert').filter({ hasText: 'small-mask' }).count()).toBe(0);
    await screenshot(page, 'edit-mask-file');
    const picture = await saved(page, 'Save picture', 'file-masked.png');
    await press(page, 'Draw');
    await drawn(page);
    const node = await commandLine('file-mask-drawn.png', [
      '--init',
      picture,
      '--mask',
      mask,
      '--resample',
      '2',
    ]);
    expect(await downloaded(page, 'PNG')).toEqual(node);
    await context.close();
  },
  SLOW_MS,
);

it(
  'strokes and blanking can be undone and redone',
  async () => {
    const context = await scene.visitor();
    const page = await openEdit(context);
    const blank = await downloaded(page, 'Save picture');
    await dragLine(page, [3, 3], [20, 20]);
    const one = await downloaded(page, 'Save picture');
    expect(one).not.toEqual(blank);
    await press(page, 'Blank');
    expect(await downloaded(page, 'Save picture')).toEqual(blank);
    await page.keyboard.press('Control+z');
    expect(await downloaded(page, 'Save picture')).toEqual(one);
    await press(page, 'Undo');
    expect(await downloaded(page, 'Save picture')).toEqual(blank);
    await page.keyboard.press('Control+y');
    expect(await downloaded(page, 'Save picture')).toEqual(one);
    await context.close();
  },
  SLOW_MS,
);

/** Script that pastes a PNG file, whose bytes are given in base64. */
const PASTE = `(base64) => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File([bytes], 'pasted.png', { type: 'image/png' }));
  dispatchEvent(new ClipboardEvent('paste', { clipboardData }));
}`;

it(
  'a pasted, dropped or opened picture is fitted, and the page says so; a file that is not a picture is refused',
  async () => {
    const context = await scene.visitor();
    const page = await openEdit(context);
    // The left and right quarters are white and the middle is grey 77. Fitting crops to the middle.
    const data = Uint8Array.from({ length: 56 * 28 }, (_, i) => (i % 56 < 14 || i % 56 >= 42 ? 255 : 77));
    const wide = encodePng({ width: 56, height: 28, channels: 1, data });
    await page.evaluate(`(${PASTE})('${Buffer.from(wide).toString('base64')}')`);
    await page
      .getByText(
        'pasted.png has 56 × 28 pixels. It was scaled and cropped to 28 × 28, as pictures are in training.',
      )
      .first()
      .waitFor();
    const fitted = decodePng(await downloaded(page, 'Save picture'), DIGIT).data;
    expect(new Set(fitted)).toEqual(new Set([77]));

    await page.getByText('Fit of opened pictures').click();
    await page.getByLabel('Fit', { exact: true }).selectOption('stretch');
    await page.getByText('It was scaled to 28 × 28, as pictures are in training.').first().waitFor();
    const stretched = decodePng(await downloaded(page, 'Save picture'), DIGIT).data;
    expect([stretched[0], stretched[14], stretched[27]]).toEqual([255, 77, 255]);
    await page.getByLabel('Fit', { exact: true }).selectOption('contain');
    await page.getByText('It was scaled, with bars, to 28 × 28').first().waitFor();
    const contained = decodePng(await downloaded(page, 'Save picture'), DIGIT).data;
    // The bars of a grey picture are white.
    expect([contained[0], contained[14], contained[14 * 28 + 14]]).toEqual([255, 255, 77]);

    const exact = encodePng({ ...DIGIT, channels: 1, data: data.slice(0, 784).fill(33) });
    await writeFile(path.join(folder, 'exact.png'), exact);
    await dropFiles(board(page), [path.join(folder, 'exact.png')]);
    await expect
      .poll(async () => new Set(decodePng(await downloaded(page, 'Save picture'), DIGIT).data))
      .toEqual(new Set([33]));

    const text = { name: 'letter.png', mimeType: 'image/png', buffer: Buffer.from('Dear reader') };
    await page.getByLabel('A picture to edit').setInputFiles(text);
    await page.getByRole('alert').getByText('letter.png').waitFor();
    expect(new Set(decodePng(await downloaded(page, 'Save picture'), DIGIT).data)).toEqual(new Set([33]));

    // The picture is kept when a model with a different size and with colours is chosen.
    await page.getByLabel('Model', { exact: true }).selectOption('tiny');
    await page.getByLabel('Canvas, 8 × 6 pixels').waitFor();
    const levels = async (): Promise<Set<number>> =>
      new Set(decodePng(await downloaded(page, 'Save picture'), { width: 8, height: 6 }).data);
    await expect.poll(levels).toEqual(new Set([33]));
    await context.close();
  },
  SLOW_MS,
);

it(
  'an image of the Sample tab can be edited, and its variations can be drawn',
  async () => {
    const context = await scene.visitor();
    const page = await scene.openSample(context);
    await page.getByLabel('Model', { exact: true }).selectOption('tiny');
    await page.getByRole('textbox', { name: 'Images' }).fill('2');
    await page.getByLabel('Steps', { exact: true }).fill('3');
    await press(page, 'Generate');
    await drawn(page);
    const { data } = decodeNpy(await downloaded(page, /NumPy/));
    await page.getByRole('button', { name: 'Image 1' }).click();
    await press(page, 'Favourite');
    await press(page, /^Pin:/);
    await page.keyboard.press('ArrowLeft');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('img', { name: 'Pinned: Image 1 of tiny, seed 7' }).waitFor();
    await dialog.getByRole('img', { name: 'Image 0', exact: true }).waitFor();
    await screenshot(page, 'pair');
    await press(page, /^Unpin/);
    await page.keyboard.press('ArrowRight');
    await press(page, 'Edit');
    await board(page).waitFor();
    await board(page).and(page.getByLabel('Canvas, 8 × 6 pixels')).waitFor();
    const picture = decodePng(await downloaded(page, 'Save picture'), { width: 8, height: 6 });
    expect(toBytes(imageOfPng(picture, 3))).toEqual(toBytes(data.slice(144)));

    await page.locator('#tab-sample').click();
    const strip = page.getByRole('region', { name: 'Earlier drawings' });
    await strip.getByRole('button', { name: 'Show again: tiny, seed 7, 2 images, 1 favourite' }).waitFor();
    await press(page, /Only favourites/);
    await strip.getByRole('button', { name: /Only favourites/, pressed: true }).waitFor();
    await expect.poll(() => strip.getByRole('button', { name: /^Show again/ }).count()).toBe(1);
    await page.getByRole('button', { name: 'Image 0' }).click();
    await press(page, /^Variations/);
    const panel = page.locator('[role=tabpanel]:visible');
    await panel.getByRole('img', { name: /^8 images of tiny, after step/ }).waitFor({ timeout: SLOW_MS });
    await context.close();
  },
  SLOW_MS,
);

it(
  'Generate waits for a model whose files are being opened',
  async () => {
    const context = await scene.visitor();
    const page = await scene.openSample(context);
    await page.getByLabel('Model', { exact: true }).selectOption('mnist');
    await page.getByRole('textbox', { name: 'Steps' }).fill('2');
    await page
      .getByLabel('A model as .zip or .onnx')
      .setInputFiles(path.join(scene.tinyModel, 'unet/model.onnx'));
    await press(page, 'Generate');
    await drawn(page);
    await page.getByRole('img', { name: /^20 images of tiny, after step/ }).waitFor();
    await context.close();
  },
  SLOW_MS,
);
