import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import {
  samplerSettings,
  samplers,
  samplersFor,
  settingNames,
  settingOf,
  settingsOf,
  settingText,
} from '@isonoise/sampler';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labelOf } from '../../packages/web/src/request/setting-hint.ts';
import { PageScene, press, screenshot } from './page-scene.ts';

const SETUP_MS = 240_000;
const SLOW_MS = 240_000;
const TABS = ['sample', 'edit', 'compare', 'train', 'inspect'] as const;

const scene = new PageScene();
beforeAll(() => scene.open(), SETUP_MS);
afterAll(() => scene.close());

describe.each(['light', 'dark'] as const)('the page in its %s theme', (colorScheme) => {
  it.each(TABS)(
    'has no serious violation of accessibility rules in the tab %s',
    async (tab) => {
      const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
      const context = await scene.visitor({ colorScheme });
      const page = await scene.openTab(context, tab);
      for (const summary of await page.locator('[role=tabpanel]:visible details > summary').all())
        await summary.click();
      await page.evaluate(axe);
      const { violations } = await page.evaluate<AxeResults>('axe.run(document)');
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      expect(serious.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`))).toEqual([]);
      await context.close();
    },
    SLOW_MS,
  );
});

it.each(TABS)(
  'the tab %s fits a phone',
  async (tab) => {
    const context = await scene.visitor({ viewport: { width: 360, height: 780 }, hasTouch: true });
    const page = await scene.openTab(context, tab);
    for (const summary of await page.locator('[role=tabpanel]:visible details > summary').all())
      await summary.click();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
    // Safari on iOS zooms in when a field with text below 16 px gets the focus.
    expect(await page.evaluate(FIELDS_OF_SMALL_TEXT)).toEqual([]);
    expect(await page.evaluate(CUT_CHOICES)).toEqual([]);
    await screenshot(page, `phone-${tab}`);
    await context.close();
  },
  SLOW_MS,
);

const FIELDS_OF_SMALL_TEXT = `[...document.querySelectorAll('input[type=text], input[type=password], select')]
  .filter((field) => field.checkVisibility() && parseFloat(getComputedStyle(field).fontSize) < 16)
  .map(({ id, value }) => id + ': ' + value)`;

/** Script that returns the options that are too wide for their select element. */
const CUT_CHOICES = `[...document.querySelectorAll('select')].filter((select) => select.checkVisibility()).flatMap((select) => {
  const { font, paddingLeft, paddingRight } = getComputedStyle(select);
  const context = document.createElement('canvas').getContext('2d');
  context.font = font;
  const room = select.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight) - 16;
  return [...select.options].map(({ text }) => text).filter((text) => context.measureText(text).width > room);
})`;

it.each([360, 390, 1160])('the tools of the canvas are one row on a screen %i pixels wide', async (width) => {
  const context = await scene.visitor({ viewport: { width, height: 780 }, hasTouch: true });
  const page = await scene.openTab(context, 'edit');
  const bar = page.getByRole('toolbar', { name: 'Tools' });
  await bar.waitFor();
  const boxes = await Promise.all((await bar.getByRole('button').all()).map((tool) => tool.boundingBox()));
  expect(boxes).toHaveLength(11);
  expect(new Set(boxes.map((box) => box?.y)).size).toBe(1);
  for (const box of boxes) {
    // The least size of a target, by WCAG 2.2 (2.5.8).
    expect(box?.width).toBeGreaterThanOrEqual(24);
    expect(box?.height).toBeGreaterThanOrEqual(24);
    // No tool is outside the screen.
    expect((box?.x ?? width) + (box?.width ?? 0)).toBeLessThanOrEqual(width);
  }
  await context.close();
});

it('the page fits a phone even with a long model name', async () => {
  const context = await scene.visitor({ viewport: { width: 360, height: 780 }, hasTouch: true });
  const page = await context.newPage();
  const name = 'IMG_20260101_portraits_of_my_neighbours_cats_large';
  await page.goto(`${scene.url}#/sample?model=${name}`);
  await page.getByText(`The model ${name} is not available here.`).waitFor();
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
  await context.close();
});

it('the tabs are one stop of the Tab key, and arrow keys move between them', async () => {
  const context = await scene.visitor();
  const page = await scene.openTab(context, 'sample');
  const focused = (): Promise<string> => page.evaluate('document.activeElement.id');
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('tab-sample');
  for (const [key, tab] of [
    ['ArrowRight', 'edit'],
    ['End', 'inspect'],
    ['ArrowRight', 'sample'],
    ['ArrowLeft', 'inspect'],
    ['Home', 'sample'],
  ] as const) {
    await page.keyboard.press(key);
    await expect.poll(focused).toBe(`tab-${tab}`);
    await page.locator(`#tab-${tab}[aria-selected=true]`).waitFor();
    await page.locator(`#panel-${tab}:visible`).waitFor();
    expect(await page.locator('[role=tabpanel]:visible').count()).toBe(1);
    await expect.poll(async () => (await page.title()).toLowerCase()).toBe(`${tab} · isonoise`);
  }
  await page.keyboard.press('Tab');
  expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toBe('Dark theme');
  await context.close();
});

it('the Sample tab names the fault of a request, and says what to do', async () => {
  const context = await scene.visitor();
  const page = await scene.openTab(context, 'sample');
  await page.getByRole('button', { name: 'Generate', disabled: false }).waitFor();
  await page.getByLabel('Seed', { exact: true }).fill('18446744073709551616');
  await page.getByText('from 0 to 2⁶⁴ − 1').waitFor();
  await page.getByRole('button', { name: 'Generate', disabled: true }).waitFor();
  await page.goto(`${scene.url}#/sample?model=nobody`);
  await page.getByText('The model nobody is not available here.').waitFor();
  const model = page.getByLabel('Model', { exact: true });
  expect(await model.getAttribute('aria-invalid')).toBe('true');
  const described = await model.getAttribute('aria-describedby');
  expect(await page.locator(`[id="${described}"]`).textContent()).toContain(
    'The model nobody is not available here.',
  );
  // The page does not draw for a link with an unknown sampler.
  await page.goto(`${scene.url}#/sample?model=mnist&sampler=leapfrog&seed=3`);
  await page.getByText('the unknown sampler leapfrog. Nothing was drawn.').waitFor();
  await expect.poll(() => page.getByText('the initial noise of the seed').count()).toBe(1);
  // A link may request values that the model does not have, even in a folded part of the form.
  await page.goto(`${scene.url}#/sample?model=mnist&class=cat&sampler=ddim&eta=3`);
  await page.getByText('mnist has no class cat.').waitFor();
  await page.getByText('From 0 to 1.').waitFor();
  await page.getByLabel('Class', { exact: true }).selectOption('3');
  await page.getByLabel('Noise η').fill('0');
  await page.getByRole('button', { name: 'Generate', disabled: false }).waitFor();
  await context.close();
});

it('the Sample tab shows the settings of the chosen sampler and no others', async () => {
  const context = await scene.visitor();
  const page = await scene.openTab(context, 'sample');
  await page.getByText('Advanced', { exact: true }).click();
  for (const sampler of samplersFor('diffusion')) {
    await page.getByLabel('Sampler', { exact: true }).selectOption(sampler);
    for (const name of settingNames) {
      const setting = settingOf(name);
      const field = page.getByLabel(labelOf(setting), { exact: true });
      // A setting that needs a second setting is hidden until the second one is on.
      const isShown = settingsOf(sampler).includes(name) && setting.needs === undefined;
      await field.waitFor({ state: isShown ? 'visible' : 'detached' });
      if (!isShown) continue;
      const usual = setting.fromModel === true ? '' : settingText(samplers[sampler].settings[name] ?? null);
      expect(await field.inputValue(), `${name} of ${sampler}`).toBe(usual);
    }
  }
  await page.getByLabel(samplerSettings.thresholding.label).selectOption('true');
  await page.getByLabel(samplerSettings.thresholdRatio.label).fill('2');
  await page.getByText('From 0 to 1.').waitFor();
  await context.close();
});

it('the Sample tab without models offers to open a file and does not mention the first noise', async () => {
  const context = await scene.visitor();
  const noise = (page: Page): Promise<number> => page.getByText('the initial noise of the seed').count();
  const page = await context.newPage();
  await page.route('**/v1/models', (route) => route.fulfill({ json: { models: [] } }));
  await page.goto(`${scene.url}#/sample`);
  const model = page.getByLabel('Model', { exact: true });
  await model.and(page.locator(':has(option:text-is("none available"))')).waitFor();
  await page.getByRole('button', { name: 'Open a file' }).waitFor();
  expect(await noise(page)).toBe(0);
  const other = await scene.openTab(context, 'sample');
  await other.getByRole('button', { name: 'Generate', disabled: false }).waitFor();
  await expect.poll(() => noise(other)).toBe(1);
  await context.close();
});

it('the Train tab unfolds the part of the form that has an invalid value', async () => {
  const context = await scene.visitor();
  const page = await scene.openTab(context, 'train');
  const fold = page.getByText('Network, seed and device');
  await fold.click();
  await page.getByLabel('Channels, finest level first').fill('7');
  await fold.click();
  await page.getByLabel('Number of steps', { exact: true }).press('Enter');
  await page.getByText('Up to 5 multiples of 8').waitFor();
  await expect.poll(() => page.evaluate('document.activeElement.value')).toBe('7');
  await context.close();
});

/** Script that collects in `written` every text drawn on a canvas. */
const WATCH_WRITING = `
  globalThis.written = new Set();
  const write = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
    written.add(text);
    write.call(this, text, ...place);
  };
`;

it('a logarithmic axis labels powers of ten', async () => {
  const context = await scene.visitor();
  await context.addInitScript(WATCH_WRITING);
  const page = await scene.openTab(context, 'inspect');
  // The axis runs from 3e4 down to 2e-9.
  const decades = ['10,000', '10', '0.01', '1e-5', '1e-8'];
  await expect.poll(() => page.evaluate<string[]>('[...written]')).toEqual(expect.arrayContaining(decades));
  await context.close();
});

it('an axis of timesteps has whole numbers, even for few timesteps', async () => {
  const context = await scene.visitor();
  await context.addInitScript(WATCH_WRITING);
  const page = await scene.openTab(context, 'inspect');
  await page.getByLabel('Noise schedule').selectOption('linear');
  await page.evaluate('written.clear()');
  await page.getByRole('slider', { name: 'Training timesteps T' }).fill('30');
  const written = (): Promise<string[]> => page.evaluate<string[]>('[...written]');
  await expect.poll(written).toEqual(expect.arrayContaining(['0', '5', '10', '15', '20', '25']));
  // An axis with fractional ticks would have one at 7.5. No other axis on the page has this tick.
  expect(await written()).not.toContain('7.5');
  await context.close();
});

it('the server rejects a site whose name was rebound to this machine', async () => {
  const context = await scene.visitor();
  const page = await context.newPage();
  const rebound = scene.url.replace('127.0.0.1', 'rebound.test');
  for (const where of ['', 'v1/models', 'models/mnist/isonoise.json']) {
    const answer = await page.goto(rebound + where);
    expect(answer?.status(), where).toBe(421);
    expect(await answer?.text()).toContain('HOST_NOT_ALLOWED');
  }
  await context.close();
});

it('the page keeps a chosen theme', async () => {
  const context = await scene.visitor({ colorScheme: 'light' });
  const page = await scene.openTab(context, 'inspect');
  const scheme = (): Promise<string> =>
    page.evaluate('getComputedStyle(document.documentElement).colorScheme');
  await page.getByRole('button', { name: 'Dark theme' }).click();
  await expect.poll(scheme).toBe('dark');
  await page.reload();
  await page.getByRole('button', { name: 'Dark theme', pressed: true }).waitFor();
  expect(await scheme()).toBe('dark');
  await screenshot(page, 'inspect-dark');
  await context.close();
});

it('the page asks for an API key if the server requires one', async () => {
  const context = await scene.visitor();
  const page = await context.newPage();
  await page.goto(`${await scene.lockedUrl('secret')}#/compare`);
  await page.getByText('The server requires a key').waitFor();
  await page.getByLabel('API key').fill('wrong');
  await press(page, 'Use this key');
  await page.getByText('the key in Authorization is wrong').waitFor();
  await page.getByLabel('API key').fill('secret');
  await press(page, 'Use this key');
  await page.getByLabel('Model', { exact: true }).and(page.locator(':has(option[value=mnist])')).waitFor();
  await context.close();
});
