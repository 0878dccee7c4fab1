import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inStorage } from './indexed-db.ts';
import { drawn, PageScene, press, screenshot, TINY } from './page-scene.ts';

const SETUP_MS = 240_000;
const SLOW_MS = 240_000;

const scene = new PageScene();
beforeAll(() => scene.open(), SETUP_MS);
afterAll(() => scene.close());

const canvasOf = (page: Page) => page.getByLabel(`Canvas, ${TINY.image.width} × ${TINY.image.height} pixels`);

/** Opens the Edit tab with the small model. */
async function openCanvas(context: BrowserContext): Promise<Page> {
  const page = await scene.openTab(context, 'edit');
  await page.locator('form:visible').getByLabel('Model', { exact: true }).selectOption(TINY.name);
  await canvasOf(page).waitFor();
  return page;
}

/** Uses the tool of a key at the middle of the canvas. */
async function use(page: Page, key: string): Promise<void> {
  await canvasOf(page).focus();
  await page.keyboard.press(key);
  await page.keyboard.press('Space');
}

/** Returns the PNG of the picture on the canvas, and that of the mask, or null without a mask. */
async function content(page: Page): Promise<readonly (string | null)[]> {
  const save = async (name: string): Promise<string | null> => {
    const button = page.getByRole('button', { name, exact: true });
    if ((await button.getAttribute('aria-disabled')) === 'true') return null;
    const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString('base64');
  };
  return [await save('Save picture'), await save('Save mask')];
}

const stored = (page: Page): Promise<number | null> =>
  page.evaluate(inStorage('isonoise-canvas', "return (await done(files.get('canvas')))?.length ?? null;"));
const restored = (page: Page) => page.getByText('This is the canvas of your last visit.');

it(
  'a canvas that was never drawn from is there after a reload, with mask, second picture and settings',
  async () => {
    const context = await scene.visitor();
    const page = await openCanvas(context);
    const blank = await content(page);
    await use(page, 'b');
    await use(page, 'm');
    await page.getByText('Images between two pictures').click();
    await press(page, 'Use the canvas as second picture');
    await page.getByLabel('Images, including both ends').fill('5');
    await page.locator('form:visible').getByLabel('Seed', { exact: true }).fill('99');
    const before = await content(page);
    expect(before).not.toEqual(blank);
    await expect.poll(() => stored(page)).not.toBeNull();
    // No pause: a change that still waits is stored when the page is hidden.
    await page.reload();
    await restored(page).waitFor();
    await canvasOf(page).waitFor();
    await screenshot(page, 'edit-restored');
    expect(await content(page)).toEqual(before);
    expect(await page.getByLabel('Images, including both ends').inputValue()).toBe('5');
    expect(await page.locator('form:visible').getByLabel('Seed', { exact: true }).inputValue()).toBe('99');

    // Deleting it leaves an empty canvas, also after another reload.
    await press(page, 'Delete it');
    await expect.poll(() => stored(page)).toBeNull();
    await page.reload();
    await page.locator('form:visible').getByLabel('Model', { exact: true }).selectOption(TINY.name);
    await canvasOf(page).waitFor();
    expect(await content(page)).toEqual(blank);
    expect(await restored(page).isVisible()).toBe(false);
    await context.close();
  },
  SLOW_MS,
);

it(
  'a picture that was painted after an edit is on the canvas when the edit is shown again',
  async () => {
    const context = await scene.visitor();
    const page = await openCanvas(context);
    await use(page, 'b');
    await page.keyboard.press('Control+Enter');
    await drawn(page);
    await expect.poll(() => page.url()).toContain('drawing=');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await use(page, 'm');
    const before = await content(page);
    await page.reload();
    await drawn(page);
    await expect.poll(() => content(page)).toEqual(before);
    await context.close();
  },
  SLOW_MS,
);

