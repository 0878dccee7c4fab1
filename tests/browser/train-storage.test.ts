import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { encodePng } from '@isonoise/picture';
import { loadModel } from '@isonoise/runtime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dropFiles } from './drop-files.ts';
import { screenshot } from './page-scene.ts';
import { TrainScene } from './train-page.ts';

const SLOW_MS = 240_000;
const FIELDS = { batchSize: 4, channels: '8, 8', threads: 1, seed: 5 };

/** Script that makes the storage of a page or worker refuse all values, as a browser does if the disk is full. */
const FILL_STORAGE = `self.realPut ??= IDBObjectStore.prototype.put;
IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); };
undefined`;
const EMPTY_STORAGE = 'IDBObjectStore.prototype.put = self.realPut; undefined';

const scene = new TrainScene();
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'isonoise-train-storage-'));
  await scene.serve();
}, 120_000);
afterAll(async () => {
  await scene.close();
  await rm(folder, { recursive: true, force: true });
});

describe('the Train tab', { timeout: SLOW_MS }, () => {
  it('shows how a second tab uses the runs', async () => {
    const context = await scene.visit();
    const [here, there] = [await scene.open(context), await scene.open(context)];
    const item = there.page.locator('.kept-runs li').filter({ hasText: 'mnist' });
    await here.fill({ ...FIELDS, steps: 400 });
    await here.click('Train');
    // The second tab lists the run without a reload.
    await item.getByText('0 of 400 · in use in another tab').waitFor({ timeout: SLOW_MS });
    await there.page.getByRole('button', { name: 'Open the run mnist' }).click();
    await there.see('Step 0 of 400');
    await here.see(/^Step [1-9]\d* of 400/);
    await here.page.getByRole('button', { name: 'Pause', exact: true }).press('Enter');
    await here.see('paused, saved');
    const said = (await here.page.getByText(/^Step \d+ of 400/).textContent()) ?? '';
    const [, step = ''] = /^Step (\d+)/.exec(said) ?? [];
    // The list and the open run in the second tab are updated.
    await item.getByText(`${step} of 400`, { exact: true }).waitFor();
    await there.see(`Step ${step} of 400`);
    await here.click('Resume');
    await item.getByText(`${step} of 400 · in use in another tab`).waitFor();
    // A closed tab does not report that its run is free.
    await here.page.close();
    await item.getByText(`${step} of 400`, { exact: true }).waitFor();

    const third = await scene.open(context);
    third.page.on('dialog', (dialog) => void dialog.accept());
    await third.page.getByRole('button', { name: 'Delete the run mnist', exact: true }).click();
    await item.waitFor({ state: 'detached' });
    await there.page.getByRole('heading', { name: 'Train a model here' }).waitFor();
    await context.close();
  });

  it('gives different names to runs that two tabs begin at the same time', async () => {
    const context = await scene.visit();
    const [here, there] = [await scene.open(context), await scene.open(context)];
    for (const tab of [here, there]) await tab.fill({ ...FIELDS, steps: 2 });
    await Promise.all([here.click('Train'), there.click('Train')]);
    for (const tab of [here, there]) await tab.see('done, saved');
    const titles = [here, there].map((tab) => tab.page.getByRole('heading', { name: /^Run / }).textContent());
    expect((await Promise.all(titles)).toSorted()).toEqual(['Run mnist', 'Run mnist-2']);
    for (const name of ['mnist', 'mnist-2']) {
      expect((await here.metrics(name)).map(({ step }) => step)).toEqual([1, 2]);
    }
    await context.close();
  });

  it('prepares the next run during a run, and can begin it when the first run is paused', async () => {
    const context = await scene.visit();
    const tab = await scene.open(context);
    const { page } = tab;
    const train = page.getByRole('button', { name: 'Train', exact: true });
    await tab.fill({ ...FIELDS, steps: 100_000 });
    await tab.click('Train');
    await tab.see(/^Step [1-9]\d* of 100,000/);
    await page.getByRole('heading', { name: 'The next run' }).waitFor();
    await page
      .getByText('You can start it when mnist has ended, or after you pause or stop that run.')
      .waitFor();
    await page.getByLabel('Name', { exact: true }).fill('second');
    await page.getByLabel('Number of steps', { exact: true }).fill('2');
    // While a run is computing, neither the button nor the Enter key begins the next one.
    expect(await train.getAttribute('aria-disabled')).toBe('true');
    await page.getByLabel('Number of steps', { exact: true }).press('Enter');
    await page.getByRole('heading', { name: 'Run mnist', exact: true }).waitFor();
    // A dropped folder becomes the images of the next run.
    const picture = path.join(folder, 'grey.png');
    await writeFile(
      picture,
      encodePng({ data: new Uint8Array(16 * 16).fill(99), width: 16, height: 16, channels: 1 }),
    );
    await dropFiles(page.getByRole('heading', { name: 'Run mnist', exact: true }), [picture]);
    await page
      .getByRole('region', { name: 'The images' })
      .getByText(/^1 image of/)
      .waitFor();
    await screenshot(page, 'train-beside');
    await page.setViewportSize({ width: 390, height: 844 });
    // On a phone, the run is above the form.
    const top = async (name: string): Promise<number> =>
      (await page.getByRole('heading', { name, exact: true }).boundingBox())?.y ?? Number.NaN;
    expect(await top('Run mnist')).toBeLessThan(await top('The next run'));
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    await screenshot(page, 'train-beside-phone');

    await page.getByRole('button', { name: 'Pause', exact: true }).press('Enter');
    await tab.see('paused, saved');
    await tab.choose('MNIST digits');
    await train.press('Enter');
    await page.locator('h2:focus').waitFor();
    await page.getByRole('heading', { name: 'Run second', exact: true }).waitFor();
    await tab.see('done, saved');
    // The paused run is kept.
    await page.getByRole('button', { name: 'Open the run mnist', exact: true }).click();
    await tab.see('paused, saved');
    await context.close();
  });

  it('offers to download the network if the storage is full, and stores it once there is room', async () => {
    const context = await scene.visit();
    const tab = await scene.open(context);
    const { page } = tab;
    await tab.fill({ ...FIELDS, steps: 200 });
    await tab.click('Train');
    await tab.see(/^Step [1-9]\d* of 200/);
    const worker = page.workers().find((each) => each.url().includes('training-worker'));
    await worker?.evaluate(FILL_STORAGE);
    await page.getByRole('button', { name: 'Pause', exact: true }).press('Enter');
    await tab.error.waitFor();
    expect(await tab.error.textContent()).toContain('RUN_STORAGE_FULL');
    const note = page.getByRole('note').filter({ hasText: 'is not stored' });
    const [, step = ''] = /after step (\d+)/.exec((await note.textContent()) ?? '') ?? [];
    expect(Number(step)).toBeGreaterThan(0);
    await screenshot(page, 'train-full');

    // Closing asks for confirmation first.
    let asked = '';
    page.once('dialog', (dialog) => {
      asked = dialog.message();
      void dialog.dismiss();
    });
    await tab.click('Close');
    expect(asked).toContain(`${step} steps since the last checkpoint would be lost`);

    await tab.click('Export the model');
    await tab.see('Your model');
    const [download] = await Promise.all([page.waitForEvent('download'), tab.click('Download')]);
    const zip = path.join(folder, download.suggestedFilename());
    await download.saveAs(zip);
    const model = await loadModel(zip);
    expect(await model.verify()).toMatchObject({ ok: true });
    await model.dispose();

    // The network is still there after the export. Once there is room, the run resumes from the same step.
    await worker?.evaluate(EMPTY_STORAGE);
    await tab.click('Resume');
    await note.waitFor({ state: 'detached' });
    await tab.see('done, saved');
    const lines = (await tab.metrics('mnist')).map((line) => line.step);
    expect(lines).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
    await context.close();
  });
});
