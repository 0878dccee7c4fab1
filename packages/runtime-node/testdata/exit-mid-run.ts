// A program that exits with code 3 while the model computes. It runs from TypeScript source.
import { memoryFiles, readBundle, writeBundle } from '@isonoise/bundle';
import { createDenoiser } from '../src/create-denoiser.ts';
import { convDenoiser, convSpec } from './conv-denoiser.ts';

const image = { channels: 1, height: 64, width: 64 };
const spec = { ...convSpec, image, classes: null };
const files = memoryFiles();
const networkConfig = { sample_size: 64, in_channels: 1 };
await writeBundle(files, { spec, networkConfig, onnx: convDenoiser({ spec, width: 64, depth: 10 }) });
const { denoise } = await createDenoiser(await readBundle(files), { provider: 'cpu', threads: 1 });
// This call takes about 400 ms. The process exits before it ends.
void denoise(new Float32Array(8 * 64 * 64), new Float32Array(8));
setTimeout(() => process.exit(3), 100);
