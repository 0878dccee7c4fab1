import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { streamEventSchemas } from '@isonoise/api';
import { contactSheet, decodePng, encodePng, readPngText } from '@isonoise/picture';
import { decodeImageRecord, type Model, type ModelSampleRequest } from '@isonoise/runtime';
import { loadModel } from '@isonoise/runtime-node';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventsOf, Scene, type Served } from '../../../../tests/support/served.ts';
import { runCli } from '../../../cli/src/run-cli.ts';

const scene = new Scene();
let shared: Served;
/** The same model without a server. */
let model: Model;

beforeAll(async () => {
  await scene.build();
  shared = await scene.serve();
  model = await loadModel(path.join(scene.folder, 'models/conv'), { provider: 'cpu', threads: 1 });
});
afterAll(async () => {
  await scene.stopServers();
  await model.dispose();
  await scene.remove();
});

async function drawnAlone(request: ModelSampleRequest): Promise<Float32Array> {
  let x = new Float32Array();
  for await (const step of model.sample(request)) x = new Float32Array(step.x);
  return x;
}

const request = { seed: 7, count: 5, class: 'one', guidance: 2, steps: 4 } as const;

describe('POST /v1/sample', () => {
  it('returns the PNG that pnpm sample writes, byte for byte', async () => {
    const { sample } = shared;
    const answer = await sample({ model: 'conv', ...request });
    expect(answer.headers.get('content-type')).toBe('image/png');
    const out = path.join(scene.folder, 'cli.png');
    const flags = '--seed 7 --count 5 --class one --guidance 2 --steps 4 --provider cpu --quiet --json'.split(
      ' ',
    );
    expect(await runCli(['sample', path.join(scene.folder, 'models/conv'), ...flags, '--out', out])).toBe(0);
    expect(Buffer.from(await answer.arrayBuffer()).equals(await readFile(out))).toBe(true);
  });

  it('reports the drawn class, and the first timestep of spacing leading', async () => {
    const { sample } = shared;
    const body = { model: 'conv', seed: 1, steps: 1 };
    const classOf = async (choice: unknown): Promise<string | null> =>
      (await sample({ ...body, class: choice })).headers.get('x-isonoise-class');
    expect(await classOf('one')).toBe('1');
    // A JSON number is the number of a class. So are digits in a string, if no class name consists of digits.
    expect([await classOf(1), await classOf('1')]).toEqual(['1', '1']);
    expect((await sample(body)).headers.get('x-isonoise-class')).toBeNull();
    const unknown = await sample({ ...body, class: '7' });
    expect(unknown.status).toBe(400);
    expect(await unknown.text()).toContain('class is \\"7\\"; expected a class of conv');

    const odd = { ...body, steps: 51, spacing: 'leading' };
    const note =
      'spacing leading with 51 steps, which do not divide the 100 timesteps, starts at timestep 50';
    expect((await sample(odd)).headers.get('x-isonoise-note')).toContain(note);
    const [begin] = eventsOf(await (await sample({ ...odd, class: 'one', format: 'stream' })).text());
    expect(begin?.data).toMatchObject({ class: 1, notes: [expect.stringContaining(note)] });
    expect((await sample({ ...odd, steps: 50 })).headers.get('x-isonoise-note')).toBeNull();
  });

  it('returns a single image in its own size', async () => {
    const { sample } = shared;
    const one = { ...request, count: 1 };
    const answer = await sample({ model: 'conv', ...one, metadata: false });
    const sheet = contactSheet(await drawnAlone(one), [1, 1, 6, 5], { gap: 0 });
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(encodePng(sheet));

    const recorded = new Uint8Array(await (await sample({ model: 'conv', ...one })).arrayBuffer());
    expect(decodePng(recorded, sheet)).toEqual(sheet);
    const record = decodeImageRecord(readPngText(recorded, 'isonoise', 1e5), 'the answer');
    expect(record.plan).toMatchObject({ seed: String(one.seed), images: [0] });
    expect(record.model).toMatch(/^[0-9a-f]{64}$/);
  });

  it('returns little-endian float32 values with the same bits as without a server', async () => {
    const { sample } = shared;
    const asked = { seed: '18446744073709551615', images: [3, 900], sampler: 'ddpm', steps: 6 } as const;
    const answer = await sample({ model: 'conv', format: 'float32', ...asked });
    expect(answer.headers.get('x-isonoise-shape')).toBe('2,1,6,5');
    expect(answer.headers.get('x-isonoise-provider')).toBe('cpu');
    expect(Number(answer.headers.get('x-isonoise-elapsed-ms'))).toBeGreaterThan(0);
    const bytes = new DataView(await answer.arrayBuffer());
    const expected = await drawnAlone(asked);
    expect(expected).toHaveLength(60);
    expect(Float32Array.from(expected, (_, i) => bytes.getFloat32(4 * i, true))).toEqual(expected);
  });

  it('streams the steps, previews at the requested interval, and the result', async () => {
    const { sample } = shared;
    const answer = await sample({ model: 'conv', ...request, steps: 5, format: 'stream', previewEvery: 2 });
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const events = eventsOf(await answer.text());
    expect(events.map(({ name }) => name)).toEqual(['begin', ...Array(5).fill('step'), 'result']);
    for (const { name, data } of events) {
      v.parse(streamEventSchemas[name as keyof typeof streamEventSchemas], data);
    }
    const steps = events.slice(1, -1).map(({ data }) => data);
    expect(steps.map(({ step, t }) => [step, t])).toEqual([
      [1, 80],
      [2, 60],
      [3, 40],
      [4, 20],
      [5, 0],
    ]);
    expect(steps.map(({ preview }) => typeof preview === 'string')).toEqual([false, true, false, true, true]);
    const values = Buffer.from(String(events.at(-1)?.data.values), 'base64');
    expect(values.equals(Buffer.from((await drawnAlone({ ...request, steps: 5 })).buffer))).toBe(true);
  });
});
