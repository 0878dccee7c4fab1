import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { featureGraph } from '../../testdata/feature-graph.ts';
import { openFeatureNetwork } from './feature-network.ts';

const shape = { channels: 1, height: 4, width: 4 };
let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-features-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function saved(
  name: string,
  options: Partial<Parameters<typeof featureGraph>[0]> = {},
): Promise<string> {
  const path = join(root, `${name}.onnx`);
  await writeFile(path, featureGraph({ size: 4, classes: 3, ...options }));
  return path;
}

const images = Float32Array.from({ length: 250 * 16 }, (_, i) => Math.fround(Math.sin(i)));

describe('openFeatureNetwork', () => {
  it.each([
    ['a batch of any size', 'batch'],
    ['a batch of fixed size', 7],
  ])('computes features and class scores with %s', async (_, batch) => {
    const network = await openFeatureNetwork(await saved(`batch-${batch}`, { batch }), 'pixels', shape, 1);
    const { features, width, logits } = await network.run(images);
    await network.dispose();
    expect(width).toBe(16);
    expect(features).toEqual(images);
    expect(logits).toEqual(images.filter((__, i) => i % 16 < 3));
  });

  it('computes no class scores if the network has no output "logits"', async () => {
    const network = await openFeatureNetwork(await saved('bare', { classes: 0 }), 'pixels', shape, 1);
    expect((await network.run(images)).logits).toBeNull();
    await network.dispose();
  });

  it('converts images of any shape to the input of a picture network, and reads the names of the classes', async () => {
    const metadata = {
      'isonoise.features.input': 'premultiplied-rgba',
      'isonoise.features.classes': '["a","b","c"]',
    };
    const path = await saved('pictures', { size: 2, channels: 4, metadata });
    const colour = { channels: 3, height: 2, width: 2 };
    const network = await openFeatureNetwork(path, 'pixels', colour, 1);
    const some = Float32Array.from({ length: 150 * 12 }, (_, i) => Math.fround(Math.sin(i)));
    const { features, width } = await network.run(some);
    await network.dispose();
    expect([width, network.classNames]).toEqual([16, ['a', 'b', 'c']]);
    expect(features.slice(16 * 149, 16 * 149 + 12)).toEqual(some.slice(12 * 149));
    expect([...features.slice(-4)]).toEqual([1, 1, 1, 1]);
    const grey = await openFeatureNetwork(path, 'pixels', { channels: 1, height: 1, width: 1 }, 1);
    expect((await grey.run(Float32Array.of(0.5))).features).toEqual(
      Float32Array.from({ length: 16 }, (_, i) => (i < 12 ? 0.5 : 1)),
    );
    await grey.dispose();
  });

  it('neither converts images nor reads names of classes if the network is not a picture network', async () => {
    const path = await saved('plain', { metadata: { 'isonoise.features.classes': 'a, b' } });
    const network = await openFeatureNetwork(path, 'pixels', shape, 1);
    expect(network.classNames).toBeNull();
    await network.dispose();
    await expect(openFeatureNetwork(path, 'pixels', { ...shape, channels: 3 }, 1)).rejects.toThrow(
      'expected one, float32 [batch, 3, 4, 4]',
    );
  });

  it('gives networks the same identity only if the files and the outputs are equal', async () => {
    const open = async (name: string, output: string, classes: number) => {
      const network = await openFeatureNetwork(await saved(name, { classes }), output, shape, 1);
      await network.dispose();
      return network.identity;
    };
    const first = await open('a', 'pixels', 3);
    expect(await open('b', 'pixels', 3)).toBe(first);
    expect(await open('c', 'logits', 3)).not.toBe(first);
    expect(await open('d', 'pixels', 2)).not.toBe(first);
  });

  it('gives advice if the file does not exist', async () => {
    await expect(openFeatureNetwork(join(root, 'none.onnx'), 'pixels', shape, 1)).rejects.toMatchObject({
      code: 'CLI_UNKNOWN_FILE',
      message: expect.stringContaining('Train a network for a known data set with pnpm train-features'),
    });
  });

  it('refuses networks for images of a different shape, and outputs that do not exist', async () => {
    const path = await saved('small');
    const open = (output: string, size: number) =>
      openFeatureNetwork(path, output, { channels: 1, height: size, width: size }, 1);
    await expect(open('pixels', 8)).rejects.toMatchObject({
      code: 'CLI_USAGE',
      message: expect.stringContaining(
        'the inputs are pictures float32 [batch, 1, 4, 4]; expected one, float32 [batch, 1, 8, 8]',
      ),
    });
    await expect(open('pool3', 4)).rejects.toMatchObject({
      code: 'CLI_USAGE',
      message: `--output pool3: ${path} has no such output; expected pixels or logits.`,
    });
  });
});
