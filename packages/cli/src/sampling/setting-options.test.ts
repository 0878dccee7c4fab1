import { type SamplerSettings, settingNames, settingOf } from '@isonoise/sampler';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { dashed } from '../terminal/dashed.ts';
import { addSettingOptions } from './setting-options.ts';

async function flagsOf(...args: readonly string[]): Promise<SamplerSettings> {
  const command = new Command().action(() => undefined);
  addSettingOptions(command);
  return (await command.parseAsync(args, { from: 'user' })).opts<SamplerSettings>();
}

describe('addSettingOptions', () => {
  const nullable = settingNames.filter((name) => {
    const setting = settingOf(name);
    return 'none' in setting && setting.none !== undefined;
  });

  it.each(nullable)('parses the value "none" of %s as null', async (name) => {
    expect(await flagsOf(dashed(name), 'none')).toEqual({ [name]: null });
    expect(await flagsOf(dashed(name), '7')).toEqual({ [name]: 7 });
  });

  it('sets only the settings whose options are given', async () => {
    expect(nullable).toEqual(['sTMax', 'originalSteps']);
    expect(await flagsOf()).toEqual({});
    expect(await flagsOf('--no-predict-x0', '--bh', 'bh1')).toEqual({ predictX0: false, bh: 'bh1' });
  });
});
