import '@tensorflow/tfjs-backend-cpu';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { exportBundle } from '@isonoise/export';
import { nodeFiles } from '@isonoise/runtime-node';
import { decode } from 'fast-png';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cpuSession, smallModel } from '../../packages/export/testdata/small-networks.ts';
import { buildPage } from '../../scripts/lab/build-page.ts';
import { launchChromium } from '../../scripts/lab/chromium.ts';
import { type StaticServer, serveFolders } from '../../scripts/lab/static-server.ts';
import { drawDigits } from './fixtures/ten-lines/ten-lines.ts';

const MODELS = path.resolve(import.meta.dirname, '../../models');
const fixture = (name: string): string => path.join(import.meta.dirname, 'fixtures', name);

let folder: string;
let browser: Browser;
let server: StaticServer;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'isonoise-page-'));
  await buildPage(fixture('ten-lines'), path.join(folder, 'ten-lines'));
  await buildPage(fixture('small-page'), path.join(folder, 'small-page'));
  browser = await launchChromium();
  await exportBundle(nodeFiles(path.join(folder, 'own', 'clear')), {
    ...smallModel({ channels: 4 }),
    createSession: (onnx) => cpuSession(onnx, 1),
    referenceBackend: 'cpu',
    card: {},
    sheet: { count: 1, steps: 1 },
  });
  const folders = {
    '/': path.join(folder, 'ten-lines'),
    '/models': MODELS,
    '/own': path.join(folder, 'own'),
  };
  server = await serveFolders({ folders, isolated: true });
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
  await rm(folder, { recursive: true });
});

it('the same file draws the same PNG, byte for byte, in Node and in a page', async () => {
  const page = await browser.newPage();
  await page.goto(server.url);
  const there = await page.evaluate<number[]>(`drawDigits('/models/mnist')`);
  const here = await drawDigits(path.join(MODELS, 'mnist'));
  expect(here.length).toBeGreaterThan(1000);
  expect(there).toEqual([...here]);
});

it('a page and Node draw the same PNG of an image with alpha, byte for byte', async () => {
  const page = await browser.newPage();
  await page.goto(server.url);
  const there = await page.evaluate<number[]>(`drawDigits('/own/clear', 1)`);
  const here = await drawDigits(path.join(folder, 'own', 'clear'), 1);
  const { channels, width, data } = decode(here);
  expect([channels, width]).toEqual([4, 8]);
  // The image has transparent, opaque and other pixels.
  expect(new Set(data.filter((_, i) => i % 4 === 3)).size).toBeGreaterThan(2);
  expect(there).toEqual([...here]);
});

describe('the code of a page that loads a model and samples', () => {
  const scripts = async (): Promise<{ readonly name: string; readonly text: string }[]> => {
    const assets = path.join(folder, 'small-page', 'assets');
    const names = (await readdir(assets)).filter((name) => /\.m?js$/.test(name));
    return Promise.all(
      names.map(async (name) => ({ name, text: await readFile(path.join(assets, name), 'utf8') })),
    );
  };
  const isOnnxRuntime = (name: string): boolean => name.startsWith('ort');

  it('has less than 88 kB of gzipped JavaScript, not counting ONNX Runtime', async () => {
    const ours = (await scripts()).filter(({ name }) => !isOnnxRuntime(name));
    const bytes = ours.reduce((sum, { text }) => sum + gzipSync(text, { level: 9 }).length, 0);
    // The current size is 87.1 kB. It includes 21 scheduler classes, and 32 samplers, edits, windows and blends in both the page
    // and the worker.
    expect(bytes).toBeLessThan(88_000);
    // The sum includes at least the scripts of the page and of the worker.
    expect(ours.length).toBeGreaterThanOrEqual(2);
  });

  it('contains neither TensorFlow.js nor code for Node', async () => {
    for (const { name, text } of await scripts()) {
      expect({ name, tfjs: /tensorflow|tfjs|WEBGL_VERSION/i.test(text) }).toEqual({ name, tfjs: false });
      // ONNX Runtime's own loader checks whether it runs in Node.
      if (isOnnxRuntime(name)) continue;
      const node = /onnxruntime-node|node:(fs|path|worker_threads)|__vite-browser-external/.exec(text)?.[0];
      expect({ name, node }).toEqual({ name, node: undefined });
    }
  });
});
