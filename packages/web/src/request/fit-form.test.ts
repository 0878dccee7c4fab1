import { type ModelSpec, toSchedulerConfig, withSampler } from '@isonoise/bundle';
import { describe, expect, it } from 'vitest';
import { ALL_CLASSES } from './class-text.ts';
import { fitForm } from './fit-form.ts';
import { checkForm, DEFAULT_FORM, type RequestForm } from './request-form.ts';
import { settingTexts } from './setting-texts.ts';

const digits: ModelSpec = {
  name: 'digits',
  image: { channels: 1, height: 8, width: 8 },
  dataRange: [-1, 1],
  scheduler: toSchedulerConfig({ kind: 'linear' }),
  classes: { count: 4, names: ['a', 'b', '7'], nullClass: 3 },
};
const plain: ModelSpec = { ...digits, name: 'plain', classes: null };

describe('fitForm', () => {
  it('resets a class and a number of steps that the model does not support', () => {
    const small = { ...plain, scheduler: toSchedulerConfig({ kind: 'linear', numTrainTimesteps: 10 }) };
    const fitted = fitForm({ ...DEFAULT_FORM, class: 'b' }, small);
    expect(fitted).toMatchObject({ model: 'plain', class: '', steps: '10' });
  });

  it('uses the sampler, steps and settings that a model records when the model is chosen', () => {
    const scheduler = withSampler(plain.scheduler, {
      sampler: 'dpmpp-2m-sde',
      settings: { eta: 0.5 },
      steps: 12,
    });
    const own = { ...plain, scheduler };
    const fitted = fitForm(DEFAULT_FORM, own);
    expect(fitted).toMatchObject({ sampler: 'dpmpp-2m-sde', eta: '0.5', steps: '12' });
    // Fields that were changed after this keep their values.
    const changed = { ...fitted, sampler: 'ddim' as const, ...settingTexts('ddim'), steps: '9' };
    expect(fitForm(changed, own, own)).toMatchObject({ sampler: 'ddim', eta: '0', steps: '9' });
  });

  it('resets a sampler and a spacing that do not fit the schedule of the model', () => {
    const flow = { ...plain, scheduler: toSchedulerConfig({ kind: 'flow' }) };
    const ancestral: RequestForm = { ...DEFAULT_FORM, sampler: 'ddpm', steps: '1000', spacing: 'karras' };
    expect(fitForm(ancestral, flow)).toMatchObject({ sampler: 'flow-euler', steps: '50', spacing: '' });
    const sine = { ...plain, scheduler: toSchedulerConfig({ kind: 'sine' }) };
    expect(fitForm(ancestral, sine)).toMatchObject({ sampler: 'ipndm', steps: '25', spacing: '' });
    const heun: RequestForm = {
      ...DEFAULT_FORM,
      ...settingTexts('flow-heun'),
      sampler: 'flow-heun',
      steps: '25',
      shift: '3',
      spacing: 'trailing',
    };
    expect(fitForm(heun, flow)).toMatchObject({
      sampler: 'flow-heun',
      shift: '3',
      steps: '25',
      spacing: 'trailing',
    });
    expect(fitForm(heun, plain)).toMatchObject({ sampler: 'ddim', shift: '', spacing: 'trailing' });
    expect(checkForm({ ...heun, model: 'plain', class: '' }, flow)).toMatchObject({
      request: { sampler: 'flow-heun', shift: 3 },
    });
  });

  it('replaces the sampler by the new model’s default only if it was the earlier model’s default', () => {
    const trailing = {
      ...plain,
      scheduler: toSchedulerConfig({ kind: 'linear' }, { timestep_spacing: 'trailing' }),
    };
    const few = { ...trailing, name: 'few', scheduler: { ...trailing.scheduler, num_train_timesteps: 10 } };
    const flow = { ...plain, name: 'flow', scheduler: toSchedulerConfig({ kind: 'flow' }) };
    const first = fitForm(DEFAULT_FORM, trailing);
    expect(first).toMatchObject({ model: 'plain', sampler: 'dpmpp-2m-sde', steps: '12' });
    const small = fitForm(first, few, trailing);
    expect(small).toMatchObject({ sampler: 'dpmpp-2m-sde', steps: '10' });
    expect(fitForm(small, trailing, few)).toMatchObject({ sampler: 'dpmpp-2m-sde', steps: '12' });
    // The spacing of `digits` is `leading`.
    const old = fitForm(first, digits, trailing);
    expect(old).toMatchObject({ sampler: 'ddim', steps: '50', ...settingTexts('ddim') });
    expect(fitForm(old, flow, digits)).toMatchObject({ sampler: 'flow-euler', steps: '50' });
    // A chosen number of steps, or the request of a link to this model, stays.
    expect(fitForm({ ...first, steps: '9' }, digits, trailing)).toMatchObject({
      sampler: 'dpmpp-2m-sde',
      steps: '9',
    });
    expect(fitForm({ ...first, model: 'digits' }, digits, digits)).toMatchObject({ sampler: 'dpmpp-2m-sde' });
  });

  it('replaces the guidance by the new model’s default only if it was the earlier model’s default', () => {
    const icons = { ...digits, name: 'icons', scheduler: withSampler(digits.scheduler, { guidance: 2 }) };
    const first = fitForm(DEFAULT_FORM, icons);
    expect(first.guidance).toBe('2');
    expect(fitForm(first, digits, icons).guidance).toBe('1.5');
    expect(fitForm({ ...first, guidance: '3' }, digits, icons).guidance).toBe('3');
    expect(fitForm({ ...first, guidance: '1.5' }, icons, icons).guidance).toBe('1.5');
    // A new form in a tab that opens after the model was chosen.
    expect(fitForm(DEFAULT_FORM, icons, icons).guidance).toBe('2');
  });

  it('chooses a class if the model requires one', () => {
    const strict = { ...digits, classes: { count: 3, names: ['a', 'b', '7'], nullClass: null } };
    expect(fitForm({ ...DEFAULT_FORM, class: '' }, strict).class).toBe('a');
    expect(fitForm({ ...DEFAULT_FORM, class: 'b' }, strict).class).toBe('b');
  });

  it('selects all classes again after a model with tags, unless other tags were entered', () => {
    const tags = { names: ['cat', 'sun'], counts: [2, 1], dropped: true };
    const icons = { ...plain, name: 'icons', tags };
    const tagged = fitForm({ ...DEFAULT_FORM, model: 'digits' }, icons, digits);
    expect(tagged.class).toBe('cat');
    expect(fitForm(tagged, digits, icons).class).toBe(ALL_CLASSES);
    expect(fitForm({ ...tagged, class: 'sun' }, digits, icons).class).toBe('a');
    expect(fitForm({ ...tagged, class: '' }, digits, icons).class).toBe('');
    expect(fitForm(tagged, plain, icons).class).toBe('');
  });
});
