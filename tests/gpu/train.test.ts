// Runs the real command on devices that may be absent. A software renderer is slow, so the images are small.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeRandomImages } from '../../packages/cli/testdata/random-images.ts';
import { vulkanDrivers } from '../../scripts/parity/vulkan.ts';

const MAIN = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));
const STEPS = 2;
const RECIPE = [
  ...['--size', '8', '--channels', '8,8', '--optimizer', 'adamw', '--batch-size', '2'],
  ...['--steps', String(STEPS), '--sample-every', '0'],
];

let root = '';
let expected: readonly number[];
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-gpu-'));
  await writeRandomImages(join(root, 'images'), 4, 8);
  expected = (await train('cpu')) as readonly number[];
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** Trains from the same seed. @returns the loss of each step, or why the device is absent */
async function train(provider: string, driver: NodeJS.ProcessEnv = {}): Promise<readonly number[] | string> {
  const name = `${provider}-${Object.keys(driver).length}`;
  const words = [
    ...['train', '--dataset', join(root, 'images'), '--runs', root, '--name', name],
    ...['--provider', provider, '--quiet', ...RECIPE],
  ];
  const child = spawn(
    process.execPath,
    ['--conditions=@isonoise/source', '--import', 'tsx', MAIN, ...words],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...env, ...driver },
    },
  );
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  if (code !== 0) {
    // A failure is accepted only if the device is missing.
    expect(said).toContain(
      `CLI_ENGINE_UNAVAILABLE: onnxruntime: a session on provider ${provider} could not be created`,
    );
    return said.slice(said.indexOf('error ')).replaceAll(/\s+/g, ' ');
  }
  const lines = (await readFile(join(root, name, 'metrics.jsonl'), 'utf8')).trim().split('\n');
  return lines.map((line): number => JSON.parse(line).loss);
}

const DRIVERS = {
  cuda: [{ name: "the machine's driver", env: { NVIDIA_TF32_OVERRIDE: '0' } }],
  webgpu: vulkanDrivers(),
} as const;

// GPUs sum in a different order. A relative difference of 2e-7 was measured with SwiftShader.
const TOLERANCE = 1e-5;

it.each(['cuda', 'webgpu'] as const)(
  'train --provider %s has the losses of the CPU, or reports the absent device',
  async (provider) => {
    expect(expected).toHaveLength(STEPS);
    for (const driver of DRIVERS[provider]) {
      const losses = await train(provider, driver.env);
      if (typeof losses === 'string') {
        console.log(`${provider}, ${driver.name}: absent: ${losses}`);
        continue;
      }
      expect(losses).toHaveLength(STEPS);
      // The second loss depends on the gradients and the Adam update of the first step.
      const apart = Math.max(...losses.map((loss, i) => Math.abs(loss - (expected[i] ?? Number.NaN)) / loss));
      console.log(`${provider}, ${driver.name}: losses apart by ${apart}`);
      expect(apart).toBeLessThan(TOLERANCE);
    }
  },
  600_000,
);
