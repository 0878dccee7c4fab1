import '@tensorflow/tfjs-backend-cpu';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exportBundle } from '@isonoise/export';
import { nodeFiles } from '@isonoise/runtime-node';
import { createServer, type Listening, serve } from '@isonoise/server';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { isonoise } from '../../packages/cli/testdata/isonoise-command.ts';
import { cpuSession, smallModel } from '../../packages/export/testdata/small-networks.ts';
import { launchChromium } from '../../scripts/lab/chromium.ts';
import { downloaded, drawn, press } from './page-scene.ts';

const SETUP_MS = 240_000;
const SLOW_MS = 240_000;

let folder: string;
let browser: Browser;
let server: Listening;

/** Exports and serves a small network with three tags, for colour images of 12 × 8 pixels. */
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'isonoise-page-tags-'));
  const model = path.join(folder, 'small');
  await exportBundle(nodeFiles(model), {
    ...smallModel({ tags: 3, channels: 3, fields: { sample_size: [8, 12] } }),
    createSession: (onnx) => cpuSession(onnx, 1),
    referenceBackend: 'cpu',
    card: {},
    sheet: { count: 1, steps: 1 },
  });
  server = await serve(await createServer({ bundles: [model], page: inject('page') }), { port: 0 });
  browser = await launchChromium();
}, SETUP_MS);
afterAll(async () => {
  await browser?.close();
  await server?.stop(0);
  await rm(folder, { recursive: true, force: true });
});

it(
  'the command, the server and the page draw the same rectangular images with tags, byte for byte',
  async () => {
    const out = path.join(folder, 'cli.png');
    const { code, stderr } = await isonoise([
      ...['sample', path.join(folder, 'small'), '--tags', 'tag 0, tag 2', '--without', 'tag 1'],
      ...[
        '--seed',
        '5',
        '--count',
        '4',
        '--steps',
        '6',
        '--guidance',
        '2',
        '--provider',
        'cpu',
        '--out',
        out,
      ],
    ]);
    expect(code, stderr).toBe(0);
    const command = await readFile(out);

    const answer = await fetch(`${server.url}v1/sample`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        ...{ model: 'small', tags: ['tag 0', 'tag 2'], without: ['tag 1'] },
        ...{ seed: 5, count: 4, steps: 6, guidance: 2 },
      }),
    });
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(command);

    const page = await (await browser.newContext({ acceptDownloads: true })).newPage();
    await page.goto(`${server.url}#/sample`);
    const panel = page.locator('form.request-panel');
    await panel.getByLabel('Model', { exact: true }).selectOption('small');
    await panel.getByLabel('Tags').fill('tag 0, -tag 1');
    // The tag is added by its button.
    await panel.getByRole('button', { name: /^tag 2/ }).click();
    expect(await panel.getByLabel('Tags').inputValue()).toBe('tag 0, tag 2, -tag 1');
    await panel.getByLabel('Seed', { exact: true }).fill('5');
    await panel.getByLabel('Images').fill('4');
    await panel.getByLabel('Steps', { exact: true }).fill('6');
    await panel.getByLabel('Guidance').fill('2');
    await press(page, 'Generate');
    await drawn(page);
    expect(await downloaded(page, 'PNG')).toEqual(command);
    await page.getByRole('button', { name: 'Image 0, tag 0, tag 2' }).waitFor();
  },
  SLOW_MS,
);
