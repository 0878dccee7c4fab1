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
    expect(seedOf()).toBe('1');
    expect(await page.getByLabel('Seed', { exact: true }).inputValue()).toBe('1');
    expect(await downloaded(page, 'PNG')).toEqual(before);
    await page.goForward();
    await strip
      .getByRole('button', { name: /seed 2,/ })
      .and(page.locator('[aria-current=true]'))
      .waitFor();
    expect(await downloaded(page, 'PNG')).toEqual(after);

    await page.goto(`${scene.url}#/inspect`);
    await page.reload();
    await page.goto(`${scene.url}#/sample`);
    await expect.poll(() => strip.getByRole('button', { name: /^Show again/ }).count()).toBe(2);
    await strip.getByRole('button', { name: /seed 1,/ }).press('Enter');
    await drawn(page);
    expect(seedOf()).toBe('1');
    expect(await downloaded(page, 'PNG')).toEqual(before);
    await screenshot(page, 'history');
    await press(page, 'Delete all');
    await strip.waitFor({ state: 'detached' });
    await context.close();
  },
  SLOW_MS,
);
