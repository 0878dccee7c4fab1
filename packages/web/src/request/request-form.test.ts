import { type ModelSpec, toSchedulerConfig } from '@isonoise/bundle';
import { toSampleRequest } from '@isonoise/runtime';
import type { SamplerName } from '@isonoise/sampler';
import { describe, expect, it } from 'vitest';
import { ALL_CLASSES, chosenClass, classText } from './class-text.ts';
import { fitForm } from './fit-form.ts';
import {
  checkForm as checkFormWith,
  columnsOf,
  DEFAULT_FORM,
  guidanceBlock,
  notesOf as notesOfWith,
  type RequestForm,
} from './request-form.ts';
import { settingTexts } from './setting-texts.ts';

const digits: ModelSpec = {
  name: 'digits',
  image: { channels: 1, height: 8, width: 8 },
  dataRange: [-1, 1],
  scheduler: toSchedulerConfig({ kind: 'linear' }),
  classes: { count: 4, names: ['a', 'b', '7'], nullClass: 3 },
};
const plain: ModelSpec = { ...digits, name: 'plain', classes: null };
/** A model that can guide `digits`. */
const earlier: ModelSpec = { ...digits, name: 'earlier' };
const find = (name: string): ModelSpec | null =>
  [digits, plain, earlier].find((spec) => spec.name === name) ?? null;
const checkForm = (form: RequestForm, spec: ModelSpec) => checkFormWith(form, spec, find);
const notesOf = (form: RequestForm, spec: ModelSpec) => notesOfWith(form, spec, find);

