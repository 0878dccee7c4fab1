// Tests that the page stays responsive while it draws, while it trains and while a visitor paints. `longestTask` counts
// processor time, so a busy machine does not change the results.
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectShortTasks, longestTask } from './long-tasks.ts';
import { drawn, PageScene, press, TINY } from './page-scene.ts';
import { TrainScene } from './train-page.ts';

/** Each test may measure three times. */
const SLOW_MS = 600_000;
/** Limit in milliseconds for a page that is loaded. */
const LIMIT = 100;
/** Limit during the first two seconds of a training, in which the chart is set up. */
const LIMIT_AT_FIRST = 200;

const scene = new PageScene();
const training = new TrainScene();
beforeAll(() => Promise.all([scene.open(), training.serve()]).then(() => {}), SLOW_MS);
afterAll(() => Promise.all([scene.close(), training.close()]).then(() => {}));

const field = (page: Page, name: string): Locator => page.getByRole('textbox', { name, exact: true });

async function generate(page: Page): Promise<void> {
  await press(page, 'Generate');
  await drawn(page);
}

it(
  'a page is blocked for less than a tenth of a second while it loads a model and draws',
  async () => {
    await expectShortTasks({ 'drawing twenty guided digits': LIMIT }, async () => {
      const context = await scene.visitorOnAllCores();
      const page = await scene.openSample(context);
      // This draws with the defaults of the form, except for fewer steps.
      await field(page, 'Steps').fill('4');
      const longest = await longestTask(page, () => generate(page));
      await context.close();
      return { 'drawing twenty guided digits': longest };
    });
    await expectShortTasks({ 'drawing 1024 images of 8 × 6': LIMIT }, async () => {
      const context = await scene.visitorOnAllCores();
      const page = await scene.openSample(context);
      await page.getByLabel('Model', { exact: true }).selectOption(TINY.name);
      // The largest number of images.
      await field(page, 'Images').fill('1024');
      await field(page, 'Steps').fill('4');
      const longest = await longestTask(page, () => generate(page));
      await context.close();
      return { 'drawing 1024 images of 8 × 6': longest };
    });
  },
  2 * SLOW_MS,
);

it(
  'a computation that blocks the page is measured',
  async () => {
    const context = await scene.visitorOnAllCores();
    const page = await scene.openSample(context);
    const blocked = await longestTask(page, async () => {
      await page.evaluate(`new Promise((resolve) => setTimeout(() => {
        let sum = 0;
        for (let i = 0; i < 1e9; i++) sum += Math.sqrt(i);
        setTimeout(resolve, 0, sum);
      }))`);
    });
    expect(blocked).toBeGreaterThan(LIMIT);
    await expect(
      expectShortTasks({ computing: LIMIT }, async () => ({ computing: blocked })),
    ).rejects.toThrow('computing: ');
    await context.close();
  },
  SLOW_MS,
);

it(
  'a page that trains is blocked for less than a tenth of a second, or a fifth when the training begins',
  async () => {
    await expectShortTasks({ 'beginning a training': LIMIT_AT_FIRST, training: LIMIT }, async () => {
      const context = await training.visit();
      const tab = await training.open(context);
      const { page } = tab;
      await tab.fill({ steps: 120, batchSize: 4, channels: '8, 8', threads: 1 });
      const first = await longestTask(page, async () => {
        await tab.click('Train');
        await tab.see(/^Step [1-9]\d* of 120/);
        await page.waitForTimeout(2000);
      });
      // Every 50 steps, images are drawn and shown, and a checkpoint is stored.
      const later = await longestTask(page, () => tab.see('done, saved'));
      await context.close();
      return { 'beginning a training': first, training: later };
    });
  },
  SLOW_MS,
);

