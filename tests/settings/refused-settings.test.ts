// Tests that all interfaces refuse wrong values of settings with the same words.
import { makeGolden, toSampleRequest, verifyGolden } from '@isonoise/runtime';
import { expectedOf, planSampling, type SettingName, type SettingValue, settingOf } from '@isonoise/sampler';
import { describe, expect, it } from 'vitest';
import { isonoise } from '../../packages/cli/testdata/isonoise-command.ts';
import { checkForm, DEFAULT_FORM } from '../../packages/web/src/request/request-form.ts';
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
      const answer = await served().sample({
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

// Each setting with a sampler that does not have it. Settings that all samplers have are left out.
const foreign = eachSetting.flatMap(({ name, stranger }) => (stranger ? [{ name, stranger }] : []));

it.each(foreign)(
  'server, command line and bundle refuse $name for $stranger, a sampler without this setting',
  async ({ name, stranger }) => {
    const value = otherValue(name, undefined);
    const answer = await served().sample({
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
