import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  contactSheet,
  decodeNpy,
  encodePng,
  type ImagesShape,
  readPngText,
  sheetLook,
} from '@isonoise/picture';
import { IMAGE_RECORD } from '@isonoise/runtime';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isonoise } from '../../packages/cli/testdata/isonoise-command.ts';
import { dropFiles } from './drop-files.ts';
import { downloaded, drawn, PageScene, screenshot, TINY } from './page-scene.ts';

const SETUP_MS = 240_000;
const SLOW_MS = 240_000;
const { channels, height, width } = TINY.image;
const SHAPE: ImagesShape = [3, channels, height, width];

const scene = new PageScene();
let folder: string;
const at = (name: string): string => path.join(folder, name);

/** Writes a picture of the size of the model's images. @param level value of a pixel in [-1, 1] */
async function writePicture(name: string, level: (i: number) => number): Promise<string> {
  const values = Float32Array.from({ length: channels * height * width }, (_, i) => level(i));
  await writeFile(
    at(name),
    encodePng(contactSheet(values, [1, channels, height, width], { gap: 0, scale: 1 })),
  );
  return at(name);
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'isonoise-between-'));
  await scene.open();
}, SETUP_MS);
afterAll(async () => {
  await scene.close();
  await rm(folder, { recursive: true, force: true });
});

it(
  'images between two pictures that are drawn by keyboard equal those of pnpm interpolate, even after a reload',
  async () => {
    const first = await writePicture('first.png', (i) => (i % width) / width - 0.5);
    const second = await writePicture('second.png', (i) => (i % 5) / 5 - 0.4);
    const { code, stderr } = await isonoise([
      ...['interpolate', scene.tinyModel, first, second, '--count', '3', '--steps', '6'],
      ...['--out', at('out.png'), '--npy', at('out.npy'), '--provider', 'cpu'],
    ]);
    expect(code, stderr).toBe(0);
    const { data } = decodeNpy(await readFile(at('out.npy')));
    const record = readPngText(await readFile(at('out.png')), IMAGE_RECORD.keyword, IMAGE_RECORD.most) ?? '';
    expect(record).toContain('"kind":"between"');
    const expected = Buffer.from(
      encodePng(contactSheet(Float32Array.from(data), SHAPE, sheetLook(SHAPE)), {
        text: { [IMAGE_RECORD.keyword]: record },
      }),
    );

    const context = await scene.visitor();
    const page = await context.newPage();
    await page.goto(`${scene.url}#/edit`);
    const panel = page.locator('form.request-panel:visible');
    await panel.getByLabel('Model', { exact: true }).selectOption(TINY.name);
    await page.getByLabel(`Canvas, ${width} × ${height} pixels`).waitFor();
    await page.getByText('Images between two pictures').press('Enter');
    const draw = page.getByRole('button', { name: 'Draw images between' });
    expect(await draw.isDisabled()).toBe(true);
    expect(await draw.getAttribute('title')).toBe('Choose the second picture first.');
    // The second picture is opened first on the canvas, and the first one then replaces it.
    await page.getByLabel('A picture to edit').setInputFiles(second);
    await page.getByText('second.png is on the canvas').waitFor({ state: 'attached' });
    await page.getByRole('button', { name: 'Use the canvas as second picture' }).press('Enter');
    await page.getByRole('img', { name: 'The second picture' }).waitFor();
    await page.getByLabel('A picture to edit').setInputFiles(first);
    await page.getByText('first.png is on the canvas').waitFor({ state: 'attached' });
    await page.getByLabel('Images, including both ends').fill('3');
    await page.getByLabel('Steps in each direction').fill('0');
    await expect.poll(() => draw.isDisabled()).toBe(true);
    await page.getByLabel('Steps in each direction').fill('6');
    await draw.press('Enter');
    await drawn(page);
    expect(await downloaded(page, 'PNG')).toEqual(expected);
    await page.getByText(/the first picture differs by 0\.\d{3} and the second by 0\.\d{3}/).waitFor();
    await page.getByText('PNG files contain the request, but not the two pictures').waitFor();
    await screenshot(page, 'between');

    // A picture from a file gives the same images as one from the canvas.
    await page
      .getByLabel('The second picture', { exact: true })
      .and(page.locator('input'))
      .setInputFiles(second);
    await page.getByText('second.png is the second picture').waitFor({ state: 'attached' });
    await draw.press('Enter');
    await expect.poll(() => page.getByRole('button', { name: /^Show again: tiny/ }).count()).toBe(2);
    expect(await downloaded(page, 'PNG')).toEqual(expected);

    // Back and Forward show the drawings of the visit, and a reload shows the drawing of the address.
    const entries = page.getByRole('button', { name: /^Show again: tiny/ });
    const shown = () => entries.evaluateAll((all) => all.map((each) => each.getAttribute('aria-current')));
    await page.goBack();
    await expect.poll(shown).toEqual(['false', 'true']);
    await page.goForward();
    await expect.poll(shown).toEqual(['true', 'false']);
    await page.goBack();
    await expect.poll(shown).toEqual(['false', 'true']);
    await page.reload();
    await drawn(page);
    await expect.poll(shown).toEqual(['false', 'true']);
    await expect.poll(() => page.getByLabel('Images, including both ends').inputValue()).toBe('3');
    await page.getByRole('img', { name: 'The second picture' }).waitFor();
    expect(await downloaded(page, 'PNG')).toEqual(expected);
    await page.getByRole('button', { name: 'Draw images between' }).press('Enter');
    await expect.poll(() => entries.count()).toBe(3);
    expect(await downloaded(page, 'PNG')).toEqual(expected);

    // An address from another browser names a drawing that is not kept here.
    const { hash } = new URL(page.url());
    await page.goto(`${scene.url}#/edit?drawing=1-1`);
    await page.getByText('This browser does not keep the edit of this address').first().waitFor();
    await expect.poll(() => new URL(page.url()).hash).toBe(hash);

    // The page finds the drawing of a dropped file, with both pictures.
    await page.goto(`${scene.url}#/sample`);
    await page.reload();
    await page
      .getByRole('button', { name: /^Show again: tiny/ })
      .first()
      .waitFor();
    await dropFiles(page.getByRole('heading', { name: 'Draw images' }), [at('out.png')]);
    await page.getByRole('img', { name: 'The second picture' }).waitFor();
    await expect.poll(() => page.getByLabel('Steps in each direction').inputValue()).toBe('6');
    await context.close();
  },
  SLOW_MS,
);

