import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { drawn, PageScene, TINY } from './page-scene.ts';

const SETUP_MS = 240_000;
const SLOW_MS = 240_000;

const scene = new PageScene();
beforeAll(() => scene.open(), SETUP_MS);
afterAll(() => scene.close());

/** Opens the Edit tab with the small model. */
async function openCanvas(options: BrowserContextOptions = {}) {
  const context = await scene.visitor(options);
  const page = await scene.openTab(context, 'edit');
  await page.locator('form:visible').getByLabel('Model', { exact: true }).selectOption(TINY.name);
  const canvas = page.getByLabel(`Canvas, ${TINY.image.width} × ${TINY.image.height} pixels`);
  await canvas.waitFor();
  await canvas.scrollIntoViewIfNeeded();
  const box = async () => {
    const found = await canvas.boundingBox();
    if (found === null) throw new Error('the canvas is not visible');
    return found;
  };
  return { context, page, canvas, box };
}
const canUndo = async (page: Page): Promise<boolean> =>
  (await page.getByRole('button', { name: 'Undo' }).getAttribute('aria-disabled')) === null;

it(
  'Ctrl and the wheel zoom at the pointer, and Ctrl+Enter draws from the canvas',
  async () => {
    const { context, page, canvas, box } = await openCanvas();
    const before = await box();
    const at = { x: before.x + 0.7 * before.width, y: before.y + 0.6 * before.height };
    await page.mouse.move(at.x, at.y);
    const pixel = page.getByText('column 5, row 3');
    await pixel.waitFor({ state: 'attached' });
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -100);
    await expect.poll(async () => (await box()).width / before.width).toBeCloseTo(2);
    await page.keyboard.up('Control');
    // The same point of the picture is under the pointer.
    const zoomed = await box();
    expect((at.x - zoomed.x) / zoomed.width).toBeCloseTo(0.7, 1);
    expect((at.y - zoomed.y) / zoomed.height).toBeCloseTo(0.6, 1);

    await canvas.focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('Control+Enter');
    await drawn(page);
    await context.close();
  },
  SLOW_MS,
);

it(
  'a second finger cancels the line of the first one, and both zoom',
  async () => {
    const { context, page, box } = await openCanvas({
      viewport: { width: 390, height: 844 },
      hasTouch: true,
    });
    const client = await context.newCDPSession(page);
    const before = await box();
    const [x, y] = [before.x + before.width / 2, before.y + before.height / 2];
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...xs: readonly number[]) =>
      client.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: xs.map((each, id) => ({ x: each, y, id })),
      });
    await touch('touchStart', x - 30);
    await touch('touchMove', x - 20);
    await touch('touchStart', x - 20, x + 20);
    await touch('touchMove', x - 40, x + 40);
    await touch('touchEnd');
    await expect.poll(async () => (await box()).width / before.width).toBeCloseTo(2);
    expect(await canUndo(page)).toBe(false);
    // A single finger still paints.
    await touch('touchStart', x - 30);
    await touch('touchMove', x + 30);
    await touch('touchEnd');
    await expect.poll(() => canUndo(page)).toBe(true);
    await context.close();
  },
  SLOW_MS,
);
