import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { downloaded, drawn, PageScene, press, TINY } from './page-scene.ts';

const SETUP_MS = 240_000;
const SLOW_MS = 240_000;

const scene = new PageScene();
beforeAll(() => scene.open(), SETUP_MS);
afterAll(() => scene.close());

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true };

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
/** Returns a function that puts fingers on a horizontal line through the middle of the canvas. */
async function fingers(context: BrowserContext, page: Page, canvas: { y: number; height: number }) {
  const client = await context.newCDPSession(page);
  const y = canvas.y + canvas.height / 2;
  return (type: 'touchStart' | 'touchMove' | 'touchEnd', ...xs: readonly number[]) =>
    client.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: xs.map((x, id) => ({ x, y, id })),
    });
}

const canUndo = async (page: Page): Promise<boolean> =>
  (await page.getByRole('button', { name: 'Undo' }).getAttribute('aria-disabled')) === null;

it(
  'Ctrl with the wheel zooms at the pointer, and Ctrl+Enter draws from the canvas',
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
  'a second finger cancels the line of the first finger, and both fingers zoom',
  async () => {
    const { context, page, box } = await openCanvas(PHONE);
    const before = await box();
    const x = before.x + before.width / 2;
    const touch = await fingers(context, page, before);
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

it(
  'a second finger cancels the fill of the first finger, and both fingers zoom',
  async () => {
    const { context, page, box } = await openCanvas(PHONE);
    const before = await box();
    const x = before.x + before.width / 2;
    const touch = await fingers(context, page, before);
    const status = page.getByText(/^column \d+, row \d+: /);
    await press(page, 'Fill');
    const blank = await downloaded(page, 'Save picture');
    await touch('touchStart', x - 20);
    // The fill is shown while the first finger is down.
    await expect.poll(() => status.textContent()).not.toContain('white');
    await touch('touchStart', x - 20, x + 20);
    await touch('touchMove', x - 40, x + 40);
    await touch('touchEnd');
    await expect.poll(async () => (await box()).width / before.width).toBeCloseTo(2);
    expect(await canUndo(page)).toBe(false);
    expect(await downloaded(page, 'Save picture')).toEqual(blank);
    // A single finger still fills.
    await touch('touchStart', x);
    await touch('touchEnd');
    await expect.poll(() => canUndo(page)).toBe(true);
    expect(await downloaded(page, 'Save picture')).not.toEqual(blank);
    await context.close();
  },
  SLOW_MS,
);

it(
  'Ctrl+Enter and a tap on Draw say why a request cannot be drawn, and move to the invalid field',
  async () => {
    const { context, page, canvas } = await openCanvas(PHONE);
    const form = page.locator('form:visible');
    const steps = form.getByLabel('Steps', { exact: true });
    const draw = form.getByRole('button', { name: 'Draw', exact: true });
    const reason = form.getByText('Correct the marked fields first.');
    await steps.fill('0');
    await canvas.focus();
    expect(await reason.count()).toBe(0);
    await page.keyboard.press('Control+Enter');
    await reason.waitFor();
    await page.getByRole('status').filter({ hasText: 'Correct the marked fields first.' }).waitFor();
    await expect.poll(() => page.locator(':focus').getAttribute('id')).toBe(await steps.getAttribute('id'));
    // Nothing was drawn.
    expect(await page.getByText('Paint or open a picture, then press Draw.').isVisible()).toBe(true);

    // The reason disappears with its cause. The button says the same as the keys.
    await steps.fill('2');
    await reason.waitFor({ state: 'detached' });
    await steps.fill('many');
    // Playwright would wait until the button is enabled.
    await draw.tap({ force: true });
    await reason.waitFor();
    await expect.poll(() => page.locator(':focus').getAttribute('id')).toBe(await steps.getAttribute('id'));

    // Keys that follow an input at once, before it is on the screen.
    await steps.evaluate(
      (field: EventTarget & { value?: string }, keys) => {
        field.value = '2';
        field.dispatchEvent(new Event('input', { bubbles: true }));
        field.dispatchEvent(Object.assign(new Event('keydown', { bubbles: true }), keys));
      },
      { key: 'Enter', ctrlKey: true },
    );
    await drawn(page);
    await context.close();
  },
  SLOW_MS,
);
