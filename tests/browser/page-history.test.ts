import { afterAll, beforeAll, expect, it } from 'vitest';
import { downloaded, drawn, fillRequest, PageScene, press, SMALL_REQUEST, screenshot } from './page-scene.ts';

const SETUP_MS = 240_000;
const SLOW_MS = 240_000;

const scene = new PageScene();
beforeAll(() => scene.open(), SETUP_MS);
afterAll(() => scene.close());

it(
  'Back and Forward go through the drawings of a visit, and a strip shows them at the next visit',
  async () => {
    const context = await scene.visitor();
    const page = await scene.openSample(context);
    page.on('dialog', (dialog) => void dialog.accept());
    const seedOf = (): string | null => new URLSearchParams(page.url().split('?')[1]).get('seed');
    const first = { ...SMALL_REQUEST, seed: '1', steps: '2', count: '2' };
    await fillRequest(page, first);
    await press(page, 'Generate');
    await drawn(page);
    const before = await downloaded(page, 'PNG');
    await fillRequest(page, { ...first, seed: '2' });
    await press(page, 'Generate');
    await page.getByText('Step 2 of 2', { exact: true }).waitFor();
    await drawn(page);
    const strip = page.getByRole('region', { name: 'Earlier drawings' });
    await strip.getByRole('button', { name: 'Show again: mnist, seed 2, 2 images' }).waitFor();
    const after = await downloaded(page, 'PNG');
    expect(after).not.toEqual(before);

    await page.goBack();
    await strip
      .getByRole('button', { name: /seed 1,/ })
      .and(page.locator('[aria-current=true]'))
      .waitFor();
    await expect.poll(seedOf).toBe('1');
    await expect.poll(() => page.getByLabel('Seed', { exact: true }).inputValue()).toBe('1');
    await expect.poll(() => downloaded(page, 'PNG')).toEqual(before);
    await page.goForward();
    await strip
      .getByRole('button', { name: /seed 2,/ })
      .and(page.locator('[aria-current=true]'))
      .waitFor();
    await expect.poll(() => downloaded(page, 'PNG')).toEqual(after);

    await page.goto(`${scene.url}#/inspect`);
    await page.reload();
    await page.goto(`${scene.url}#/sample`);
    await expect.poll(() => strip.getByRole('button', { name: /^Show again/ }).count()).toBe(2);
    await strip.getByRole('button', { name: /seed 1,/ }).press('Enter');
    await drawn(page);
    await expect.poll(seedOf).toBe('1');
    expect(await downloaded(page, 'PNG')).toEqual(before);
    await screenshot(page, 'history');
    await press(page, 'Delete all');
    await strip.waitFor({ state: 'detached' });
    await context.close();
  },
  SLOW_MS,
);

it(
  'Back from another tab keeps a run and the canvas of the Edit tab, and names an edit that finished meanwhile',
  async () => {
    const context = await scene.visitor();
    const page = await scene.openTab(context, 'edit');
    const canvas = page.getByRole('application');
    await canvas.waitFor();
    const idOf = (): string | null => new URLSearchParams(page.url().split('?')[1]).get('drawing');
    const steps = page.locator('form:visible').getByLabel('Steps', { exact: true });
    await fillRequest(page, { count: '1', steps: '4' });
    await press(page, 'Draw');
    await drawn(page);
    await expect.poll(idOf).not.toBeNull();
    const first = idOf();

    await canvas.click();
    const picture = await downloaded(page, 'Save picture');
    await steps.fill('1000');
    await press(page, 'Draw');
    const progress = page.getByText(/^Step \d+ of [1-9]\d\d/).and(page.locator(':visible'));
    await progress.waitFor();
    await page.locator('#tab-inspect').click();
    await page.goBack();
    await page.getByRole('tab', { name: 'Edit', selected: true }).waitFor();
    await page.locator('form:visible').getByRole('button', { name: 'Cancel', disabled: false }).click();
    await page.getByText('cancelled', { exact: true }).waitFor();
    await page.locator('#tab-inspect').click();
    await page.goBack();
    await page.getByText('cancelled', { exact: true }).waitFor();
    expect(await downloaded(page, 'Save picture')).toEqual(picture);
    expect(idOf()).toBe(first);

    await steps.fill('20');
    await press(page, 'Draw');
    await page.locator('#tab-sample').click();
    const strip = page.getByRole('region', { name: 'Earlier drawings' }).and(page.locator(':visible'));
    await expect.poll(() => strip.getByRole('button', { name: /^Show again/ }).count()).toBe(2);
    await page.goBack();
    await drawn(page);
    await expect.poll(idOf).not.toBe(first);
    // The address of the finished edit shows it again after a reload, with its picture.
    await page.reload();
    await drawn(page);
    expect(await downloaded(page, 'Save picture')).toEqual(picture);
    await context.close();
  },
  SLOW_MS,
);
