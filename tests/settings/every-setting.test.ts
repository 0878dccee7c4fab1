// Tests each setting of each sampler through all interfaces against its declaration.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sampleBodySchema } from '@isonoise/api';
import { type ModelSpec, readBundle, toSchedulerConfig, writeBundle } from '@isonoise/bundle';
import { makeGolden, toSampleRequest, verifyGolden } from '@isonoise/runtime';
import { nodeFiles } from '@isonoise/runtime-node';
import {
  choicesOf,
  type Denoiser,
  decodeSampling,
  describeDefaults,
  drawingSamplers,
  expectedOf,
  planSampling,
  type SamplerName,
  type SettingName,
  type SettingValue,
  samplerNames,
  samplers,
  samplersFor,
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
import { Scene, type Served } from '../support/served.ts';

const flow = toSchedulerConfig({ kind: 'flow', numTrainTimesteps: 100 });
const isForFlow = (sampler: SamplerName): boolean => !samplersFor('diffusion').includes(sampler);
/**
 * A model with a schedule that the sampler supports. It has one channel, because the page shows a picture.
 */
const specFor = (sampler: SamplerName): ModelSpec => ({
  name: 'points',
  image: { channels: 1, height: 3, width: 4 },
  dataRange: [-1, 1],
  scheduler: isForFlow(sampler) ? flow : convSpec.scheduler,
  classes: { count: 3, names: ['low', 'high'], nullClass: 2 },
  fractionalTimes: true,
});
/** Any function works, because only the settings are compared. */
const denoise: Denoiser = async (x) => x.map((value) => value / 8);

const scene = new Scene();
let served: Served;
let folder: string;
const modelFor = (sampler: SamplerName): string => (isForFlow(sampler) ? 'flow' : 'conv');
const folderFor = (sampler: SamplerName): string => join(scene.folder, 'models', modelFor(sampler));

beforeAll(async () => {
  await scene.build();
  await scene.addModel('flow', { channels: 1, height: 6, width: 5 }, 8, flow);
  served = await scene.serve();
  folder = await mkdtemp(join(tmpdir(), 'isonoise-settings-'));
});
afterAll(async () => {
  await scene.stopServers();
  await scene.remove();
  await rm(folder, { recursive: true, force: true });
});

/** Returns a value that is not the default. */
function otherValue(name: SettingName, usual: SettingValue | undefined): SettingValue {
  const setting = settingOf(name);
  if (setting.kind === 'boolean') return usual !== true;
  if (setting.kind === 'choice') return choicesOf(setting).find((choice) => choice !== usual) ?? '';
  const { kind, least = 0, most = least + 8, atMost } = setting;
  // Another setting, which is above 1, is the upper limit.
  if (atMost !== undefined) return usual === 1 ? 0.5 : 1;
  const values = kind === 'integer' ? [most, least] : [0.25, 0.75].map((u) => least + u * (most - least));
  return values.find((value) => value !== usual) ?? Number.NaN;
}

/** Returns values that a setting does not accept. */
function wrongValues(name: SettingName): readonly SettingValue[] {
  const setting = settingOf(name);
  if (setting.kind === 'boolean') return ['maybe', 1];
  if (setting.kind === 'choice') return ['', 'neither', 'toString'];
  const { kind, least, most } = setting;
  return [
    'few',
    ...(kind === 'integer' ? [(least ?? 0) + 0.5] : []),
    ...(least === undefined ? [] : [least - 1]),
    ...(most === undefined ? [] : [most + 1]),
  ];
}

const flagOf = (name: SettingName): string =>
  `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

function flagsOf(settings: Readonly<Record<string, SettingValue>>): readonly string[] {
  return Object.entries(settings).map(([name, value]) => {
    const flag = flagOf(name as SettingName);
    return value === true
      ? flag
      : value === false
        ? flag.replace('--', '--no-')
        : `${flag}=${settingText(value)}`;
  });
}

/** Returns every setting of a sampler with a value that is not its default. */
const others = (sampler: SamplerName): Readonly<Record<string, SettingValue>> =>
  Object.fromEntries(
    settingsOf(sampler).map((name) => [name, otherValue(name, samplers[sampler].settings[name])]),
  );

const withSettings = drawingSamplers.filter((sampler) => settingsOf(sampler).length > 0);
/** For each setting, a sampler that has it and a sampler that does not. */
const eachSetting = settingNames.map((name) => ({
  name,
  taker: drawingSamplers.find((sampler) => settingsOf(sampler).includes(name)) as SamplerName,
  stranger: drawingSamplers.find((sampler) => !settingsOf(sampler).includes(name)),
}));

it('each setting belongs to a sampler, for which its default is valid', () => {
  for (const { name, taker } of eachSetting) expect(taker, name).toBeDefined();
  for (const sampler of drawingSamplers) {
    const plan = toSampleRequest(specFor(sampler), { seed: 1, sampler, ...samplers[sampler].settings });
    expect(planSampling(plan).settings).toEqual(samplers[sampler].settings);
  }
});

it('a setting that needs another one belongs only to samplers that have both', () => {
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
    const document = (await (await served.get('/v1/openapi.json')).json()) as {
      components: { schemas: { SampleBody: { properties: Record<string, Record<string, unknown>> } } };
    };
    const { properties } = document.components.schemas.SampleBody;
    for (const name of settingNames) {
      const setting = settingOf(name);
      const { anyOf, ...plain } = properties[name] ?? {};
      // A setting that may be null: the schema of its numbers, and null.
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

it('docs/samplers.md and the README of the sampler name every sampler and setting', async () => {
  for (const file of ['docs/samplers.md', 'packages/sampler/README.md']) {
    const text = await readFile(join(import.meta.dirname, '../..', file), 'utf8');
    const missing = [...samplerNames, ...settingNames].filter((name) => !text.includes(`\`${name}\``));
    expect(missing, file).toEqual([]);
  }
});

