import { readFileSync } from 'node:fs';
import path from 'node:path';

const MANIFEST = path.resolve(import.meta.dirname, '../../models/mnist/isonoise.json');

/** Returns the SHA-256 of the PNG in the golden record of the shipped model. */
export function goldenPng(): string {
  const { golden } = JSON.parse(readFileSync(MANIFEST, 'utf8')) as { golden: { pngSha256: string } };
  return golden.pngSha256;
}

/**
 * A module that a user of the package could write. It runs on every platform, draws the image of the golden record
 * and returns the SHA-256 of its PNG.
 */
export const drawModule = `import { contactSheet, createDenoiser, createModel, encodeGif, encodePng } from 'isonoise';

export async function drawGolden(source, options) {
  const handle = await createDenoiser(source, options);
  const model = createModel(handle);
  const { seed, sampler, steps, settings, class: label, guidance } = handle.golden;
  const { channels, height, width } = model.spec.image;
  const request = { seed, sampler, steps, guidance, ...settings };
  if (label !== null) request.class = label;
  let image = new Float32Array();
  for await (const { x } of model.sample(request)) image = x.slice();
  await model.dispose();
  const picture = contactSheet(image, [1, channels, height, width], { gap: 0 });
  if (encodeGif([picture, picture]).length < 100) throw new Error('no GIF');
  const digest = await crypto.subtle.digest('SHA-256', encodePng(picture));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
`;

/**
 * The script of a page that uses {@link drawModule}. It also reports errors, so that a test fails with the error
 * instead of waiting for its time limit.
 */
export const pageModule = `import { drawGolden } from './draw.js';

drawGolden('/models/mnist').then(
  (hash) => { globalThis.drawn = hash; },
  (error) => { globalThis.drawn = String(error); },
);
`;

export const pageHtml = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8" /><title>consumer</title></head>
  <body><script type="module" src="/main.js"></script></body>
</html>
`;

/** A program for Node, Bun and Deno. */
export const nodeProgram = `import { drawGolden } from './draw.js';

console.log(await drawGolden('models/mnist', { provider: 'cpu' }));
`;
