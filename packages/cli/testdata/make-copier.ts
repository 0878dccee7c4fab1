/**
 * Trains a small network on a few pictures until it copies them, and writes `copier.onnx`:
 *
 *   node --conditions=@isonoise/source --import tsx packages/cli/testdata/make-copier.ts
 *
 * This takes about two and a half minutes on a CPU.
 */

import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodePng } from '@isonoise/picture';
import { runCli } from '../src/run-cli.ts';
import { BLOBS_SIZE, blobs, COPIED } from './blobs.ts';

const root = await mkdtemp(join(tmpdir(), 'isonoise-copier-'));
const images = join(root, 'blobs');
await mkdir(images);
for (let i = 0; i < COPIED; i++) {
  const picture = { width: BLOBS_SIZE, height: BLOBS_SIZE, channels: 1 as const, data: blobs(i, 1) };
  await writeFile(join(images, `${String(i).padStart(3, '0')}.png`), encodePng(picture));
}
const model = join(root, 'model');
const train = ['--dataset', images, '--grayscale', '--preset', 'quick', '--optimizer', 'adam', '--channels', '16,24'];
const recipe = ['--steps', '6000', '--batch-size', '20', '--learning-rate', '0.003', '--ema-decay', '0.995'];
const place = ['--name', 'copier', '--runs', join(root, 'runs')];
const code =
  (await runCli(['train', ...train, ...recipe, ...place, '--sample-every', '0', '--checkpoint-every', '1000'])) ||
  (await runCli(['export-onnx', join(root, 'runs', 'copier'), '--out', model, '--fp16', '--samples', '20']));
if (code === 0) {
  await copyFile(join(model, 'unet', 'model.onnx'), fileURLToPath(new URL('copier.onnx', import.meta.url)));
  await rm(root, { recursive: true });
}
process.exitCode = code;
