import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isonoise } from '../../packages/cli/testdata/isonoise-command.ts';
import { inStorage } from './indexed-db.ts';
import { downloaded, drawn, fillRequest, PageScene, press, SMALL_REQUEST, screenshot } from './page-scene.ts';

const REPOSITORY = path.resolve(import.meta.dirname, '../..');
const SETUP_MS = 240_000;
/** Time limit of a test that draws on the page. This takes seconds, but much longer on a busy machine. */
const SLOW_MS = 240_000;

const scene = new PageScene();
let files: string;
/** Reads a file that `isonoise sample` wrote for the same request. */
const expected = (name: string): Promise<Buffer> => readFile(path.join(files, name));

beforeAll(async () => {
  files = await mkdtemp(path.join(tmpdir(), 'isonoise-sample-'));
  const what = Object.entries(SMALL_REQUEST).flatMap(([name, value]) => [`--${name}`, value]);
  const out = ['png', 'gif', 'npy'].flatMap((kind) => [
    kind === 'png' ? '--out' : `--${kind}`,
    path.join(files, `4.${kind}`),
  ]);
  await scene.open();
  const model = path.join(REPOSITORY, 'models/mnist');
  const { code, stderr } = await isonoise(['sample', model, ...what, '--provider', 'cpu', ...out]);
  expect(code, stderr).toBe(0);
}, SETUP_MS);
afterAll(async () => {
  await scene.close();
  await rm(files, { recursive: true, force: true });
});

describe('the Sample tab during one visit', () => {
  let context: BrowserContext;
  let page: Page;
  beforeAll(async () => {
    context = await scene.visitorOnAllCores();
    page = await scene.openSample(context);
    await fillRequest(page);
    await press(page, 'Generate');
    await drawn(page);
  }, SLOW_MS);
  afterAll(() => context.close());

  it('draws the same PNG as the command line, byte for byte', async () => {
    expect(await downloaded(page, 'PNG')).toEqual(await expected('4.png'));
    await screenshot(page, 'sample');
  });

  it('downloads the animation as GIF and the values of the images as .npy', async () => {
    const gif = await downloaded(page, 'GIF');
    expect(gif.subarray(0, 6).toString('latin1')).toBe('GIF89a');
    expect(gif.length).toBeGreaterThan(0.9 * (await expected('4.gif')).length);
    const npy = await downloaded(page, /NumPy/);
    const reference = await expected('4.npy');
    expect(npy.subarray(0, 128)).toEqual(reference.subarray(0, 128));
    // Kernels sum in different orders. The project accepts a difference of 1e-4 between the CPU in Node and WASM.
    for (let at = 128; at < reference.length; at += 4)
      expect(Math.abs(npy.readFloatLE(at) - reference.readFloatLE(at))).toBeLessThan(1e-4);
  });

  // The model's spacing is trailing: timesteps are T/n = 100 apart, counted down from T - 1 = 999.
  it('replays each step, beginning with the noise', async () => {
    const scrubber = page.getByRole('slider', { name: 'Denoising' });
    await scrubber.focus();
    await page.keyboard.press('Home');
    await page.getByText('noise', { exact: true }).waitFor();
    await page.keyboard.press('ArrowRight');
    await page.getByText('step 1 of 10, from t = 999').waitFor();
    await page.keyboard.press('End');
    await page.getByText('step 10 of 10, from t = 99').waitFor();
  });

  it(
    'checks the golden record on this device',
    async () => {
      await press(page, 'Verify');
      await page.getByText('Verified.').waitFor({ timeout: SLOW_MS });
    },
    SLOW_MS,
  );

  it('opens an image, moves to the next one with the keyboard, and draws only that image', async () => {
    const first = page.getByRole('button', { name: 'Image 0, class 3' });
    await first.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Image 1, class 3').waitFor();
    await page.keyboard.press('ArrowRight');
    await dialog.getByText('Image 2, class 3').waitFor();
    await screenshot(page, 'image');
    const alone = await downloaded(page, 'Save as PNG');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Image 2, class 3' }).click();
    await press(page, 'Draw only this one');
    await page.getByText('Only image 2 of the seed').waitFor();
    await drawn(page);
    await expect.poll(() => new URLSearchParams(page.url().split('?')[1]).get('images')).toBe('2');
    expect(await downloaded(page, 'PNG')).toEqual(alone);
    await press(page, 'All images');
    await press(page, 'Generate');
    await drawn(page);
    expect(await downloaded(page, 'PNG')).toEqual(await expected('4.png'));
  });

  it(
    'after a reload, uses the stored model and draws the request from the address again',
    async () => {
      await page.reload();
      await drawn(page);
      await page.getByText('stored in this browser').waitFor();
      expect(await downloaded(page, 'PNG')).toEqual(await expected('4.png'));
    },
    SLOW_MS,
  );

  it(
    'draws offline',
    async () => {
      await context.setOffline(true);
      await press(page, 'Generate');
      await drawn(page);
      expect(await downloaded(page, 'PNG')).toEqual(await expected('4.png'));
      await context.setOffline(false);
    },
    SLOW_MS,
  );

  it(
    'replaces damaged stored files by downloading them again',
    async () => {
      expect(await page.evaluate(DAMAGE)).toBeGreaterThan(0);
      await page.reload();
      await drawn(page);
      expect(await downloaded(page, 'PNG')).toEqual(await expected('4.png'));
      await page.reload();
      await drawn(page);
      await page.getByText('stored in this browser').waitFor();
    },
    SLOW_MS,
  );
});

