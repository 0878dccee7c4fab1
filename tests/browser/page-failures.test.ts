import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { encodePng } from '@isonoise/picture';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dropFiles } from './drop-files.ts';
import { downloaded, drawn, PageScene, press, screenshot } from './page-scene.ts';

const SETUP_MS = 240_000;
const SLOW_MS = 240_000;
const DRAWING = '#/sample?model=tiny&seed=1&count=1&sampler=ddim&steps=2&eta=0';

const scene = new PageScene();
beforeAll(() => scene.open(), SETUP_MS);
afterAll(() => scene.close());

/** Opens the page for a new visitor. @param script runs before the code of the page */
async function open(hash: string, script = ''): Promise<{ context: BrowserContext; page: Page }> {
  const context = await scene.visitor();
  await context.addInitScript(script);
  const page = await context.newPage();
  await page.goto(scene.url + hash);
  return { context, page };
}

/** Lets methods of the storage fail while `failing` contains their names. */
const FAILING_STORAGE = `
  globalThis.failing = [];
  for (const name of ['get', 'put', 'delete', 'getAllKeys']) {
    const method = IDBObjectStore.prototype[name];
    IDBObjectStore.prototype[name] = function (...args) {
      if (failing.includes(name)) throw new DOMException('a test', 'UnknownError');
      return Reflect.apply(method, this, args);
    };
  }`;
/** Makes the opening of each database wait forever. */
const HANGING_STORAGE = 'IDBFactory.prototype.open = () => ({});';
/** Collects the workers of the page. */
const KNOWN_WORKERS = `
  globalThis.workers = [];
  globalThis.Worker = class extends Worker {
    constructor(...args) {
      super(...args);
      workers.push(this);
    }
  };`;
/** Finishes reading a picture of 20 × 20 pixels only when `release` is called. */
const SLOW_PICTURES = `
  const decode = createImageBitmap;
  globalThis.createImageBitmap = async (...args) => {
    const bitmap = await decode(...args);
    if (bitmap.width === 20) await new Promise((resolve) => (globalThis.release = resolve));
    return bitmap;
  };`;
/** Forbids workers, as a policy of the browser may. */
const NO_WORKERS = `
  globalThis.Worker = class {
    constructor() {
      throw new DOMException('workers are blocked', 'SecurityError');
    }
  };`;

it(
  'a drawing whose images could not be read once is shown at the next attempt',
  async () => {
    const { context, page } = await open(DRAWING, FAILING_STORAGE);
    await drawn(page);
    const before = await downloaded(page, 'PNG');
    const again = page.getByRole('button', { name: 'Show again: tiny, seed 1, 1 image' });
    await again.waitFor();
    await page.goto(`${scene.url}#/inspect`);
    await page.reload();
    await page.goto(`${scene.url}#/sample`);
    await again.waitFor();
    await page.evaluate('failing = ["get"]');
    await again.click();
    await page.getByText('RUN_KEPT_STORAGE').waitFor();
    await screenshot(page, 'failed-read');
    await page.evaluate('failing = []');
    await again.click();
    await page.getByText('RUN_KEPT_STORAGE').waitFor({ state: 'detached' });
    await drawn(page);
    expect(await downloaded(page, 'PNG')).toEqual(before);
    await expect.poll(() => again.count()).toBe(1);
    await context.close();
  },
  SLOW_MS,
);

it(
  'the page draws if the storage never opens',
  async () => {
    const { context, page } = await open(DRAWING, HANGING_STORAGE);
    await drawn(page);
    await page.getByText(/storage cannot be used .*did not open in 10 s/).waitFor();
    await context.close();
  },
  SLOW_MS,
);

it(
  'a worker that crashes while it draws is replaced at the next attempt',
  async () => {
    const { context, page } = await open(DRAWING.replace('steps=2', 'steps=1000'), KNOWN_WORKERS);
    await page.getByText(/^Step \d+ of 1,000/).waitFor();
    await page.evaluate(
      'workers.forEach((worker) => worker.dispatchEvent(new ErrorEvent("error", { message: "a test" })))',
    );
    await page.getByRole('alert').getByText('a test').waitFor();
    await screenshot(page, 'crashed-worker');
    await page.getByLabel('Steps', { exact: true }).fill('2');
    await press(page, 'Generate');
    await page.getByText('Step 2 of 2', { exact: true }).waitFor();
    await drawn(page);
    await context.close();
  },
  SLOW_MS,
);

