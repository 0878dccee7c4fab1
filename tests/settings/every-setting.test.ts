// Tests each setting of each sampler through all interfaces against its declaration.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sampleBodySchema } from '@isonoise/api';
import { readBundle, writeBundle } from '@isonoise/bundle';
import { makeGolden, toSampleRequest, verifyGolden } from '@isonoise/runtime';
import { nodeFiles } from '@isonoise/runtime-node';
import {
  choicesOf,
  decodeSampling,
  describeDefaults,
  drawingSamplers,
  expectedOf,
  planSampling,
  type SamplerName,
  type SettingValue,
  samplerNames,
  samplers,
  samplersWith,
  settingNames,
  settingOf,
  settingsOf,
  settingText,
} from '@isonoise/sampler';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isonoise } from '../../packages/cli/testdata/isonoise-command.ts';
import { convDenoiser, convSpec } from '../../packages/runtime-node/testdata/conv-denoiser.ts';
import { formFromQuery, formToQuery } from '../../packages/web/src/request/link.ts';
import { checkForm, DEFAULT_FORM, type RequestForm } from '../../packages/web/src/request/request-form.ts';
import { settingTexts } from '../../packages/web/src/request/setting-texts.ts';
import {
  denoise,
  eachSetting,
  flagOf,
  flagsOf,
  modelFor,
  otherValue,
  servedModels,
  specFor,
} from './each-setting.ts';

const { served, folderFor } = servedModels();
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isonoise-settings-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Returns every setting of a sampler with a value that is not its default. */
const others = (sampler: SamplerName): Readonly<Record<string, SettingValue>> =>
  Object.fromEntries(
    settingsOf(sampler).map((name) => [name, otherValue(name, samplers[sampler].settings[name])]),
  );

const withSettings = drawingSamplers.filter((sampler) => settingsOf(sampler).length > 0);

it('each setting belongs to a sampler, for which its default is valid', () => {
  for (const { name, taker } of eachSetting) expect(taker, name).toBeDefined();
  for (const sampler of drawingSamplers) {
    const plan = toSampleRequest(specFor(sampler), { seed: 1, sampler, ...samplers[sampler].settings });
    expect(planSampling(plan).settings).toEqual(samplers[sampler].settings);
  }
});

it('a setting that needs a second setting belongs only to samplers that have both', () => {
  for (const { name } of eachSetting) {
    const { needs } = settingOf(name);
    if (needs === undefined) continue;
    for (const sampler of samplersWith(name)) expect(settingsOf(sampler)).toContain(needs);
  }
});

describe('a setting appears', () => {
  it('in the help of the command line, with its defaults', async () => {
    const { stdout } = await isonoise(['sample', '--help']);
    const help = stdout.replace(/\s+/g, ' ');
    for (const name of settingNames) {
      const setting = settingOf(name);
      const isNumber = setting.kind === 'number' || setting.kind === 'integer';
      const range = isNumber ? `${expectedOf(setting)}; ` : '';
      expect(help).toContain(`${setting.help} (${range}default: ${describeDefaults(name)})`);
      const flag = setting.kind === 'boolean' ? flagOf(name).replace('--', '--[no-]') : `${flagOf(name)} <`;
      expect(help).toContain(` ${flag}`);
    }
  });

  it('in OpenAPI, with its limits or choices', async () => {
    const document = (await (await served().get('/v1/openapi.json')).json()) as {
      components: { schemas: { SampleBody: { properties: Record<string, Record<string, unknown>> } } };
    };
    const { properties } = document.components.schemas.SampleBody;
    for (const name of settingNames) {
      const setting = settingOf(name);
      const { anyOf, ...plain } = properties[name] ?? {};
      // A nullable setting has a schema for numbers and a schema for null.
      const [numbers, none] = (anyOf ?? []) as Record<string, unknown>[];
      const field: Record<string, unknown> = { ...plain, ...numbers };
      const isNullable = 'none' in setting && setting.none !== undefined;
      expect(none, name).toEqual(isNullable ? { type: 'null' } : undefined);
      expect(String(field.description).toLowerCase()).toContain(setting.help.toLowerCase());
      if (setting.kind === 'boolean') expect(field.type).toBe('boolean');
      else if (setting.kind === 'choice') expect(field.enum).toEqual(choicesOf(setting));
      else
        expect([field.type, field.minimum, field.maximum]).toEqual([
          setting.kind,
          setting.least,
          setting.most,
        ]);
    }
  });
});