describe('checkForm', () => {
  it('turns the form into a request', () => {
    const ddim = { ...DEFAULT_FORM, sampler: 'ddim', ...settingTexts('ddim') } as const;
    const checked = checkForm({ ...ddim, class: '7', eta: '0.5', spacing: 'leading' }, digits);
    expect(checked).toEqual({
      request: {
        seed: '7',
        count: 20,
        sampler: 'ddim',
        steps: 12,
        class: 2,
        guidance: 1.5,
        eta: 0.5,
        spacing: 'leading',
      },
      ends: null,
    });
  });

  it('sends eta to each sampler that has it, unless it is the default of that sampler', () => {
    const etaOf = (sampler: SamplerName, eta: string): unknown => {
      const checked = checkForm({ ...DEFAULT_FORM, sampler, ...settingTexts(sampler), eta }, digits);
      return 'request' in checked ? checked.request.eta : checked.errors;
    };
    expect([etaOf('ddim', '0'), etaOf('ddim', '1')]).toEqual([undefined, 1]);
    expect([etaOf('euler-ancestral', '0'), etaOf('euler-ancestral', '1')]).toEqual([0, undefined]);
    expect(etaOf('dpmpp-2m-sde', '2')).toEqual({ eta: 'A number from 0 to 1.' });
    expect(etaOf('dpmpp-2m', '2')).toBeUndefined();
  });

  it('leaves out fields that the model or the sampler would reject', () => {
    for (const spec of [digits, plain]) {
      const form = { ...DEFAULT_FORM, class: '', sampler: 'ddpm', eta: 'x', guidance: 'x' } as const;
      const checked = checkForm(form, spec);
      if (!('request' in checked)) throw new Error(JSON.stringify(checked));
      expect(checked.request).toEqual({ seed: '7', count: 20, sampler: 'ddpm', steps: 12 });
      const { guide: _, ...request } = checked.request;
      expect(() => toSampleRequest(spec, request)).not.toThrow();
    }
  });

  it('reads a clip as a number, none, or the default of the model', () => {
    const clipOf = (clip: string): unknown => {
      const checked = checkForm({ ...DEFAULT_FORM, clip }, digits);
      return 'request' in checked ? checked.request.clip : checked.errors;
    };
    expect([clipOf(''), clipOf('0.5'), clipOf('none')]).toEqual([undefined, 0.5, false]);
    for (const wrong of ['0', '-1', 'false', 'Infinity'])
      expect(clipOf(wrong), wrong).toEqual({ clip: 'A number above 0, or none for no clipping.' });
  });

  it('cycles through all classes, one per column, as the command line does', () => {
    const form = { ...DEFAULT_FORM, class: ALL_CLASSES, count: '5' };
    expect(checkForm(form, digits)).toMatchObject({ request: { class: [0, 1, 2, 0, 1] } });
    expect(columnsOf(form, digits)).toBe(3);
    // Fewer images than classes need fewer columns.
    expect(columnsOf({ ...form, count: '2' }, digits)).toBe(2);
    expect(columnsOf({ ...form, class: 'a' }, digits)).toBeUndefined();
    expect(checkForm(form, plain)).toHaveProperty('errors.class');
  });

  it('passes on the guide and the guidance settings, but not if guidance is off', () => {
    const form = {
      ...DEFAULT_FORM,
      class: 'a',
      guidanceRescale: '0.7',
      guidanceLow: '0.2',
      guidanceHigh: '5',
    };
    const settings = { guidanceRescale: 0.7, guidanceLow: 0.2, guidanceHigh: 5 };
    expect(checkForm(form, digits)).toMatchObject({ request: { guidance: 1.5, ...settings } });
    expect(checkForm({ ...form, guide: 'earlier', class: '' }, digits)).toMatchObject({
      request: { guidance: 1.5, guide: 'earlier', ...settings },
    });
    for (const [off, guidance] of [
      // Without a scale, the request would have the default scale.
      [{ ...form, guidance: '1', guide: 'earlier' }, 1],
      [{ ...form, class: '' }, undefined],
    ] as const) {
      const checked = checkForm(off, digits);
      if (!('request' in checked)) throw new Error(JSON.stringify(checked));
      expect(checked.request.guidance).toBe(guidance);
      for (const name of ['guide', 'guidanceRescale', 'guidanceLow', 'guidanceHigh'])
        expect(checked.request).not.toHaveProperty(name);
    }
  });

  it('rejects guidance settings out of range, and guides that are missing or do not fit', () => {
    const form = { ...DEFAULT_FORM, class: 'a' };
    expect(checkForm({ ...form, guidanceRescale: '1.5', guidanceLow: 'x' }, digits)).toEqual({
      errors: { guidanceRescale: 'A number from 0 to 1.', guidanceLow: 'A number, at least 0.' },
    });
    expect(checkForm({ ...form, guidanceLow: '3', guidanceHigh: '1' }, digits)).toEqual({
      errors: { guidanceHigh: 'Above the lower limit.' },
    });
    expect(checkForm({ ...form, guide: 'nothing' }, digits)).toEqual({
      errors: { guide: 'The model nothing is not available here. Choose another.' },
    });
    expect(checkForm({ ...form, guide: 'plain' }, digits)).toEqual({
      errors: { guide: 'plain is not a model of the same kind as digits. Choose another.' },
    });
    expect(fitForm({ ...form, model: 'digits', guide: 'earlier' }, plain).guide).toBe('');
    expect(fitForm({ ...form, model: 'digits', guide: 'earlier' }, digits).guide).toBe('earlier');
  });

  it('accepts guidance in the range of the command line and the API', () => {
    for (const guidance of ['-1', '-0', '101', '1e9', '1e308', 'Infinity', 'NaN', 'x'])
      expect(checkForm({ ...DEFAULT_FORM, guidance }, digits), guidance).toHaveProperty('errors.guidance');
    for (const guidance of ['0', '1', '100', '2.5'])
      expect(checkForm({ ...DEFAULT_FORM, guidance }, digits), guidance).toHaveProperty('request');
  });

  it('accepts every class, whatever its name', () => {
    const names = ['all', '', '#2', 'cat', 'cat', '3'];
    const spec = { ...digits, classes: { count: 7, names, nullClass: 6 } };
    const texts = names.map((_, label) => classText(names, label));
    expect(texts).toEqual(['#0', '#1', '#2', 'cat', '#4', '3']);
    for (const [label, text] of texts.entries())
      expect(checkForm({ ...DEFAULT_FORM, class: text }, spec), text).toMatchObject({
        request: { class: label },
      });
    expect(checkForm({ ...DEFAULT_FORM, class: ALL_CLASSES, count: '6' }, spec)).toMatchObject({
      request: { class: [0, 1, 2, 3, 4, 5] },
    });
    // The null class and numbers beyond it are rejected.
    for (const text of ['#6', '#7', '#-1', '#1e0', '#99999999999999999999'])
      expect(checkForm({ ...DEFAULT_FORM, class: text }, spec), text).toHaveProperty('errors.class');
  });

  it('matches a class by name first, then by number, as the command line does', () => {
    const classes = { count: 3, names: ['dog', 'cat'], nullClass: 2 };
    expect(checkForm({ ...DEFAULT_FORM, class: '1' }, { ...digits, classes })).toMatchObject({
      request: { class: 1 },
    });
    expect(chosenClass({ class: '1' }, { ...digits, classes })).toMatchObject({ name: 'cat', by: 'number' });
    // If a class name is a number, numbers are read as names.
    expect(checkForm({ ...DEFAULT_FORM, class: '1' }, digits)).toHaveProperty('errors.class');
  });

  it('rejects more images than one picture can hold', () => {
    const large = { ...digits, image: { channels: 3, height: 1024, width: 1024 } };
    expect(checkForm({ ...DEFAULT_FORM, count: '1024' }, large)).toHaveProperty('errors.count');
    expect(checkForm({ ...DEFAULT_FORM, count: '21' }, large)).toHaveProperty('request');
  });

  it('notes where leading spacing begins if the steps do not divide the timesteps', () => {
    const form = { ...DEFAULT_FORM, steps: '501', spacing: 'leading' } as const;
    expect(notesOf(form, digits)[0]).toContain('starts at timestep 500, where alphaBar is 0.078');
    expect(notesOf({ ...form, spacing: 'trailing' }, digits)).toEqual([]);
    expect(notesOf({ ...form, steps: '0' }, digits)).toEqual([]);
  });

  it('reports every invalid field', () => {
    const form: RequestForm = {
      ...DEFAULT_FORM,
      sampler: 'ddim',
      ...settingTexts('ddim'),
      seed: '18446744073709551616',
      count: '0',
      steps: '1001',
      eta: '2',
      guidance: 'x',
      class: 'c',
    };
    const checked = checkForm(form, digits);
    expect(Object.keys('errors' in checked ? checked.errors : {}).sort()).toEqual(
      ['class', 'count', 'eta', 'guidance', 'seed', 'steps'].sort(),
    );
    expect(checkForm({ ...DEFAULT_FORM, seed: '18446744073709551615' }, digits)).toHaveProperty('request');
    for (const seed of ['', '-1', '1.5', '1e3', '0x1']) {
      expect(checkForm({ ...DEFAULT_FORM, seed }, digits)).toHaveProperty('errors.seed');
    }
  });
});

