import { type ModelList, modelListSchema } from '@isonoise/api';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Scene } from '../../../../tests/support/served.ts';

const scene = new Scene();
beforeAll(() => scene.build());
afterAll(async () => {
  await scene.stopServers();
  await scene.remove();
});

describe('GET /v1/models', () => {
  it('lists the models, with the provider of each opened model', async () => {
    const { get, sample } = await scene.serve();
    const list = async (): Promise<ModelList> => (await (await get('/v1/models')).json()) as ModelList;
    const before = await list();
    v.parse(modelListSchema, before);
    expect(before.models).toMatchObject([{ name: 'conv', url: 'models/conv/', provider: null }]);
    await sample({ model: 'conv', seed: 1, steps: 1 });
    expect((await list()).models[0]?.provider).toEqual({ name: 'cpu', reason: 'requested' });
    await scene.addModel('added');
    expect((await list()).models.map(({ name }) => name)).toEqual(['added', 'conv']);
  });
});