it(
  'two tabs with a canvas each work, and the last change is kept',
  async () => {
    const context = await scene.visitor();
    const one = await openCanvas(context);
    await use(one, 'b');
    await expect.poll(() => stored(one)).not.toBeNull();
    const other = await scene.openTab(context, 'edit');
    await restored(other).waitFor();
    await canvasOf(other).focus();
    await other.keyboard.press('ArrowRight');
    await other.keyboard.press('Space');
    const last = await content(other);
    await other.waitForTimeout(1000);
    await one.reload();
    await restored(one).waitFor();
    await expect.poll(() => content(one)).toEqual(last);
    expect(await one.getByRole('alert').count()).toBe(0);
    await context.close();
  },
  SLOW_MS,
);

it(
  'a damaged canvas, and one of a model that is not available, are reported and keep the tab usable',
  async () => {
    const context = await scene.visitor();
    const page = await openCanvas(context);
    await use(page, 'b');
    await expect.poll(() => stored(page)).not.toBeNull();
    const change = (body: string): Promise<unknown> => page.evaluate(inStorage('isonoise-canvas', body));
    await change(`
      const text = String.fromCharCode(...await done(files.get('canvas')));
      const other = text.replaceAll('"model":"tiny"', '"model":"gone"');
      await done(files.put(Uint8Array.from(other, (each) => each.charCodeAt(0)), 'canvas'));`);
    // The page must not store its own canvas when it is hidden.
    await page.reload();
    await page
      .getByText('The canvas of your last visit was for gone, which is not available here.')
      .waitFor();
    await screenshot(page, 'edit-waiting');
    await change("await done(files.put(Uint8Array.of(1, 2), 'canvas'));");
    await page.reload();
    await page.getByText('The canvas of your last visit is damaged').waitFor();
    await page.locator('form:visible').getByLabel('Model', { exact: true }).selectOption(TINY.name);
    await use(page, 'b');
    await expect.poll(() => stored(page)).toBeGreaterThan(200);
    await context.close();
  },
  SLOW_MS,
);

it(
  'a drawing can be cancelled while the storage does not respond, and a time limit ends the wait',
  async () => {
    const context = await scene.visitor();
    await context.addInitScript(() => {
      const { IDBObjectStore } = globalThis as typeof globalThis & {
        IDBObjectStore: { prototype: Record<string, (...args: unknown[]) => unknown> };
      };
      // The transaction stays alive with requests that never settle from the page's view.
      for (const name of ['get', 'put', 'getAllKeys', 'delete']) {
        const act = IDBObjectStore.prototype[name];
        IDBObjectStore.prototype[name] = function (this: { transaction: object }, ...args) {
          Object.defineProperties(this.transaction, {
            oncomplete: { set() {}, configurable: true },
            onabort: { set() {}, configurable: true },
          });
          return act?.apply(this, args);
        };
      }
    });
    const page = await context.newPage();
    await page.goto(`${scene.url}#/sample?model=${TINY.name}&seed=1&count=1&steps=4&sampler=ddim`);
    const cancel = page.getByRole('button', { name: 'Cancel', disabled: false });
    await cancel.first().waitFor();
    await cancel.first().click();
    await page.getByRole('button', { name: 'Generate', disabled: false }).waitFor({ timeout: 5000 });
    await press(page, 'Generate');
    await drawn(page);
    await page.getByText('the database isonoise did not respond in 10 s').first().waitFor();
    await screenshot(page, 'silent-storage');
    // The Edit tab does not wait either.
    await page.getByRole('tab', { name: 'Edit' }).click();
    await page.getByText('The canvas of your last visit could not be read').waitFor();
    await context.close();
  },
  SLOW_MS,
);

it(
  'an invalid field in a closed section is opened and focused when a request is refused',
  async () => {
    const context = await scene.visitor();
    const page = await scene.openSample(context);
    const panel = page.locator('form.request-panel:visible');
    await panel.getByText('Advanced', { exact: true }).click();
    const field = panel.getByLabel('Clip', { exact: false }).first();
    await field.fill('x');
    await panel.getByText('Advanced', { exact: true }).click();
    expect(await field.isVisible()).toBe(false);
    await page.keyboard.press('Control+Enter');
    expect(await field.isVisible()).toBe(true);
    expect(await field.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
    await context.close();
  },
  SLOW_MS,
);