describe('the variance of a form', () => {
  const scheduler = toSchedulerConfig({ kind: 'linear' }, { variance_type: 'learned_range' });
  const learned: ModelSpec = { ...digits, name: 'learned', scheduler };
  const form: RequestForm = {
    ...DEFAULT_FORM,
    sampler: 'ddpm',
    ...settingTexts('ddpm'),
    variance: 'learnedRange',
  };

  it('is sent if the network of the model predicts it', () => {
    expect(checkForm(form, learned)).toMatchObject({ request: { variance: 'learnedRange' } });
    expect(checkForm({ ...form, variance: '' }, learned)).not.toHaveProperty('request.variance');
  });

  it('is an error if the model does not predict it, and is reset when a model without variances is chosen', () => {
    expect(checkForm(form, digits)).toEqual({
      errors: { variance: 'digits has fixedSmall, fixedLarge.' },
    });
    expect(fitForm(form, digits).variance).toBe('');
    expect(fitForm({ ...form, variance: 'fixedLarge' }, digits).variance).toBe('fixedLarge');
    expect(fitForm(form, learned).variance).toBe('learnedRange');
  });
});

it('guidanceBlock says what guidance needs', () => {
  const form = { ...DEFAULT_FORM, class: '' };
  const classes = { names: ['a'], count: 2, nullClass: 1 };
  const blocks = (spec: ModelSpec) => guidanceBlock(form, spec);
  expect(guidanceBlock({ ...form, guide: 'earlier' }, plain)).toBeNull();
  expect(guidanceBlock({ ...form, class: 'a' }, { ...digits, classes })).toBeNull();
  expect(blocks({ ...digits, classes })).toBe('Needs a class, or a guide.');
  expect(blocks({ ...digits, classes: { names: ['a'], count: 1, nullClass: null } })).toContain(
    'with classes only',
  );
  expect(blocks(plain)).toBe('Needs a guide, because this model was trained without classes.');
  const tags = { names: ['cat'], counts: [1], dropped: true };
  expect(blocks({ ...plain, tags })).toBe('Needs tags, or a guide.');
  expect(blocks({ ...plain, tags: { ...tags, dropped: false } })).toContain('with tags only');
});
