import type { ApiError } from '@isonoise/api';

import { encodeSampling, type SavedJson, type SavedSampling } from '@isonoise/sampler';
import { beforeAll, describe, expect, it } from 'vitest';
import { servedAndAlone } from '../../../tests/support/lone-model.ts';
import type { Served } from '../../../tests/support/served.ts';

const { scene, served, savedAlone, weak } = servedAndAlone();

const jsonOf = (saved: SavedSampling): SavedJson => JSON.parse(encodeSampling(saved)) as SavedJson;

const asked = { seed: 7, count: 5, steps: 6 } as const;

describe('POST /v1/resume rejects', () => {
  let from: SavedJson;
  let guided: SavedJson;
  beforeAll(async () => {
    const { saved } = await savedAlone({ ...asked, sampler: 'dpmpp-2m' });
    from = jsonOf(saved[2] as SavedSampling);
    const run = await savedAlone({ ...asked, guidance: 2, guide: weak() });
    guided = jsonOf(run.saved[2] as SavedSampling);
  });

  async function refusal(body: object, to: Served = served()): Promise<string> {
    const answer = await to.resume(body);
    const { error } = (await answer.json()) as ApiError;
    return `${answer.status} ${error.code}: ${error.message}`;
  }
  const plan = (fields: object): object => ({ ...from, plan: { ...from.plan, ...fields } });

  it('a run of a different model or guide', async () => {
    expect(await refusal({ model: 'weak', from })).toMatch(
      /^409 MODEL_MISMATCH: the saved run was started with a network whose SHA-256 is [\da-f]{64}; expected [\da-f]{64}, the SHA-256 of weak\. Resume it with/,
    );
    expect(await refusal({ model: 'conv', from: { ...from, model: undefined }, guide: 'weak' })).toMatch(
      /^400 BODY_INVALID: got a guide, but the run is not guided by a second network/,
    );
    expect(await refusal({ model: 'conv', from: guided })).toMatch(
      /^400 BODY_INVALID: guide is missing; expected the second network that guides this run\. Add guide\./,
    );
    expect(await refusal({ model: 'conv', from: guided, guide: 'conv' })).toMatch(
      /^409 MODEL_MISMATCH: the saved run was started with a guide whose SHA-256 is/,
    );
    expect(await refusal({ model: 'conv', from: guided, guide: 'none' })).toMatch(
      /^404 MODEL_NOT_FOUND: guide is "none"/,
    );
    const other = plan({ shape: { channels: 1, height: 5, width: 6 } });
    expect(await refusal({ model: 'conv', from: { ...other, model: undefined } })).toMatch(
      /^409 MODEL_MISMATCH: the saved run does not fit conv:\n {2}image: 1 x 5 x 6 in the saved run, 1 x 6 x 5 in the model/,
    );
  });

  it('damaged and hostile runs, and names the field', async () => {
    const cases: readonly (readonly [from: unknown, message: string])[] = [
      [undefined, 'from is missing'],
      ['run.json', 'from is "run.json"; expected an object'],
      [{ ...from, format: 'other' }, 'from.format is "other"; expected "isonoise-sampling"'],
      [{ ...from, version: 2 }, 'from.version is 2; expected 1'],
      [{ ...from, x: 3 }, 'from.x is 3; expected a string'],
      [{ ...from, x: '%' }, 'from: x is not base64'],
      [{ ...from, x: from.x.slice(4) }, 'from: x has 597 bytes; expected whole float32 values'],
      [{ ...from, x: 'AAAAAA==' }, 'from: x has 1 value; expected 150'],
      [
        { ...from, memory: undefined },
        'from: memory has 0 arrays; expected 1, which sampler "dpmpp-2m" keeps',
      ],
      [{ ...from, memory: [3] }, 'from.memory[0] is 3; expected a string'],
      [{ ...from, nextStep: 7 }, 'from: nextStep is 7; expected an integer in [0, 6]'],
      [{ ...from, nextStep: -1 }, 'from.nextStep is -1; expected >=0'],
      [{ ...from, model: 'conv' }, 'from: model is "conv"; expected a SHA-256'],
      [{ ...from, plan: null }, 'from.plan is null; expected an object'],
      [plan({ sampler: 'x'.repeat(1000) }), `from: sampler is "${'x'.repeat(59)}; expected one of`],
      [plan({ settings: { __proto__: null, eta: 1 } }), 'from: unknown setting "eta" for sampler "dpmpp-2m"'],
      [plan({ images: [0, 1, 2, 3, -4] }), 'from: images[4] is -4'],
      [
        plan({ schedule: { kind: 'linear', numTrainTimesteps: 1e9 } }),
        'from: schedule config: numTrainTimesteps is',
      ],
      [
        { ...from, x: Buffer.from(new Float32Array(150).fill(Number.NaN).buffer).toString('base64') },
        'from: x[0] is NaN',
      ],
    ];
    for (const [damaged, message] of cases) {
      const found = await refusal({ model: 'conv', from: damaged });
      expect(found).toContain(`400 BODY_INVALID: `);
      expect(found).toContain(message);
    }
    const deep = `{"model":"conv","from":{"plan":${'['.repeat(5000)}${']'.repeat(5000)}}}`;
    const answer = await served().get('/v1/resume', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: deep,
    });
    expect([answer.status, await answer.text()]).toEqual([
      400,
      expect.stringContaining('nested deeper than 32'),
    ]);
  });

  it('values that cannot be converted to text, and long values, with a short message', async () => {
    // String() of this object throws.
    const odd = { toString: 1, valueOf: 1 };
    const long = 'x'.repeat(100_000);
    const cases: readonly (readonly [from: object, message: string])[] = [
      [plan({ seed: odd }), 'from: seed: got {"toString":1'],
      [
        plan({
          steps: [
            [99, odd],
            [odd, -1],
          ],
        }),
        'from: steps is [[99,{"toString":1',
      ],
      [plan({ schedule: { kind: 'linear', numTrainTimesteps: odd } }), 'numTrainTimesteps is {"toString":1'],
      [plan({ schedule: { kind: 'trained', betas: [long] } }), 'betas[0] is "xxx'],
      [plan({ schedule: { kind: long } }), 'kind is "xxx'],
      [plan({ schedule: { kind: 'linear', [long]: 1 } }), 'unknown "xxx'],
      [plan({ settings: { [long]: 1 } }), 'from: unknown setting "xxx'],
    ];
    for (const [hostile, message] of cases) {
      const found = await refusal({ model: 'conv', from: hostile });
      expect(found).toContain('400 BODY_INVALID: ');
      expect(found).toContain(message);
      expect(found.length).toBeLessThan(1000);
    }
  });

  it('fields of a new request, and contradictory fields about saving', async () => {
    const cases: readonly (readonly [fields: object, message: string])[] = [
      [
        { seed: 7 },
        'seed is not a field; expected model, from, guide, format, previewEvery, saveEvery, stopAfter',
      ],
      [{ format: 'saved' }, 'format is saved without stopAfter'],
      [{ stopAfter: 1 }, 'stopAfter is 1 with format png; expected format saved'],
      [{ stopAfter: 1, format: 'stream' }, 'stopAfter is 1 with format stream; expected format saved'],
      [{ saveEvery: 1, format: 'float32' }, 'saveEvery is 1 with format float32; expected format stream'],
      [
        { stopAfter: 3, format: 'saved' },
        'stopAfter is 3, but the run has 3 steps left; expected an integer in [1, 2]',
      ],
      [{ stopAfter: 0, format: 'saved' }, 'stopAfter is 0; expected >=1'],
    ];
    for (const [fields, message] of cases) {
      const found = await refusal({ model: 'conv', from, ...fields });
      expect(found).toContain(`400 BODY_INVALID: ${message}`);
    }
    const { saved } = await savedAlone(asked);
    const [last, done] = [saved.at(-2), saved.at(-1)].map((each) => jsonOf(each as SavedSampling));
    expect(await refusal({ model: 'conv', from: done })).toMatch(
      /from is a run with all 6 steps done; expected a run with steps left/,
    );
    expect(await refusal({ model: 'conv', from: last, format: 'saved', stopAfter: 1 })).toContain(
      'has one step left',
    );
  });

  it('runs whose images exceed the range of float32, as a fault of the request', async () => {
    const x = Buffer.from(new Float32Array(150).fill(3e38).buffer).toString('base64');
    expect(await refusal({ model: 'conv', from: { ...from, x } })).toMatch(
      /^422 RESULT_NOT_FINITE: the images exceeded the range of float32, which started from values of the request/,
    );
  });

  it('bodies whose length exceeds the limit with arrays or without arrays', async () => {
    const small = await scene.serve({ limits: { bodyBytes: 2000, arrayBytes: 3000 } });
    expect((await small.resume({ model: 'conv', from })).status).toBe(200);
    expect(await refusal({ model: 'conv', from: { ...from, extra: Array(900).fill(0) } }, small)).toMatch(
      /^413 BODY_TOO_LARGE: the body has \d+ bytes besides arrays in base64; expected at most 2000 bytes/,
    );
    expect(await refusal({ model: 'conv', from: { ...from, x: 'A'.repeat(5000) } }, small)).toMatch(
      /^413 BODY_TOO_LARGE: the body is too long; expected at most 5000 bytes/,
    );
  });

  it('requests without the key of the server, and methods other than POST', async () => {
    const locked = await scene.serve({ apiKey: 'sesame' });
    expect(await refusal({ model: 'conv', from }, locked)).toMatch(/^401 KEY_REQUIRED/);
    const answer = await served().get('/v1/resume');
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
  });
});