it('docs/samplers.md and the README of the sampler list every sampler and setting', async () => {
  for (const file of ['docs/samplers.md', 'packages/sampler/README.md']) {
    const text = await readFile(join(import.meta.dirname, '../..', file), 'utf8');
    const missing = [...samplerNames, ...settingNames].filter((name) => !text.includes(`\`${name}\``));
    expect(missing, file).toEqual([]);
  }
});

it('samplers that start from images require them over HTTP, and are not on the page', async () => {
  const inverses = samplerNames.filter((name) => !drawingSamplers.includes(name));
  expect(inverses).toEqual(['ddim-inverse', 'dpmpp-2m-inverse']);
  const document = await (await served().get('/v1/openapi.json')).text();
  for (const sampler of inverses) {
    const body = { model: 'conv', seed: 1, sampler, format: 'float32' };
    const answer = await served().sample(body);
    const { error } = (await answer.json()) as { error: { code: string; message: string } };
    expect([answer.status, error.code]).toEqual([400, 'BODY_INVALID']);
    expect(error.message).toContain(`sampler "${sampler}" starts from images`);
    const x = Buffer.alloc(4 * 30).toString('base64');
    expect((await served().sample({ ...body, start: { x } })).status).toBe(200);
    expect(document).toContain(sampler);
    // A link that names such a sampler gets the default sampler.
    const form = formFromQuery(new URLSearchParams({ model: 'points', sampler }));
    expect(form?.sampler).toBe(DEFAULT_FORM.sampler);
  }
});

describe.each(withSettings)('the settings of %s are preserved by', (sampler) => {
  const settings = others(sampler);

  it('a link of the page, and by the request of its form', () => {
    const texts = Object.fromEntries(
      Object.entries(settings).map(([name, value]) => [name, settingText(value)]),
    );
    const form: RequestForm = {
      ...DEFAULT_FORM,
      model: 'points',
      sampler,
      ...settingTexts(sampler),
      ...texts,
    };
    const back = formFromQuery(new URLSearchParams(formToQuery(form).toString()));
    expect(back).toEqual(form);
    const checked = checkForm(form, specFor(sampler));
    expect('request' in checked ? checked.request : checked.errors).toMatchObject({ sampler, ...settings });
    // A form at the defaults does not send any setting.
    const usual = checkForm({ ...form, ...settingTexts(sampler) }, specFor(sampler));
    const request = 'request' in usual ? usual.request : {};
    expect(Object.keys(request)).toContain('sampler');
    for (const name of settingNames) expect(request).not.toHaveProperty(name);
  });

  it('the body of an HTTP request, which the server draws', async () => {
    const body = { model: modelFor(sampler), seed: 1, steps: 3, sampler, ...settings };
    expect(v.parse(sampleBodySchema, JSON.parse(JSON.stringify(body)))).toEqual(body);
    expect((await served().sample(body)).status).toBe(200);
  });

  it('the flags of the command line and a saved run', async () => {
    const state = join(folder, `${sampler}.json`);
    const files = ['--out', join(folder, `${sampler}.png`), '--save-state', state];
    const what = ['--sampler', sampler, '--steps', '3', '--count', '1', '--stop-after', '1'];
    const { code, stderr } = await isonoise([
      'sample',
      folderFor(sampler),
      ...what,
      ...flagsOf(settings),
      ...files,
      '--provider',
      'cpu',
    ]);
    expect(code, stderr).toBe(0);
    expect(decodeSampling(await readFile(state, 'utf8')).plan.settings).toEqual(settings);
  });

  it('a golden record in a bundle', async () => {
    const request = { seed: 2, sampler, steps: 4, class: 1, ...settings };
    const { golden } = await makeGolden(denoise, specFor(sampler), request);
    const files = nodeFiles(join(folder, `bundle-${sampler}`));
    const parts = {
      spec: convSpec,
      networkConfig: { sample_size: [6, 5], in_channels: 2, num_class_embeds: 3 },
      onnx: convDenoiser({ spec: convSpec, width: 8, depth: 1 }),
    };
    await writeBundle(files, { ...parts, golden });
    const { manifest } = await readBundle(files);
    expect(manifest.golden?.settings).toEqual(settings);
    expect((await verifyGolden(denoise, specFor(sampler), golden)).ok).toBe(true);
  });
});
