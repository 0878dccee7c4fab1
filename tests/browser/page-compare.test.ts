import { afterAll, beforeAll, expect, it } from 'vitest';
import { fillRequest, PageScene, press, screenshot } from './page-scene.ts';

const SETUP_MS = 240_000;
const SLOW_MS = 240_000;

const scene = new PageScene();
beforeAll(() => scene.open(), SETUP_MS);
afterAll(() => scene.close());

it('the Compare tab on a phone scrolls to the comparison that was started', async () => {
  const viewport = { width: 360, height: 780 };
  const context = await scene.visitor({ viewport, hasTouch: true });
  const page = await scene.openTab(context, 'compare');
  await page.getByLabel('Model', { exact: true }).selectOption('tiny');
  await page.locator('form:visible').getByLabel('Steps', { exact: true }).fill('2');
  const heading = page.getByRole('heading', { name: 'This device' });
  const top = async (): Promise<number> => (await heading.boundingBox())?.y ?? Number.NaN;
  await page.evaluate('scrollTo(0, 0)');
  expect(await top()).toBeGreaterThan(viewport.height / 2);
  await press(page, 'Compare');
  await expect.poll(top).toBeLessThan(viewport.height / 2);
  await context.close();
});

it(
  'the Compare tab shows that this device and the server draw the same pictures',
  async () => {
    const context = await scene.visitor();
    const page = await scene.openTab(context, 'compare');
    await page.getByRole('button', { name: 'Compare', exact: true, disabled: false }).waitFor();
    await fillRequest(page);
    await press(page, 'Compare');
    await page.getByText('The pictures are identical.').waitFor({ timeout: SLOW_MS });
    const figure = (name: string): Promise<string | null> =>
      page.locator(`[data-figure=${name}]`).textContent();
    expect(Number(await figure('largest'))).toBeLessThan(1e-4);
    expect(await figure('levels')).toBe('0');
    expect(await figure('differing')).toBe('0 of 3,136');
    await screenshot(page, 'compare');
    await context.close();
  },
  SLOW_MS,
);
