import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Request } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
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
