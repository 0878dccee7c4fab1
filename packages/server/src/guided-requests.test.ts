import path from 'node:path';
import { withSampler } from '@isonoise/bundle';
import type { Model, ModelSampleRequest } from '@isonoise/runtime';
import { loadModel } from '@isonoise/runtime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { floatsOf, Scene, type Served } from '../../../tests/support/served.ts';
import { convSpec } from '../../runtime-node/testdata/conv-denoiser.ts';

const scene = new Scene();
let served: Served;
/** The same models without a server. */
let [model, guide]: Model[] = [];

beforeAll(async () => {
  await scene.build();
  const weak = await scene.addModel('weak', undefined, 4);
  await scene.addModel('larger', { channels: 1, height: 8, width: 8 });
  const scheduler = withSampler(convSpec.scheduler, { guidance: 2 });
  await scene.addModel('recommending', undefined, 8, scheduler);
  served = await scene.serve();
  const options = { provider: 'cpu', threads: 1 } as const;
  model = await loadModel(path.join(scene.folder, 'models/conv'), options);
  guide = await loadModel(weak, options);
});
afterAll(async () => {
  await scene.stopServers();
  await Promise.all([model?.dispose(), guide?.dispose()]);
  await scene.remove();
});

async function drawnAlone(request: ModelSampleRequest): Promise<Float32Array> {
  let x = new Float32Array();
  for await (const step of model?.sample(request) ?? []) x = new Float32Array(step.x);
  return x;
}

const asked = { seed: 7, count: 5, steps: 6, guidance: 2 } as const;
const body = { model: 'conv', format: 'float32', ...asked };

describe('a model that recommends guidance', () => {
  const request = { ...body, guidance: undefined, class: 1 };

  it('draws with the recommended guidance unless a request sets guidance', async () => {
    const send = async (fields: object) => floatsOf(await served.sample({ ...request, ...fields }));
    const [recommended, two, usual] = [
      await send({ model: 'recommending' }),
      await send({ model: 'conv', guidance: 2 }),
      await send({ model: 'conv' }),
    ];
    expect(recommended).toEqual(two);
    expect(usual).not.toEqual(two);
    expect(await send({ model: 'recommending', guidance: 1.5 })).toEqual(usual);
  });

  it('is listed by GET /v1/models with the recommended guidance', async () => {
    const { models } = (await (await served.get('/v1/models')).json()) as {
      models: { name: string; guidance: number }[];
    };
    const scales = Object.fromEntries(models.map(({ name, guidance }) => [name, guidance]));
    expect(scales).toMatchObject({ conv: 1.5, recommending: 2 });
  });
});

describe('POST /v1/sample with a guide', () => {
  it('draws the same bits as the library, alone and together with other requests', async () => {
    const settings = { guidanceRescale: 0.7, guidanceLow: 0.1, guidanceHigh: 1 };
    const requests = [
      { guide },
      { guide, class: 'one', ...settings },
      { class: 1, guidance: 3, ...settings },
      { class: 0, guide: model },
    ] as const;
    const expected = await Promise.all(requests.map((each) => drawnAlone({ ...asked, ...each })));
    const names = new Map([
      [guide, 'weak'],
      [model, 'conv'],
    ]);
    const send = async ({ guide: by, ...rest }: Partial<ModelSampleRequest> & { guide?: unknown }) =>
      floatsOf(await served.sample({ ...body, ...rest, ...(by ? { guide: names.get(by as Model) } : {}) }));
    for (const [i, each] of requests.entries()) expect(await send(each), String(i)).toEqual(expected[i]);
    expect(await Promise.all(requests.map(send))).toEqual(expected);
    // Different guides and settings give different images.
    expect(new Set(expected.map((values) => values.join()))).toHaveProperty('size', requests.length);
  });

  it('draws the unguided images if guidance is 1, or if the model is its own guide', async () => {
    const plain = await floatsOf(await served.sample({ ...body, guidance: 1, class: 1 }));
    expect(await floatsOf(await served.sample({ ...body, class: 1, guidance: 1, guide: 'weak' }))).toEqual(
      plain,
    );
    // guide + g (model - guide) equals the model exactly, because the difference of equal values is 0.
    expect(await floatsOf(await served.sample({ ...body, class: 1, guide: 'conv' }))).toEqual(plain);
  });

  it('refuses unknown guides, guides that do not fit, and guides without guidance', async () => {
    const refusal = async (part: object): Promise<string> => {
      const answer = await served.sample({ ...body, ...part });
      return `${answer.status} ${await answer.text()}`;
    };
    expect(await refusal({ guide: 'nothing' })).toMatch(
      /^404 .*MODEL_NOT_FOUND.*guide is \\"nothing\\"; expected one of: conv, larger, recommending, weak/,
    );
    expect(await refusal({ guide: 'larger' })).toMatch(
      /^400 .*the guide larger does not fit conv.*image: 1 x 8 x 8 in the guide, 1 x 6 x 5 in the model/,
    );
    expect(await refusal({ guide: 'weak', guidance: undefined })).toMatch(/^400 .*without guidance/);
    expect(await refusal({ class: 1, guidanceLow: 3, guidanceHigh: 1 })).toMatch(
      /^400 .*guidanceLow is 3 and guidanceHigh 1; expected/,
    );
    expect(await refusal({ class: 1, guidanceRescale: 1.5 })).toMatch(/^400 .*guidanceRescale/);
  });
});
