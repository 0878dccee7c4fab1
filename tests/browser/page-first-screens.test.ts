import { afterAll, beforeAll, expect, it } from 'vitest';
import { drawn, PageScene } from './page-scene.ts';

const SETUP_MS = 240_000;
const SLOW_MS = 240_000;
const scene = new PageScene();
beforeAll(() => scene.open(), SETUP_MS);
afterAll(() => scene.close());

it(
  'clicking an example in the sample sheet draws more images of its class',
  async () => {
    const context = await scene.visitor();
    const page = await scene.openSample(context);
    const examples = page.getByRole('region', { name: 'Examples' });
    await page.getByLabel('Model', { exact: true }).selectOption('mnist');
    // The sheet has thirty images and takes the ten classes in turn.
    const buttons = examples.getByRole('button', { name: 'Draw 3' });
    await buttons.first().waitFor();
    await expect.poll(() => buttons.count()).toBe(3);
    await page.getByRole('textbox', { name: 'Steps' }).fill('5');
    await buttons.last().focus();
    await page.keyboard.press('Enter');
    await drawn(page);
    await expect.poll(() => page.getByLabel('Class', { exact: true }).inputValue()).toBe('3');
    await expect.poll(() => new URL(page.url()).hash).toContain('class=3');
    await page.getByRole('button', { name: /^Image 7, class 3/ }).waitFor();
    // The drawn images replace the examples.
    await examples.waitFor({ state: 'detached' });
    await context.close();
  },
  SLOW_MS,
);

it(
  'choosing one of the suggested starts fills in the form of a run',
  async () => {
    const context = await scene.visitor();
    const page = await context.newPage();
    await page.goto(`${scene.url}#/train`);
    await page.getByRole('img', { name: '24 handwritten digits' }).waitFor();
    await page.getByRole('img', { name: 'A digit that appears from noise, in seven images' }).waitFor();
    await page.getByRole('button', { name: 'A trained model' }).click();
    const from = page.getByLabel('Begin with').locator('visible=true');
    await expect.poll(() => from.inputValue()).not.toBe('');
    await expect.poll(() => page.getByLabel('Your images').isChecked()).toBe(true);
    // The focus is on the heading of the form.
    await expect.poll(() => page.evaluate('document.activeElement?.textContent')).toBe('Train a model here');
    await page.getByRole('button', { name: 'Digits' }).click();
    await expect.poll(() => from.inputValue()).toBe('');
    await expect.poll(() => page.getByLabel('MNIST digits').isChecked()).toBe(true);
    await context.close();
  },
  SLOW_MS,
);

it(
  'a link to an unknown tab shows a note until another address is opened',
  async () => {
    const context = await scene.visitor();
    const page = await context.newPage();
    await page.goto(`${scene.url}#/nowhere?seed=1`);
    const note = page.getByText('This page has no tab “nowhere”');
    await note.waitFor();
    await page.getByText('Nothing was drawn.').waitFor();
    // Opening the Sample tab itself changes only the address.
    await page.evaluate("location.hash = '#/sample'");
    await note.waitFor({ state: 'detached' });
    await context.close();
  },
  SLOW_MS,
);

it(
  'controls that have no effect explain why',
  async () => {
    const context = await scene.visitor();
    const page = await scene.openSample(context);
    await page.getByLabel('Model', { exact: true }).selectOption('mnist');
    await page.getByLabel('Class', { exact: true }).selectOption('');
    const guidance = page.getByRole('textbox', { name: 'Guidance' });
    await expect.poll(() => guidance.isDisabled()).toBe(true);
    const hint = await guidance.getAttribute('aria-describedby');
    expect(await page.locator(`[id="${hint}"]`).textContent()).toBe('Needs a class, or a guide.');
    const save = page.getByRole('button', { name: /Save run/ });
    expect(await save.getAttribute('title')).toBe('Only a run in progress or a cancelled one can be saved.');
    // On every tab, each control without an effect shows a reason.
    for (const tab of ['Sample', 'Edit', 'Compare', 'Train', 'Inspect']) {
      await page.getByRole('tab', { name: tab }).click();
      await page.locator('[role=tabpanel]:visible .card').first().waitFor();
      const silent = (): Promise<string[]> =>
        page.evaluate(`
        [...document.querySelectorAll(':disabled, [aria-disabled="true"]')]
          .filter((each) => each.checkVisibility())
          .filter((each) => {
            const ids = each.getAttribute('aria-describedby');
            const text = ids === null ? '' : (document.getElementById(ids)?.textContent ?? '');
            return text === '' && (each.title === '' || each.title === each.ariaLabel);
          })
          .map((each) => each.outerHTML)`);
      await expect.poll(silent, { message: tab }).toEqual([]);
    }
    await context.close();
  },
  SLOW_MS,
);
