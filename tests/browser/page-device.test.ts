// Tests how drawing uses the GPU of the device.
import { decodeNpy } from '@isonoise/picture';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { downloaded, drawn, PageScene, press, TINY } from './page-scene.ts';

/** A page draws a few small images in seconds, but takes much longer on a busy machine. */
const SLOW_MS = 240_000;

/** Names of the providers on the page. */
const PROVIDERS: Readonly<Record<string, string>> = { wasm: 'CPU, WebAssembly', webgpu: 'GPU, WebGPU' };

const scene = new PageScene();
beforeAll(() => scene.open(), SLOW_MS);
afterAll(() => scene.close());

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
      expect(there).toMatch(/webgpu: (no adapter was found|this browser does not support it)/);
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
