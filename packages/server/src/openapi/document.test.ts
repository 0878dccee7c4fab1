import {
  type ApiError,
  apiErrorSchema,
  resumeBodySchema,
  sampleBodySchema,
  streamEventSchemas,
} from '@isonoise/api';
import { type SettingName, samplerNames, samplers, savedFromJson, settingNames } from '@isonoise/sampler';
import { Validator } from '@seriousme/openapi-schema-validator';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { eventsOf, type Served } from '../../../../tests/support/served.ts';
import { sharedServer } from '../../../../tests/support/shared-server.ts';
import { ServerError, type ServerErrorCode } from '../errors.ts';

const { scene, shared } = sharedServer();

/** The parts of the document that the tests read. */
interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
}
interface OpenApiOperation {
  readonly requestBody?: { readonly content: Readonly<Record<string, OpenApiContent>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, OpenApiContent>> }>
  >;
}
interface OpenApiContent {
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

describe('GET /v1/openapi.json', () => {
  /** Fetches the document. The key has no effect if the server has none. */
  async function documentOf({ get }: Served): Promise<OpenApi> {
    const answer = await get('/v1/openapi.json', { headers: { Authorization: 'Bearer k' } });
    return (await answer.json()) as OpenApi;
  }

  it('is valid OpenAPI 3.1 and has every route', async () => {
    const served = await scene.serve({ apiKey: 'k' });
    const document = await documentOf(served);
    const { valid, errors } = await new Validator().validate(structuredClone({ ...document }));
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);

    const routes = served.server.app.routes
      .filter(({ method, path: route }) => method !== 'ALL' && route !== '/*' && route !== '/v1/openapi.json')
      .filter(({ path: route }) => !route.startsWith('/jobs/board'))
      .map(({ path: route }) => route.replace('/:name/*', '/{name}/{path}').replace(/:(\w+)/g, '{$1}'));
    expect(new Set(Object.keys(document.paths))).toEqual(new Set(routes));
  });

  it('contains example requests that fit the schema', async () => {
    const { paths } = await documentOf(shared());
    const { examples = {} } = paths['/v1/sample']?.post?.requestBody?.content['application/json'] ?? {};
    const values = Object.values(examples).map(({ value }) => value);
    expect(values.length).toBeGreaterThan(2);
    for (const value of values) expect(v.safeParse(sampleBodySchema, value).issues).toBeUndefined();

    const { requestBody, responses } = paths['/v1/resume']?.post ?? {};
    const runs = Object.values(requestBody?.content['application/json']?.examples ?? {});
    expect(runs.length).toBeGreaterThan(1);
    for (const { value } of runs) v.parse(resumeBodySchema, value);
    // The saved run of the examples is valid.
    const saved = responses?.['200']?.content?.['application/json']?.example;
    expect(savedFromJson(saved)).toMatchObject({ nextStep: 0, x: Float32Array.of(-1) });
  });

  it('contains the rules between fields that the server applies', async () => {
    const document = (await documentOf(shared())) as OpenApi & {
      readonly components: {
        readonly schemas: Readonly<Record<'SampleBody' | 'ResumeBody', Record<string, unknown>>>;
      };
    };
    const without = (setting: SettingName) =>
      samplerNames.filter((name) => samplers[name].settings[setting] === undefined);
    const inverses = ['ddim-inverse', 'dpmpp-2m-inverse'];
    expect(without('variance')).toContain('ddim');
    expect(without('eta')).toContain('ddpm');
    const { SampleBody, ResumeBody } = document.components.schemas;
    const answerRules = [
      {
        properties: { stopAfter: {} },
        required: ['stopAfter'],
        not: { properties: { format: { const: 'saved' } }, required: ['format'] },
      },
      {
        properties: { format: { const: 'saved' } },
        required: ['format'],
        not: { properties: { stopAfter: {} }, required: ['stopAfter'] },
      },
      {
        properties: { saveEvery: {} },
        required: ['saveEvery'],
        not: { properties: { format: { const: 'stream' } }, required: ['format'] },
      },
    ];
    expect(ResumeBody.not).toEqual({ anyOf: answerRules });
    const { not } = SampleBody;
    expect(not).toEqual({
      anyOf: [
        { properties: { count: {}, images: {} }, required: ['count', 'images'] },
        {
          properties: { start: { properties: { x: {}, png: {} }, required: ['x', 'png'] } },
          required: ['start'],
        },
        {
          properties: {
            start: {
              not: {
                anyOf: [
                  { properties: { x: {} }, required: ['x'] },
                  { properties: { png: {} }, required: ['png'] },
                ],
              },
            },
          },
          required: ['start'],
        },
        {
          properties: {
            start: { properties: { png: {} }, required: ['png'] },
            sampler: { enum: samplerNames.filter((each) => !inverses.includes(each)) },
          },
          required: ['start', 'sampler'],
        },
        { properties: { start: {}, edit: {} }, required: ['start', 'edit'] },
        {
          properties: { edit: { properties: { x: {}, png: {} }, required: ['x', 'png'] } },
          required: ['edit'],
        },
        {
          properties: {
            edit: {
              not: {
                anyOf: [
                  { properties: { x: {} }, required: ['x'] },
                  { properties: { png: {} }, required: ['png'] },
                ],
              },
            },
          },
          required: ['edit'],
        },
        {
          properties: {
            edit: {
              properties: { resample: {} },
              required: ['resample'],
              not: { properties: { mask: {} }, required: ['mask'] },
            },
          },
          required: ['edit'],
        },
        {
          properties: {
            edit: {
              properties: { jump: {} },
              required: ['jump'],
              not: { properties: { resample: { minimum: 2 } }, required: ['resample'] },
            },
          },
          required: ['edit'],
        },
        // Every sampler has the settings that are left out here.
        ...settingNames
          .filter((each) => without(each).length > 0)
          .map((each) => ({
            properties: { [each]: {}, sampler: { enum: without(each) } },
            // Without `sampler`, the model determines the sampler.
            required: [each, 'sampler'],
          })),
        {
          properties: { sampler: { enum: inverses } },
          required: ['sampler'],
          not: { properties: { start: {}, format: {} }, required: ['start', 'format'] },
        },
        {
          properties: { sampler: { enum: inverses }, format: { const: 'png' } },
          required: ['sampler', 'format'],
        },
        {
          properties: { guidance: { not: { const: 1 } } },
          required: ['guidance'],
          not: {
            anyOf: [
              { properties: { class: {} }, required: ['class'] },
              { properties: { guide: {} }, required: ['guide'] },
            ],
          },
        },
        ...['guide', 'guidanceRescale', 'guidanceLow', 'guidanceHigh'].map((name) => ({
          properties: { [name]: {} },
          required: [name],
          not: { properties: { guidance: {} }, required: ['guidance'] },
        })),
        ...answerRules,
      ],
    });
    const refused: Record<string, unknown>[] = [
      { count: 1, images: [0] },
      { sampler: 'ddpm', eta: 0 },
      { sampler: 'ddpm', epsFromClipped: true },
      { sampler: 'ddim', variance: 'fixedSmall' },
      { sampler: 'dpmpp-2m', eta: 0 },
      { variance: 'fixedSmall' },
      { order: 2 },
      { sampler: 'unipc', order: 5 },
      { sampler: 'unipc', solverType: 'heun' },
      { guidance: 2 },
      { guide: 'conv' },
      { class: 0, guidanceRescale: 0.7 },
      { class: 0, guidanceLow: 0.2 },
      { class: 0, guidanceHigh: 3 },
      { sampler: 'ddim-inverse', format: 'float32' },
      { sampler: 'ddim-inverse', start: { x: Buffer.alloc(120).toString('base64') } },
      { sampler: 'ddim-inverse', format: 'float32', start: {} },
      { sampler: 'ddim-inverse', format: 'float32', start: { skip: 1 } },
      { sampler: 'ddim', start: { png: 'AAAA' } },
      { steps: 3, stopAfter: 1 },
      { steps: 3, format: 'saved' },
      { steps: 3, saveEvery: 1 },
    ];
    for (const fields of refused) {
      expect((await shared().sample({ model: 'conv', seed: 1, ...fields })).status).toBe(400);
    }
    const guided = await shared().sample({ model: 'conv', seed: 1, steps: 1, guidance: 1 });
    expect(guided.status).toBe(200);
  });

  it('contains for each error status an example that fits the schema', async () => {
    const { paths } = await documentOf(shared());
    const answers = Object.values(paths)
      .flatMap((item) => Object.values(item))
      .flatMap(({ responses }) => Object.entries(responses));
    const shown = answers.flatMap(([status, { content = {} }]) => {
      const { example, examples = {} } = content['application/json'] ?? {};
      const all = [
        ...(example === undefined ? [] : [example]),
        ...Object.values(examples).map(({ value }) => value),
      ];
      return Number(status) < 400 ? [] : all.map((each) => ({ status, example: each }));
    });
    expect(new Set(shown.map(({ status }) => status))).toEqual(
      new Set([
        '400',
        '401',
        '404',
        '405',
        '406',
        '409',
        '413',
        '415',
        '416',
        '421',
        '422',
        '429',
        '500',
        '501',
        '503',
        '504',
      ]),
    );
    for (const { status, example } of shown) {
      v.parse(apiErrorSchema, example);
      const { code } = (example as ApiError).error;
      expect(new ServerError(code as ServerErrorCode, '').status, code).toBe(Number(status));
    }
  });

  it('contains an example stream whose events fit the schemas', async () => {
    const { paths } = await documentOf(shared());
    const { content = {} } = paths['/v1/sample']?.post?.responses['200'] ?? {};
    const events = eventsOf(String(content['text/event-stream']?.example));
    expect(events.map(({ name }) => name)).toEqual(['begin', 'step', 'step', 'result']);
    for (const { name, data } of events) {
      v.parse(streamEventSchemas[name as keyof typeof streamEventSchemas], data);
    }
    // One pixel, with the shape of the result.
    expect(events.at(-1)?.data.shape).toEqual([1, 1, 1, 1]);
    for (const { data } of events.slice(1)) {
      const values = Buffer.from(String(data.preview ?? data.values), 'base64');
      expect([values.length, values.readFloatLE()]).toEqual([4, -1]);
    }
  });
});