it(
  'opening a copied link draws the same images for a second visitor, without a click',
  async () => {
    const sender = await scene.visitor({ permissions: ['clipboard-read', 'clipboard-write'] });
    const page = await scene.openSample(sender);
    await fillRequest(page);
    await press(page, 'Generate');
    await drawn(page);
    await press(page, 'Copy link');
    await page.getByRole('button', { name: 'Link copied' }).waitFor();
    const link = await page.evaluate<string>('navigator.clipboard.readText()');
    await sender.close();

    const receiver = await scene.visitor();
    const there = await receiver.newPage();
    await there.goto(link);
    await drawn(there);
    expect(await downloaded(there, 'PNG')).toEqual(await expected('4.png'));
    await receiver.close();
  },
  SLOW_MS,
);

it(
  'a cancelled drawing keeps its last step, and the tab can draw again',
  async () => {
    const context = await scene.visitor();
    const page = await scene.openSample(context);
    await fillRequest(page, { steps: '1000' });
    const generate = page.getByRole('button', { name: 'Generate' });
    await generate.press('Enter');
    await page.getByText(/^Step [1-9]/).waitFor({ timeout: SLOW_MS });
    // The button is disabled but keeps the focus; pressing it again has no effect.
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Generate');
    expect(await generate.isDisabled()).toBe(true);
    await page.keyboard.press('Enter');
    await page.getByText(/^Step [2-9]/).waitFor({ timeout: SLOW_MS });
    await page.getByRole('button', { name: 'Cancel' }).press('Enter');
    await page.getByText('cancelled', { exact: true }).waitFor();
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Cancel');
    await page.getByRole('slider', { name: 'Denoising' }).waitFor();
    await fillRequest(page);
    await press(page, 'Generate');
    await drawn(page);
    expect(await downloaded(page, 'PNG')).toEqual(await expected('4.png'));
    await context.close();
  },
  SLOW_MS,
);

it(
  'without HTTPS and isolation, the page draws with an opened model on one thread, and says why it uses only one',
  async () => {
    const context = await scene.visitor();
    const page = await context.newPage();
    await page.goto(await scene.plainUrl());
    expect(await page.evaluate('isSecureContext')).toBe(false);
    await page.getByText('One thread only.').waitFor();
    // There is no API either. The page reports this and accepts files.
    await page.getByText('expected an isonoise server').waitFor();
    await page
      .getByLabel('A model as .zip or .onnx')
      .setInputFiles(path.join(REPOSITORY, 'models/mnist/unet/model.onnx'));
    await page
      .locator('form.request-panel')
      .getByLabel('Class', { exact: true })
      .waitFor({ timeout: SLOW_MS });
    await fillRequest(page);
    await page.getByRole('button', { name: 'Generate', disabled: false }).waitFor();
    await press(page, 'Generate');
    await page.getByRole('button', { name: 'PNG', exact: true }).waitFor({ timeout: SLOW_MS });
    expect(await downloaded(page, 'PNG')).toEqual(await expected('4.png'));
    await press(page, 'Copy link');
    await page.getByText('the clipboard is not available to a page without HTTPS').waitFor();
    expect(page.url()).toContain(`#/sample?model=mnist&seed=${SMALL_REQUEST.seed}&count=4`);
    await context.close();
  },
  SLOW_MS,
);

/**
 * Script that changes a byte in the middle of every large file that the page has stored. It returns the
 * number of these files.
 */
const DAMAGE = inStorage(
  'isonoise',
  `let damaged = 0;
  for (const key of await done(files.getAllKeys())) {
    const bytes = await done(files.get(key));
    if (!(bytes instanceof Uint8Array) || bytes.length < 100_000) continue;
    bytes[bytes.length >> 1] ^= 0xff;
    await done(files.put(bytes, key));
    damaged++;
  }
  return damaged;`,
);
