import { clipSetting, guidanceSettings, settingOf } from '@isonoise/sampler';
import { expect, it } from 'vitest';
import { hintOf, labelOf, showSetting } from './setting-hint.ts';

it('hintOf names the default if the value of the field differs from it', () => {
  const steps = settingOf('uncorrectedSteps');
  const help = 'Steps at the start that UniPC does not correct; 1 or 2 with strong guidance.';
  expect(hintOf(steps, '0', 0)).toBe(help);
  expect(hintOf(steps, '2', 0)).toBe(`${help} Default: 0.`);
  expect(hintOf(settingOf('bh'), 'bh1', 'bh2')).toMatch(/ Default: bh2: e\^h - 1\.$/);
  expect(hintOf(settingOf('lowerOrderFinal'), 'false', true)).toMatch(/ Default: yes\.$/);
  expect(hintOf(guidanceSettings.guidanceHigh, '', 'no limit')).toMatch(/ Default: no limit\.$/);
});

it('hintOf names the model’s default only if the value of the field replaces it', () => {
  expect(hintOf(clipSetting, '', 1)).toMatch(/; none for no clipping\.$/);
  expect(hintOf(clipSetting, '0.5', null)).toMatch(/ Default: no clipping\.$/);
});

it('labelOf adds the unit unless the label contains it', () => {
  expect(labelOf({ label: 'Rate', unit: 'images' })).toBe('Rate (images)');
  expect(labelOf({ label: 'Uncorrected steps', unit: 'steps' })).toBe('Uncorrected steps');
  expect(labelOf({ label: 'Steps of the distillation', unit: 'steps' })).toBe('Steps of the distillation');
  expect(labelOf({ label: 'Shift' })).toBe('Shift');
});

it('showSetting shows a value in the words of the form', () => {
  expect(showSetting(settingOf('variance'), 'fixedLarge')).toBe('Large: β');
  expect(showSetting(settingOf('thresholding'), true)).toBe('yes');
  expect(showSetting(settingOf('sTMax'), null)).toBe('no limit');
});
