import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Listening, serve } from '@isonoise/server';
import type { BrowserContext, Request } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { isonoise } from '../../packages/cli/testdata/isonoise-command.ts';
import { drawn, fillRequest, PageScene, press } from './page-scene.ts';

const SETUP_MS = 240_000;
const SLOW_MS = 240_000;

const scene = new PageScene();
beforeAll(() => scene.open(), SETUP_MS);
afterAll(() => scene.close());

/** Returns the uncompressed length of a file; `fetch` would request it compressed. */
async function plainLength(url: string): Promise<number> {
  const sent = httpRequest(url, { method: 'HEAD', headers: { 'Accept-Encoding': 'identity' } }).end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  answer.resume();
  return Number(answer.headers['content-length'] ?? 0);
}

it('the page loads the files for its first picture compressed to less than half of their size', {
  timeout: SLOW_MS,
}, async () => {
  const context = await scene.visitor();
  const requests: Request[] = [];
  context.on('requestfinished', (request) => requests.push(request));
  const page = await scene.openSample(context);
  await fillRequest(page);
  await press(page, 'Generate');
  await drawn(page);

  const codings = new Map<string, string>();
  let [sent, plain, ofModels] = [0, 0, 0];
  for (const request of requests.filter((each) => each.url().startsWith(scene.url))) {
    const response = await request.response();
    if (response === null || response.status() !== 200) continue;
    const { pathname } = new URL(request.url());
    codings.set(
      pathname.replace(/-[\w-]{8}(?=\.\w+$)/, ''),
      (await response.allHeaders())['content-encoding'] ?? '',
    );
    const { responseBodySize } = await request.sizes();
    sent += responseBodySize;
    if (pathname.startsWith('/models/')) ofModels += responseBodySize;
    plain += pathname.startsWith('/v1/') ? responseBodySize : await plainLength(request.url());
  }
  await context.close();
  expect(codings.get('/assets/ort-wasm-simd-threaded.wasm')).toBe('br');
  expect(codings.get('/models/mnist/unet/model.onnx')).toBe('br');
  expect(codings.get('/assets/index.js')).toBe('br');
  // Compression reduces WebAssembly from 14 MB to 2.7 MB, and the model from 3.6 MB to 3.2 MB.
  expect(plain).toBeGreaterThan(17e6);
  expect(sent).toBeLessThan(0.45 * plain);
  console.info(`until the first picture: ${sent - ofModels} bytes of the page, ${ofModels} of the model`);
  expect(sent - ofModels).toBeLessThan(4.3e6);
});

/** Exports the shipped digits with int8 weights, and serves them alone. */
async function serveInt8(folder: string): Promise<Listening> {
  const root = join(import.meta.dirname, '../..');
  const out = join(folder, 'mnist');
  const { code, stderr } = await isonoise([
    ...['export-onnx', join(root, 'models/mnist'), '--out', out, '--precision', 'int8', '--samples', '1'],
  ]);
  expect(code, stderr).toBe(0);
  const sizes = [out, join(root, 'models/mnist')].map((model) => stat(join(model, 'unet/model.onnx')));
  const [int8, float32] = (await Promise.all(sizes)).map(({ size }) => size);
  console.info(`unet/model.onnx: ${int8} of ${float32} bytes with int8 weights`);
  expect(Number(int8) / Number(float32)).toBeLessThan(0.3);
  return serve(await createServer({ models: folder, page: inject('page') }), { port: 0 });
}

it('the first picture of a model with int8 weights costs at most 6 MB in all', {
  timeout: 2 * SLOW_MS,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'isonoise-int8-'));
  let server: Listening | undefined;
  let context: BrowserContext | undefined;
  try {
    server = await serveInt8(folder);
    context = await scene.visitor();
    const requests: Request[] = [];
    context.on('requestfinished', (request) => requests.push(request));
    const page = await context.newPage();
    await page.goto(`${server.url}#/sample`);
    await page.getByRole('button', { name: 'Generate', disabled: false }).waitFor();
    await fillRequest(page);
    await press(page, 'Generate');
    await drawn(page);
    let [sent, ofModel] = [0, 0];
    for (const request of requests) {
      const { responseBodySize } = await request.sizes();
      sent += responseBodySize;
      if (request.url().endsWith('.onnx')) ofModel += responseBodySize;
    }
    console.info(`until the first picture with int8 weights: ${sent} bytes, ${ofModel} of them the graph`);
    expect(ofModel).toBeGreaterThan(0.5e6);
    expect(sent).toBeLessThan(6e6);
  } finally {
    await context?.close();
    await server?.stop(0);
    await rm(folder, { recursive: true, force: true });
  }
});
