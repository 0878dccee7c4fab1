import { encodeSafetensors } from '@isonoise/bundle';
import { expect, it } from 'vitest';
import { memoryFile } from '../testdata/memory-source.ts';
import { readRecorded } from './recorded.ts';

const spec = { image: { channels: 1, height: 1, width: 2 }, classes: { count: 3 } };
const right = { sample: [1, 2, 3, 4], timestep: [0, 9], class_labels: [0, 2], out_sample: [1, 2, 3, 4] };

const usualShape = (name: string, { length }: readonly number[]): readonly number[] =>
  name.endsWith('sample') && length % 2 === 0 ? [length / 2, 1, 1, 2] : [length];

async function read(
  changed: Partial<Record<keyof typeof right, readonly number[]>>,
  shapes: Partial<Record<keyof typeof right, readonly number[]>> = {},
) {
  const tensors = Object.entries({ ...right, ...changed }).map(
    ([name, values]) =>
      ({
        name,
        shape: shapes[name as keyof typeof right] ?? usualShape(name, values),
        dtype: 'F32',
        data: Float32Array.from(values),
      }) as const,
  );
  return readRecorded(memoryFile(encodeSafetensors(tensors), 'it.safetensors'), spec);
}

it('readRecorded returns inputs and outputs that fit the model', async () => {
  const { sample, timestep, classLabels, output } = await read({});
  expect([sample, timestep, classLabels, output].map((each) => [...(each ?? [])])).toEqual(
    Object.values(right),
  );
});

it.each([
  [
    'no images, with which every output would agree',
    { sample: [], timestep: [], class_labels: [], out_sample: [] },
    'timestep is empty; expected at least one time.',
  ],
  [
    'images of another size',
    { sample: [1, 2, 3] },
    'sample has 3 values; expected 4 for 2 times and images of [1, 1, 2].',
  ],
  ['NaN', { sample: [1, 2, 3, Number.NaN] }, 'sample or timestep has NaN or infinite values'],
  [
    'a class that the model does not have',
    { class_labels: [0, 3] },
    'class_labels is [0, 3]; expected 2 labels',
  ],
  ['too few classes', { class_labels: [1] }, 'class_labels is [1]; expected 2 labels from 0 to 2.'],
])('readRecorded refuses %s', async (_what, changed, message) => {
  await expect(read(changed)).rejects.toThrow(
    expect.objectContaining({
      code: 'IMPORT_FILE',
      message: expect.stringContaining(`import: it.safetensors: ${message}`),
    }),
  );
});

it.each<[Partial<Record<keyof typeof right, readonly number[]>>, string]>([
  [{ sample: [2, 1, 2, 1] }, 'sample has the shape [2, 1, 2, 1]; expected [2, 1, 1, 2].'],
  [{ sample: [4] }, 'sample has the shape [4]; expected [2, 1, 1, 2].'],
  [{ out_sample: [2, 1, 2, 1] }, 'out_sample has the shape [2, 1, 2, 1]; expected [2, channels, 1, 2].'],
  [{ out_sample: [1, 2, 1, 2] }, 'out_sample has the shape [1, 2, 1, 2]; expected [2, channels, 1, 2].'],
])('readRecorded refuses the shapes %j', async (shapes, message) => {
  await expect(read({}, shapes)).rejects.toThrow(`import: it.safetensors: ${message}`);
});
