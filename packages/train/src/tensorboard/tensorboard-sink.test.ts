import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { SamplesEvent, StepEvent, TrainEvent } from '../train-event.ts';
import { crc32c } from './crc32c.ts';
import { createTensorBoardSink } from './tensorboard-sink.ts';

interface Reference {
  png: string;
  files: string[];
  read: { loss: [number, number][]; grad_norm: [number, number][] };
  images: [number, number, number, boolean][];
}

const reference: Reference = JSON.parse(
  readFileSync(new URL('./testdata/events.json', import.meta.url), 'utf8'),
);
const png = Uint8Array.from(Buffer.from(reference.png, 'base64'));
const time = (run: number, step: number) => 1000 * (1000 * run + step / 8);

const step = (run: number, at: number): StepEvent => ({
  type: 'step',
  time: time(run, at),
  step: at,
  steps: 300,
  loss: 1 / at,
  smoothedLoss: 0.5,
  gradNorm: run,
  learningRate: 0,
  imagesPerSecond: 300.25,
  secondsLeft: 0,
});
const begin = (run: number, at: number): TrainEvent => ({
  type: 'begin',
  time: time(run, 0),
  step: at,
  steps: 300,
  resumedFrom: null,
  damaged: [],
});
const samples = (run: number, at: number): SamplesEvent => ({
  type: 'samples',
  time: time(run, at),
  step: at,
  images: Float32Array.of(0),
  shape: [1, 1, 1, 1],
  labels: null,
});

async function fileOf(events: readonly TrainEvent[]): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  const sink = createTensorBoardSink({
    append: (bytes) => void parts.push(bytes),
    encodeSamples: () => ({ width: 1, height: 1, channels: 1, png }),
  });
  for (const event of events) await sink.write(event);
  return Buffer.concat(parts);
}

describe('createTensorBoardSink', () => {
  it('writes the same bytes as TensorBoard for a run that was killed and resumed', async () => {
    const killed = await fileOf([begin(1, 0), ...[1, 2, 3, 4].map((at) => step(1, at))]);
    const resumed = await fileOf([begin(2, 2), step(2, 3), step(2, 300), samples(2, 300)]);
    expect([killed, resumed].map((file) => file.toString('base64'))).toEqual(reference.files);
  });

  it("has reference files in which TensorBoard's reader found the killed run up to step 2 and the resumed run from step 3", () => {
    expect(reference.read.grad_norm).toEqual([
      [1, 1],
      [2, 1],
      [3, 2],
      [300, 2],
    ]);
    expect(reference.read.loss.map(([at, loss]) => [at, loss])).toEqual(
      [1, 2, 3, 300].map((at) => [at, Math.fround(1 / at)]),
    );
    expect(reference.images).toEqual([[300, 1, 1, true]]);
  });
});

describe('crc32c', () => {
  it('matches the test vectors of RFC 3720, B.4, and the check value of CRC-32C', () => {
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
    // The check value of a CRC is the CRC of these nine characters.
    expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
  });
});