it(
  'a PNG of images between two pictures restores the settings, and says that the pictures are missing',
  async () => {
    const first = await writePicture('one.png', (i) => (i % width) / width - 0.5);
    const second = await writePicture('two.png', (i) => (i % 5) / 5 - 0.4);
    const { code, stderr } = await isonoise([
      ...['interpolate', scene.tinyModel, first, second, '--count', '4', '--steps', '5'],
      ...['--out', at('dropped.png'), '--provider', 'cpu'],
    ]);
    expect(code, stderr).toBe(0);
    const context = await scene.visitor();
    const page = await context.newPage();
    await page.goto(`${scene.url}#/sample`);
    await page.getByRole('button', { name: 'Generate' }).waitFor();
    await dropFiles(page.getByRole('heading', { name: 'Draw images' }), [at('dropped.png')]);
    await page.getByText('dropped.png contains the request, but not the two pictures').first().waitFor();
    const fieldOf = (label: string) =>
      page.getByLabel(label, { exact: true }).locator('visible=true').inputValue();
    await expect.poll(() => fieldOf('Images, including both ends')).toBe('4');
    await expect.poll(() => fieldOf('Steps in each direction')).toBe('5');
    await expect.poll(() => fieldOf('Model')).toBe(TINY.name);
    await context.close();
  },
  SLOW_MS,
);
