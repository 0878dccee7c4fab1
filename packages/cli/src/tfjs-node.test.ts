import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it } from 'vitest';
import { explainTfjsNodeFailure, loadTfjsNode } from './tfjs-node.ts';

const nodeIsTooNew = Number(process.versions.node.split('.')[0]) >= 23;
const folder = installedFolder();
const addonIsBuilt =
  folder !== undefined &&
  existsSync(join(folder, 'lib')) &&
  readdirSync(join(folder, 'lib')).some((napi) => existsSync(join(folder, 'lib', napi, 'tfjs_binding.node')));

const scratch = mkdtempSync(join(tmpdir(), 'tfjs-node-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** Returns the real folder of the npm package; undefined if optional dependencies were left out. */
function installedFolder(): string | undefined {
  const link = fileURLToPath(new URL('../node_modules/@tensorflow/tfjs-node', import.meta.url));
  return existsSync(link) ? realpathSync(link) : undefined;
}

/** Returns the error of `import('@tensorflow/tfjs-node')` in a new process that resolves modules from `cwd`. */
function importErrorIn(cwd: string): Error {
  const script = `import('@tensorflow/tfjs-node').then(
    () => console.log('{}'), ({ code, message }) => console.log(JSON.stringify({ code, message })))`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd,
    encoding: 'utf8',
  });
  const { message, ...rest } = JSON.parse(stdout);
  return Object.assign(new Error(message), rest);
}

/** Returns a new folder in which tfjs-node is installed with its dependencies, but without its addon. */
function withoutAddon(installed: string): string {
  const modules = join(scratch, 'without-addon', 'node_modules');
  const copy = join(modules, '@tensorflow', 'tfjs-node');
  mkdirSync(copy, { recursive: true });
  for (const part of ['dist', 'package.json']) {
    cpSync(join(installed, part), join(copy, part), { recursive: true });
  }
  const beside = dirname(dirname(installed));
  for (const name of readdirSync(beside)) {
    if (name !== '@tensorflow') symlinkSync(join(beside, name), join(modules, name), 'junction');
  }
  symlinkSync(join(beside, '@tensorflow', 'tfjs'), join(modules, '@tensorflow', 'tfjs'), 'junction');
  // tfjs-node also imports tfjs-core, although it is not one of its dependencies.
  const core = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-core/package.json'));
  symlinkSync(realpathSync(core), join(modules, '@tensorflow', 'tfjs-core'), 'junction');
  return dirname(modules);
}

describe('loadTfjsNode', () => {
  it(
    addonIsBuilt ? 'loads a backend that computes gradients' : 'explains how to install a missing addon',
    async () => {
      if (!addonIsBuilt || nodeIsTooNew) {
        const error: unknown = await loadTfjsNode().catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({ code: 'CLI_ENGINE_UNAVAILABLE' });
        expect(String(error)).toContain(
          nodeIsTooNew ? 'expected Node 20 or 22' : 'pnpm setup:tfjs-node --libtensorflow',
        );
        return;
      }
      expect(await loadTfjsNode()).toBe(tf);
      expect(tf.getBackend()).toBe('tensorflow');
      // d/dw Σ conv2d(x, w), with x = 0…8 as 3×3 and w 2×2, is exact: the sum of the four pixels under each weight.
      const x = tf.reshape<tf.Rank.R4>(tf.range(0, 9), [1, 3, 3, 1]); // [B, H, W, C]
      const w = tf.variable<tf.Rank.R4>(tf.ones([2, 2, 1, 1]), true, 'w');
      const loss = (): tf.Scalar => tf.sum(tf.conv2d(x, w, 1, 'valid'));
      const { value, grads } = tf.variableGrads(loss, [w]);
      expect(await value.data()).toEqual(Float32Array.of(64));
      expect(await grads.w?.data()).toEqual(Float32Array.of(8, 12, 20, 24));
    },
  );
});

describe('explainTfjsNodeFailure', () => {
  it('reports that the npm package is missing', () => {
    const cause = importErrorIn(scratch);
    const error = explainTfjsNodeFailure(cause);
    expect(error.message).toMatch(/the npm package is not installed.*--no-optional/);
    expect(error.message).toContain('pnpm setup:tfjs-node');
    expect(error.cause).toBe(cause);
  });

  it(`reports that the addon is missing (npm package ${folder === undefined ? 'absent' : 'installed'})`, () => {
    const cause = importErrorIn(folder === undefined ? scratch : withoutAddon(folder));
    const missing = folder === undefined ? 'the npm package' : 'its native addon (tfjs_binding.node)';
    expect(explainTfjsNodeFailure(cause).message).toContain(`${missing} is not installed.`);
    expect(explainTfjsNodeFailure(cause).message).toContain('pnpm setup:tfjs-node --libtensorflow <dir>');
  });

  it('gives the reason why an installed addon does not load', () => {
    const cause = new Error('libtensorflow_cc.so.2: cannot open shared object file');
    const error = explainTfjsNodeFailure(cause);
    expect(error.message).toContain('it did not load: libtensorflow_cc.so.2: cannot open shared object file');
    expect(error).toMatchObject({ code: 'CLI_ENGINE_UNAVAILABLE', cause });
  });

  it('reports the supported Node versions if this Node is too new', () => {
    expect(explainTfjsNodeFailure(undefined).message).toMatch(
      /expected Node 20 or 22.*util\.isNullOrUndefined/s,
    );
  });
});
