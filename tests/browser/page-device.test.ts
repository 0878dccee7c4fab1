// Tests how drawing uses the device: the page's own thread, and a GPU.
import { decodeNpy } from '@isonoise/picture';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { longestTask } from './long-tasks.ts';
import { downloaded, drawn, PageScene, press, TINY } from './page-scene.ts';

/** A page draws a few small images in seconds, but takes much longer on a busy machine. */
const SLOW_MS = 240_000;

/** Names of the providers on the page. */
const PROVIDERS: Readonly<Record<string, string>> = { wasm: 'CPU, WebAssembly', webgpu: 'GPU, WebGPU' };

const scene = new PageScene();
beforeAll(() => scene.open(), SLOW_MS);
afterAll(() => scene.close());

it(
  'the page is never blocked for a tenth of a second while it loads a model and draws',
  async () => {
    const context = await scene.visitor();
    const page = await scene.openSample(context);
    const field = (name: string): Locator => page.getByRole('textbox', { name, exact: true });
    const drawing = async (what: string): Promise<void> => {
      const longest = await longestTask(page, async () => {
        await press(page, 'Generate');
        await drawn(page);
      });
      console.log(`the page while it drew ${what}: longest task ${longest.toFixed(1)} ms`);
      expect(longest).toBeLessThan(100);
    };
    // This draws with the defaults of the form, except for fewer steps.
    await field('Steps').fill('4');
    await drawing('twenty digits, guided');
    // This draws the largest number of images.
    await page.getByLabel('Model', { exact: true }).selectOption(TINY.name);
    await field('Images').fill('1024');
    await drawing('1024 images of 8 × 6');

    // A control: a long task is recorded.
    const blocked = await longestTask(page, async () => {
      await page.evaluate(`new Promise((resolve) => setTimeout(() => {
        let sum = 0;
        for (let i = 0; i < 1e9; i++) sum += Math.sqrt(i);
        setTimeout(resolve, 0, sum);
      }))`);
    });
    expect(blocked).toBeGreaterThan(100);
    await context.close();
  },
  SLOW_MS,
);

it(
  'if WebGPU is chosen by name, the page draws on it or says why it cannot',
  async () => {
    const context = await scene.visitor();
    const page = await scene.openSample(context);
    await page.getByLabel('Model', { exact: true }).selectOption(TINY.name);
    await page.getByLabel('Steps', { exact: true }).fill('5');
    await page.getByText('Advanced').click();
    const numbers = async (device: string): Promise<Float32Array | string> => {
      await page.getByLabel('Runs on').selectOption(device);
      await press(page, 'Generate');
      const facts = page.locator('.facts:visible').getByText(`${PROVIDERS[device]} · requested`);
      const failure = page
        .getByRole('alert')
        .getByText('This device cannot run the model on the chosen provider');
      await facts.or(failure).waitFor({ timeout: SLOW_MS });
      if (await failure.isVisible()) return (await page.getByRole('alert').textContent()) ?? '';
      await drawn(page);
      return Float32Array.from(decodeNpy(await downloaded(page, /NumPy/)).data);
    };
    const there = await numbers('webgpu');
    if (typeof there === 'string') {
      console.log(`WebGPU in the page: absent: ${there}`);
      expect(there).toMatch(/webgpu: (WebGPU found no adapter|this browser has no WebGPU)/);
    } else {
      console.log('WebGPU in the page: available');
      const here = await numbers('wasm');
      const apart = Array.from(there, (value, i) => Math.abs(value - Number(here[i])));
      expect(apart).toHaveLength(20 * 3 * 6 * 8);
      // A GPU sums in a different order, and the differences add up over five steps. For comparison, half a grey
      // level is 4e-3.
      expect(Math.max(...apart)).toBeLessThan(1e-4);
    }
    await context.close();
  },
  SLOW_MS,
);