it(
  'the page says so if the browser forbids workers',
  async () => {
    const { context, page } = await open(DRAWING, NO_WORKERS);
    await page.getByRole('alert').getByText('workers are blocked').waitFor();
    await context.close();
  },
  SLOW_MS,
);

it(
  'a tab whose code cannot be fetched says what to do, and is loaded at the next attempt',
  async () => {
    const { context, page } = await open('#/sample');
    const code = /\/assets\/inspect-tab-/;
    await context.route(code, (route) => route.fulfill({ status: 404, body: '' }));
    await page.locator('#tab-inspect').click();
    await page.getByText('SERVER_FILE').waitFor();
    await screenshot(page, 'missing-code');
    await context.unroute(code);
    await page.reload();
    await page.locator('#panel-inspect .card').first().waitFor();
    await expect.poll(() => page.getByText('SERVER_FILE').count()).toBe(0);
    await context.close();
  },
  SLOW_MS,
);

/** A grey picture, as a file to open. */
const picture = (name: string, side: number) => ({
  name,
  mimeType: 'image/png',
  buffer: Buffer.from(
    encodePng({ width: side, height: side, channels: 1, data: new Uint8Array(side * side).fill(99) }),
  ),
});

it(
  'an earlier edit that is shown while a picture is being read stays on the canvas',
  async () => {
    const { context, page } = await open('#/edit', SLOW_PICTURES);
    await page.getByRole('application').waitFor();
    const saved = () => downloaded(page, 'Save picture');
    const before = await saved();
    await page.locator('form:visible').getByLabel('Steps', { exact: true }).fill('4');
    await press(page, 'Draw');
    await drawn(page);
    const again = page.getByRole('button', { name: /^Show again: .*, edited$/ });
    await again.waitFor();
    await press(page, 'Fill');
    await page.getByRole('application').click();
    await expect.poll(saved).not.toEqual(before);
    await page.locator('#panel-edit input[type=file]').first().setInputFiles(picture('slow.png', 20));
    await expect.poll(() => page.evaluate('typeof release')).toBe('function');
    await again.click();
    await expect.poll(saved).toEqual(before);
    await page.evaluate('release()');
    await page.evaluate('new Promise((resolve) => setTimeout(resolve, 500))');
    expect(await saved()).toEqual(before);
    await context.close();
  },
  SLOW_MS,
);

it(
  'of two pictures that are opened at once, the later one is on the canvas',
  async () => {
    const { context, page } = await open('#/edit', SLOW_PICTURES);
    await page.getByRole('application').waitFor();
    const file = page.locator('#panel-edit input[type=file]').first();
    await file.setInputFiles(picture('slow.png', 20));
    await expect.poll(() => page.evaluate('typeof release')).toBe('function');
    await file.setInputFiles(picture('fast.png', 5));
    const notes = page.getByRole('note').filter({ hasText: /(slow|fast)\.png has/ });
    await notes.filter({ hasText: 'fast.png has 5 × 5 pixels' }).waitFor();
    await page.evaluate('release()');
    await page.evaluate('new Promise((resolve) => setTimeout(resolve, 500))');
    expect(await notes.allTextContents()).toEqual([expect.stringContaining('fast.png')]);
    await context.close();
  },
  SLOW_MS,
);

it(
  'a dropped folder without files is reported',
  async () => {
    const { context, page } = await open('#/sample');
    const empty = await mkdtemp(path.join(tmpdir(), 'isonoise-empty-'));
    await page.getByRole('button', { name: 'Generate', disabled: false }).waitFor();
    await dropFiles(page.locator('main'), [empty]);
    await page.getByText('drop: got no files').waitFor();
    await rm(empty, { recursive: true });
    await context.close();
  },
  SLOW_MS,
);

it(
  'a link without a model is reported',
  async () => {
    const { context, page } = await open('#/sample?seed=9&steps=5');
    await page.getByText('It has no model.').waitFor();
    await context.close();
  },
  SLOW_MS,
);
