// Tests that the page and the command line change a picture into the same PNG, with models of every kind.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ModelSpec, toSchedulerConfig } from '@isonoise/bundle';
import { TILEABLE_UNET } from '@isonoise/network';
import type { Listening } from '@isonoise/server';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isonoise } from '../../packages/cli/testdata/isonoise-command.ts';
import { smallModel } from '../../packages/export/testdata/small-networks.ts';
import { launchChromium } from '../../scripts/lab/chromium.ts';
import { oneCoreVisitor } from './one-core.ts';
import { downloaded, drawn, press } from './page-scene.ts';
import { serveModels } from './served-models.ts';

const SETUP_MS = 240_000;
const SLOW_MS = 240_000;

const flow: ModelSpec['scheduler'] = toSchedulerConfig({ kind: 'flow' });

const LOOK = { palette: ['#10182000', '#f2aa4cff', '#4c8bf2ff'], asymmetry: 0.1 };

/** Models by name, and the tags of their request. */
const MODELS = {
  flow: { model: smallModel({ classes: 2 }), scheduler: flow, tags: null, look: LOOK },
  rectangles: {
    model: smallModel({ tags: 3, channels: 3, fields: { sample_size: [8, 12] } }),
    tags: 'tag 1',
    look: LOOK,
  },
  alpha: { model: smallModel({ channels: 4, tags: 2 }), tags: 'tag 0', look: LOOK },
  tileable: {
    model: smallModel({ channels: 3, fields: { _class_name: TILEABLE_UNET } }),
    tags: null,
    look: LOOK,
  },
};

let folder: string;
let browser: Browser;
let server: Listening;
const at = (name: string): string => path.join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'isonoise-edit-models-'));
  server = await serveModels(folder, MODELS);
  browser = await launchChromium();
}, SETUP_MS);
afterAll(async () => {
  await browser?.close();
  await server?.stop(0);
  await rm(folder, { recursive: true, force: true });
});

async function saved(page: Page, button: string, file: string): Promise<string> {
  await writeFile(at(file), await downloaded(page, button));
  return at(file);
}

/** Draws two images with `isonoise sample`. @returns the PNG */
async function commandLine(name: string, tags: string | null, args: readonly string[]): Promise<Buffer> {
  const out = at(`${name}-out.png`);
  const what = tags === null ? [] : ['--tags', tags];
  const { code, stderr } = await isonoise([
    ...['sample', at(name), ...what, '--seed', '5', '--count', '2', '--steps', '5'],
    ...['--provider', 'cpu', '--out', out, ...args],
  ]);
  expect(code, stderr).toBe(0);
  return readFile(out);
}

it(
  'a picture is continued beyond its borders as on the command line, even with a palette, and restored after a reload',
  async () => {
    const context = await oneCoreVisitor(browser);
    const page = await context.newPage();
    await page.goto(`${server.url}#/edit`);
    const panel = page.locator('form.request-panel:visible');
    await panel.getByLabel('Model', { exact: true }).selectOption('alpha');
    const board = page.getByRole('application');
    await page.getByLabel('Canvas, 8 × 8 pixels').waitFor();
    await panel.getByLabel('Tags').fill('tag 0');
    await panel.getByLabel('Seed', { exact: true }).fill('5');
    await panel.getByLabel('Images').fill('2');
    await panel.getByLabel('Steps', { exact: true }).fill('5');
    await board.focus();
    await page.keyboard.press('Space');
    const picture = await saved(page, 'Save picture', 'inside.png');
    await page.getByText('Continue beyond the borders').press('Enter');
    for (const [side, pixels] of [
      ['Left', '4'],
      ['Right', '2'],
      ['Top', '0'],
      ['Bottom', '3'],
    ] as const)
      await page.getByLabel(side, { exact: true }).fill(pixels);
    await page.getByRole('button', { name: 'Add border' }).press('Enter');
    await page.getByLabel('Canvas, 14 × 11 pixels').waitFor();
    await page.getByText('The model draws it in 6 overlapping windows').waitFor();
    const args = ['--init', picture, '--outpaint', 'left=4,right=2,bottom=3'];
    await panel.getByRole('button', { name: 'Draw', exact: true }).press('Enter');
    await drawn(page);
    expect(await downloaded(page, 'PNG')).toEqual(await commandLine('alpha', 'tag 0', args));

    await panel.getByText('Palette', { exact: true }).first().click();
    await panel.getByLabel('Palette').selectOption('auto');
    await press(page, 'Draw');
    const expected = await commandLine('alpha', 'tag 0', [...args, '--palette', 'auto']);
    await expect.poll(() => downloaded(page, 'PNG'), { timeout: SLOW_MS }).toEqual(expected);

    await page.reload();
    await page
      .getByRole('button', { name: /^Show again: alpha/ })
      .first()
      .click();
    await page.getByLabel('Canvas, 14 × 11 pixels').waitFor();
    await expect.poll(() => panel.getByLabel('Palette').inputValue()).toBe('auto');
    await expect.poll(() => downloaded(page, 'PNG')).toEqual(expected);
    await context.close();
  },
  SLOW_MS,
);

it.each(Object.entries(MODELS))(
  'the page and the command line change a painted picture and fill its mask identically with the model %s',
  async (
    name,
    {
      tags,
      model: {
        spec: { image },
      },
    },
  ) => {
    const context = await oneCoreVisitor(browser);
    const page = await context.newPage();
    await page.goto(`${server.url}#/edit`);
    const panel = page.locator('form.request-panel:visible');
    await panel.getByLabel('Model', { exact: true }).selectOption(name);
    const board = page.getByLabel(`Canvas, ${image.width} × ${image.height} pixels`);
    await board.waitFor();
    if (tags !== null) await panel.getByLabel('Tags').fill(tags);
    await panel.getByLabel('Seed', { exact: true }).fill('5');
    await panel.getByLabel('Images').fill('2');
    await panel.getByLabel('Steps', { exact: true }).fill('5');
    // A line from the middle to the right.
    const box = await board.boundingBox();
    if (box === null) throw new Error('the canvas has no box');
    await page.mouse.move(box.x + 0.5 * box.width, box.y + 0.5 * box.height);
    await page.mouse.down();
    await page.mouse.move(box.x + 0.9 * box.width, box.y + 0.5 * box.height, { steps: 5 });
    await page.mouse.up();
    const save = (button: string, file: string): Promise<string> => saved(page, button, file);
    const command = (...args: readonly string[]): Promise<Buffer> => commandLine(name, tags, args);
    const picture = await save('Save picture', `${name}.png`);
    await press(page, 'Draw');
    await drawn(page);
    expect(await downloaded(page, 'PNG')).toEqual(await command('--init', picture, '--strength', '0.6'));

    await board.focus();
    await page.keyboard.press('m');
    await page.keyboard.press('Space');
    await page
      .getByText(/masked/)
      .first()
      .waitFor();
    const mask = await save('Save mask', `${name}-mask.png`);
    await press(page, 'Draw');
    // Unlike the first run, this one takes all steps.
    await page.getByRole('img', { name: `2 images of ${name}, after step 5 of 5` }).waitFor();
    await drawn(page);
    expect(await downloaded(page, 'PNG')).toEqual(await command('--init', picture, '--mask', mask));
    await context.close();
  },
  SLOW_MS,
);
