import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { contactSheet, encodePng, sheetLook } from '@isonoise/picture';
import { requestBetween } from '@isonoise/runtime';
import { loadModel } from '@isonoise/runtime-node';
import type { Listening } from '@isonoise/server';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isonoise } from '../../packages/cli/testdata/isonoise-command.ts';
import { smallModel } from '../../packages/export/testdata/small-networks.ts';
import { launchChromium } from '../../scripts/lab/chromium.ts';
import { dropFiles } from './drop-files.ts';
import { oneCoreVisitor } from './one-core.ts';
import { downloaded, drawn, press } from './page-scene.ts';
import { serveModels } from './served-models.ts';

const SETUP_MS = 240_000;
const SLOW_MS = 240_000;

let folder: string;
let browser: Browser;
let server: Listening;

/** Options of `isonoise sample`, and the same request as a link. */
const REQUEST = ['--tags', 'tag 0', '--seed', '5', '--count', '2', '--steps', '4', '--sampler', 'dpmpp-2m'];
const LINK = 'model=small&class=tag+0&seed=5&count=2&steps=4&sampler=dpmpp-2m&guidance=1';

/** Runs `isonoise sample` with the model. @returns the PNG */
async function command(...args: readonly string[]): Promise<Buffer> {
  const out = path.join(folder, 'cli.png');
  const { code, stderr } = await isonoise([
    ...[
      'sample',
      path.join(folder, 'small'),
      ...REQUEST,
      '--guidance',
      '1',
      '--provider',
      'cpu',
      '--out',
      out,
    ],
    ...args,
  ]);
  expect(code, stderr).toBe(0);
  return readFile(out);
}

/** Opens a link in a new visit. */
async function visit(query: string): Promise<Page> {
  const page = await (await oneCoreVisitor(browser)).newPage();
  await page.goto(`${server.url}#/sample?${query}`);
  return page;
}

/** Exports and serves a small network with three tags, for colour images of 12 × 8 pixels. */
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'isonoise-page-requests-'));
  server = await serveModels(folder, {
    small: {
      model: smallModel({ tags: 3, channels: 3, fields: { sample_size: [8, 12] } }),
      look: { palette: ['#101820ff', '#f2aa4cff', '#4c8bf2ff'], asymmetry: 0.01 },
    },
  });
  browser = await launchChromium();
}, SETUP_MS);
afterAll(async () => {
  await browser?.close();
  await server?.stop(0);
  await rm(folder, { recursive: true, force: true });
});

it(
  'the command line, the server and the page draw the same rectangular images with tags, byte for byte',
  async () => {
    const out = path.join(folder, 'cli.png');
    const { code, stderr } = await isonoise([
      ...['sample', path.join(folder, 'small'), '--tags', 'tag 0, tag 2', '--without', 'tag 1'],
      ...[
        '--seed',
        '5',
        '--count',
        '4',
        '--steps',
        '6',
        '--guidance',
        '2',
        '--provider',
        'cpu',
        '--out',
        out,
      ],
    ]);
    expect(code, stderr).toBe(0);
    const expected = await readFile(out);

    const answer = await fetch(`${server.url}v1/sample`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        ...{ model: 'small', tags: ['tag 0', 'tag 2'], without: ['tag 1'] },
        ...{ seed: 5, count: 4, steps: 6, guidance: 2 },
      }),
    });
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(expected);

    const page = await (await oneCoreVisitor(browser)).newPage();
    await page.goto(`${server.url}#/sample`);
    const panel = page.locator('form.request-panel');
    await panel.getByLabel('Model', { exact: true }).selectOption('small');
    await panel.getByLabel('Tags').fill('tag 0, -tag 1');
    // The tag is added by its button.
    await panel.getByRole('button', { name: /^tag 2/ }).click();
    await expect.poll(() => panel.getByLabel('Tags').inputValue()).toBe('tag 0, tag 2, -tag 1');
    await panel.getByLabel('Seed', { exact: true }).fill('5');
    await panel.getByLabel('Images').fill('4');
    await panel.getByLabel('Steps', { exact: true }).fill('6');
    await panel.getByLabel('Guidance').fill('2');
    await press(page, 'Generate');
    await drawn(page);
    expect(await downloaded(page, 'PNG')).toEqual(expected);
    await page.getByRole('button', { name: 'Image 0, tag 0, tag 2' }).waitFor();
  },
  SLOW_MS,
);

it(
  'a larger picture and a tile that are drawn by keyboard equal those of the command line, byte for byte',
  async () => {
    const page = await visit(LINK);
    await drawn(page);
    const [large, tile] = [
      await command('--canvas', '20x16', '--stride', '3'),
      await command('--canvas', '16', '--tile'),
    ];
    // The section is closed, so its fields are reached from its summary.
    await page.getByText('Larger pictures and tiles').focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.type('20x16');
    await page.keyboard.press('Tab');
    await page.keyboard.type('3');
    await page.getByText('2 pictures, 16 windows each: the network computes 128 images.').waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('img', { name: /after step 4 of 4/ }).waitFor();
    await drawn(page);
    await page.waitForURL(/canvas=20x16&stride=3/);
    expect(await downloaded(page, 'PNG')).toEqual(large);

    const panel = page.locator('form.request-panel');
    await panel.getByLabel('Size').fill('4');
    await panel.getByText('At least 12x8, the size of the model’s images.').waitFor();
    await panel.getByLabel('Size').fill('16');
    await panel.getByLabel('Stride').fill('');
    await panel.getByLabel('Copies of the picture fit side by side').press('Space');
    await panel.getByLabel('Size').press('Enter');
    await page.waitForURL(/canvas=16&tile=true/);
    await drawn(page);
    expect(await downloaded(page, 'PNG')).toEqual(tile);

    // Back shows the earlier drawing again.
    await page.goBack();
    await page.waitForURL(/canvas=20x16/);
    await expect.poll(() => panel.getByLabel('Size').inputValue()).toBe('20x16');
    await expect.poll(() => downloaded(page, 'PNG')).toEqual(large);
    await page.context().close();
  },
  SLOW_MS,
);