it('samplers that begin with images require them over HTTP, and are not on the page', async () => {
  const inverses = samplerNames.filter((name) => !drawingSamplers.includes(name));
  expect(inverses).toEqual(['ddim-inverse', 'dpmpp-2m-inverse']);
  const document = await (await served.get('/v1/openapi.json')).text();
  for (const sampler of inverses) {
    const body = { model: 'conv', seed: 1, sampler, format: 'float32' };
    const answer = await served.sample(body);
    const { error } = (await answer.json()) as { error: { code: string; message: string } };
    expect([answer.status, error.code]).toEqual([400, 'BODY_INVALID']);
    expect(error.message).toContain(`sampler "${sampler}" begins with images`);
    const x = Buffer.alloc(4 * 30).toString('base64');
    expect((await served.sample({ ...body, start: { x } })).status).toBe(200);
    expect(document).toContain(sampler);
    // A link that names such a sampler gets the default sampler.
    const form = formFromQuery(new URLSearchParams({ model: 'points', sampler }));
    expect(form?.sampler).toBe(DEFAULT_FORM.sampler);
  }
});

describe.each(withSettings)('the settings of %s are preserved by', (sampler) => {
  const settings = others(sampler);

  it('a link of the page, and the request that its form makes', () => {
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
    expect((await served.sample(body)).status).toBe(200);
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

describe.each(eachSetting)('a wrong value of $name is refused with the same words', ({ name, taker }) => {
  const expected = `expected ${expectedOf(settingOf(name))}`;
  const expectedInJson = `expected ${expectedOf(settingOf(name), 'null')}`;

  it('by the library', () => {
    for (const value of wrongValues(name)) {
      const request = toSampleRequest(specFor(taker), { seed: 1, sampler: taker, [name]: value });
      expect(() => planSampling(request), String(value)).toThrow(
        `${name} is ${JSON.stringify(value)}; ${expectedInJson}.`,
      );
    }
  });

  it('by the server', async () => {
    for (const value of wrongValues(name)) {
      const answer = await served.sample({
        model: modelFor(taker),
        seed: 1,
        sampler: taker,
        [name]: value,
      });
      const { error } = (await answer.json()) as { error: { code: string; message: string } };
      expect([answer.status, error.code]).toEqual([400, 'BODY_INVALID']);
      expect(error.message).toContain(`${name} is ${JSON.stringify(value)}; ${expectedInJson}.`);
    }
  });

  it('by the command line', async () => {
    for (const value of wrongValues(name)) {
      const args = ['sample', folderFor(taker), '--sampler', taker, `${flagOf(name)}=${value}`];
      const { code, stderr } = await isonoise(args);
      expect(code, String(value)).toBe(2);
      // The flags of a boolean take no value.
      const isBoolean = settingOf(name).kind === 'boolean';
      expect(stderr).toContain(isBoolean ? 'unknown option' : `E${expected.slice(1)}.`);
    }
  });

  it('by the page', () => {
    const texts = settingTexts(taker);
    const form = { ...DEFAULT_FORM, ...texts, sampler: taker, [name]: 'neither' };
    const checked = checkForm(form, specFor(taker));
    expect('errors' in checked ? checked.errors[name]?.toLowerCase() : null).toBe(
      `${expectedOf(settingOf(name)).toLowerCase()}.`,
    );
  });
});

// Samplers without the setting; some settings belong to all.
const foreign = eachSetting.flatMap(({ name, stranger }) => (stranger ? [{ name, stranger }] : []));

it.each(foreign)(
  'server, command line and bundle refuse $name for $stranger, which does not have it',
  async ({ name, stranger }) => {
    const value = otherValue(name, undefined);
    const answer = await served.sample({
      model: modelFor(stranger),
      seed: 1,
      sampler: stranger,
      [name]: value,
    });
    expect(answer.status).toBe(400);
    const { code, stderr } = await isonoise([
      'sample',
      folderFor(stranger),
      '--sampler',
      stranger,
      ...flagsOf({ [name]: value }),
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain(`is not a setting of the sampler ${stranger}`);
    const { golden } = await makeGolden(denoise, specFor(stranger), {
      seed: 1,
      sampler: stranger,
      steps: 2,
    });
    const record = { ...golden, settings: { [name]: value } };
    await expect(verifyGolden(denoise, specFor(stranger), record)).rejects.toThrow(
      `unknown setting "${name}"`,
    );
  },
);