it(
  'a page is blocked for less than a tenth of a second while a visitor paints and an edit is drawn',
  async () => {
    await scene.exportTinyModel({ image: { channels: 3, height: 128, width: 128 } });
    await expectShortTasks({ 'painting 128 × 128 pixels': LIMIT, 'drawing an edit': LIMIT }, async () => {
      const context = await scene.visitorOnAllCores();
      const page = await scene.openSample(context);
      await page.getByLabel('Model', { exact: true }).selectOption(TINY.name);
      await page.locator('#tab-edit').click();
      const board = page.getByLabel('Canvas, 128 × 128 pixels');
      await board.waitFor();
      const box = await board.boundingBox();
      if (box === null) throw new Error('the canvas has no box');
      const at = (x: number, y: number): [number, number] => [box.x + box.width * x, box.y + box.height * y];
      const stroke = async (steps: number): Promise<void> => {
        await page.mouse.move(...at(0.1, 0.1));
        await page.mouse.down();
        for (let i = 0; i <= steps; i++)
          await page.mouse.move(...at(0.1 + (0.8 * i) / steps, 0.5 + 0.4 * Math.sin(i)));
        await page.mouse.up();
      };
      // The second picture of images between two pictures is shown while the visitor paints.
      await page.getByText('Images between two pictures').click();
      await press(page, 'Use the canvas as second picture');
      await page.getByRole('img', { name: 'The second picture' }).waitFor();
      const painting = await longestTask(page, async () => {
        await stroke(40);
        await page.keyboard.press('m');
        await stroke(40);
        await page.keyboard.press('g');
        await page.mouse.click(...at(0.02, 0.98));
        for (let i = 0; i < 3; i++) await page.keyboard.press('Control+z');
      });
      await field(page, 'Steps').and(page.locator(':visible')).fill('4');
      const drawing = await longestTask(page, async () => {
        await press(page, 'Draw');
        await drawn(page);
      });
      await context.close();
      return { 'painting 128 × 128 pixels': painting, 'drawing an edit': drawing };
    });
  },
  SLOW_MS,
);

it(
  'a page is blocked for less than a tenth of a second while many images get a palette of 256 colours',
  async () => {
    const palette = Array.from({ length: 256 }, (_, i) => `#${i.toString(16).padStart(2, '0')}8040ff`);
    await scene.exportTinyModel({ image: { channels: 3, height: 128, width: 128 }, palette });
    await expectShortTasks({ 'giving images a palette': LIMIT }, async () => {
      const context = await scene.visitorOnAllCores();
      const page = await scene.openSample(context);
      const panel = page.locator('form.request-panel:visible');
      await panel.getByLabel('Model', { exact: true }).selectOption(TINY.name);
      await panel.getByLabel('Images', { exact: true }).fill('16');
      await panel.getByLabel('Steps', { exact: true }).fill('2');
      await panel.getByText('Palette and symmetry').click();
      await panel.getByLabel('Palette').selectOption('auto');
      // 16·128² pixels are compared with 256 colours: about 70 million distances.
      const longest = await longestTask(page, () => generate(page));
      // All colours of the palette have the same green and blue.
      const others = await page
        .locator('.image-grid-images canvas:visible')
        .first()
        .evaluate<number, Canvas>(countOthers);
      expect(others).toBe(0);
      await context.close();
      return { 'giving images a palette': longest };
    });
  },
  SLOW_MS,
);

/** The part of a canvas of the page that is read. */
interface Canvas {
  readonly width: number;
  readonly height: number;
  getContext(kind: '2d'): {
    getImageData(x: number, y: number, width: number, height: number): { readonly data: Uint8ClampedArray };
  } | null;
}

/** Counts the opaque pixels of a canvas whose colour does not end with 8040; -1 if no pixel is opaque. */
function countOthers(canvas: Canvas): number {
  const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
  let [opaque, others] = [0, 0];
  for (let i = 0; i < data.length; i += 4) {
    if (data[i + 3] !== 255) continue;
    opaque++;
    if (data[i + 1] !== 0x80 || data[i + 2] !== 0x40) others++;
  }
  return opaque === 0 ? -1 : others;
}
