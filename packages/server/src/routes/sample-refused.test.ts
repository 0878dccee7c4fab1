import { type ApiError, apiErrorSchema, type ModelList } from '@isonoise/api';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { sharedServer } from '../../../../tests/support/shared-server.ts';

const { scene, shared } = sharedServer();

describe('POST /v1/sample', () => {
  it('rejects guidance that is negative (including -0) or above 100', async () => {
    const { sample } = shared();
    for (const guidance of ['-1', '-0', '100.5', '1e9', '1e308']) {
      const body = `{"model":"conv","seed":1,"steps":1,"class":"one","guidance":${guidance}}`;
      const answer = await shared().get('/v1/sample', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body,
      });
      expect(answer.status, guidance).toBe(400);
      expect(await answer.text(), guidance).toContain('guidance');
    }
    expect((await sample({ model: 'conv', seed: 1, steps: 1, class: 'one', guidance: 100 })).status).toBe(
      200,
    );
  });

  it('rejects invalid requests with a code and a message', async () => {
    const list = (await (await shared().get('/v1/models')).json()) as ModelList;
    const flops = list.models.find(({ name }) => name === 'conv')?.flops ?? 0;
    expect(flops).toBeGreaterThan(1000);
    const { sample, get } = await scene.serve({ limits: { budget: 1000 * flops, bodyBytes: 2000 } });
    expect(await (await get('/v1/models')).json()).toMatchObject({
      models: expect.arrayContaining([expect.objectContaining({ name: 'conv', flops, budget: 1000 })]),
    });
    const good = { model: 'conv', seed: 1 };
    const cases: readonly (readonly [
      status: number,
      code: string,
      message: RegExp,
      body: unknown,
      init?: RequestInit,
    ])[] = [
      [400, 'BODY_INVALID', /not JSON/, good, { body: '{' }],
      [400, 'BODY_INVALID', /colour/, { ...good, colour: 1 }],
      [
        400,
        'BODY_INVALID',
        /seed is -1; expected >=0; steps is 0; expected >=1/,
        { model: 'conv', seed: -1, steps: 0 },
      ],
      [
        400,
        'BODY_INVALID',
        /class is "three"; expected a class of conv: 0 "zero", 1 "one"/,
        { ...good, class: 'three' },
      ],
      [400, 'BODY_INVALID', /seed/, { ...good, seed: '99999999999999999999' }],
      [400, 'BODY_INVALID', /seed is \\?"x\\?"; expected a whole number as digits/, { ...good, seed: 'x' }],
      [400, 'BODY_INVALID', /steps/, { ...good, steps: 101 }],
      [
        404,
        'MODEL_NOT_FOUND',
        /model is "\.\.\/conv"; expected one of: .*conv/,
        { ...good, model: '../conv' },
      ],
      [413, 'BODY_TOO_LARGE', /2000 bytes/, { ...good, images: Array.from({ length: 900 }, (_, i) => i) }],
      [415, 'BODY_TYPE', /text\/plain/, good, { headers: { 'Content-Type': 'text/plain' } }],
      // 6 × 2 for guidance × 100 steps
      [
        422,
        'BUDGET_EXCEEDED',
        /6 images × 100 steps × 2 for guidance are 1200 passes through the network; expected at most 1000/,
        { ...good, count: 6, steps: 100, class: 1, guidance: 3 },
      ],
    ];
    for (const [status, code, message, body, init] of cases) {
      const answer = await sample(body, init);
      const json = (await answer.json()) as ApiError;
      v.parse(apiErrorSchema, json);
      expect([answer.status, json.error.code], json.error.message).toEqual([status, code]);
      expect(json.error.message).toMatch(message);
      expect(json.error.requestId).toBe(answer.headers.get('x-request-id'));
    }
    expect((await sample({ ...good, count: 5, steps: 100, class: 1, guidance: 3 })).status).toBe(200);
  });
});