it(
  'images with palette and symmetry equal those of the command line, byte for byte, and their PNG restores both',
  async () => {
    const expected = await command('--palette', 'auto', '--symmetry', 'mirror');
    const page = await visit(LINK);
    // The Generate button is blocked while the images of the link are drawn. Drawing takes long on a busy machine.
    await drawn(page);
    const panel = page.locator('form.request-panel');
    await panel.getByText('Palette and symmetry').click();
    await panel.getByLabel('Palette').selectOption('The model’s 3 colours');
    await panel.getByLabel('Symmetry').selectOption('mirror');
    await press(page, 'Generate');
    await page.waitForURL(/palette=auto&symmetry=mirror/);
    await expect.poll(() => downloaded(page, 'PNG'), { timeout: SLOW_MS }).toEqual(expected);
    const link = page.url();
    await page.context().close();

    const other = await visit('');
    await panelReady(other);
    await dropFiles(other.locator('h1'), [path.join(folder, 'cli.png')]);
    await other.waitForURL(/palette=auto&symmetry=mirror/);
    await drawn(other);
    expect(await downloaded(other, 'PNG')).toEqual(expected);
    expect(new URL(other.url()).hash.split('&').sort()).toEqual(new URL(link).hash.split('&').sort());
    await other.context().close();
  },
  SLOW_MS,
);

it(
  'a saved run is finished with the palette and the symmetry of the form, as on the command line',
  async () => {
    const state = path.join(folder, 'state.json');
    await command('--stop-after', '2', '--save-state', state);
    const expected = await command('--palette', 'auto', '--symmetry', 'mirror');
    const page = await visit(`${LINK.replace('seed=5', 'seed=6')}&palette=auto&symmetry=mirror`);
    await drawn(page);
    await page.getByLabel('A saved run as .json').setInputFiles(state);
    await page.waitForURL(/seed=5&.*palette=auto&symmetry=mirror/);
    await expect.poll(() => downloaded(page, 'PNG'), { timeout: SLOW_MS }).toEqual(expected);
    await page.context().close();
  },
  SLOW_MS,
);

it(
  'in-between pictures of two seeds and two tags equal those of Node, byte for byte',
  async () => {
    const page = await visit(`${LINK.replace('count=2', 'count=3')}&toSeed=6&toClass=tag+2`);
    await drawn(page);
    const model = await loadModel(path.join(folder, 'small'), { provider: 'cpu' });
    const request = requestBetween(model.spec, {
      ...{ from: { seed: 5, tags: ['tag 0'] }, to: { seed: 6, tags: ['tag 2'] } },
      ...{ count: 3, steps: 4, sampler: 'dpmpp-2m', guidance: 1 },
    });
    let images: Float32Array = new Float32Array();
    for await (const { x } of model.sample(request)) images = x;
    await model.dispose();
    const shape = [3, 3, 8, 12] as const;
    await page.getByLabel('PNG files contain the request').uncheck();
    const picture = encodePng(contactSheet(images, shape, sheetLook(shape)));
    expect(await downloaded(page, 'PNG')).toEqual(Buffer.from(picture));
    await page.getByRole('button', { name: 'Image 1, between tag 0 and tag 2' }).waitFor();
    await page.context().close();
  },
  SLOW_MS,
);

it(
  'fields that Compare does not show do not disable it',
  async () => {
    const page = await visit(`${LINK}&toSeed=x`);
    await page.getByText('A whole number from 0 to 2⁶⁴ − 1.').waitFor();
    await page.getByRole('button', { name: 'Generate', disabled: true }).waitFor();
    await page.getByRole('tab', { name: 'Compare' }).click();
    await press(page, 'Compare');
    await page.getByText('The pictures are identical.').waitFor({ timeout: SLOW_MS });
    await page.context().close();
  },
  SLOW_MS,
);

it(
  'a link with invalid sizes or unknown values shows a note and draws nothing',
  async () => {
    const page = await visit(`${LINK}&canvas=9999x9999&stride=1&tile=yes&palette=blue`);
    await page
      .getByText(
        'It has the unknown value “yes” of tile; the unknown value “blue” of palette. Nothing was drawn.',
      )
      .waitFor();
    await page.getByText(/windows; at most 4,096 are possible/).waitFor();
    await page.getByRole('button', { name: 'Generate', disabled: true }).waitFor();
    await page.context().close();
  },
  SLOW_MS,
);

/** Waits until the list of models is loaded. */
const panelReady = (page: Page): Promise<void> =>
  page.getByRole('button', { name: 'Generate', disabled: false }).waitFor();
