import { type ModelSpec, toSchedulerConfig, withSampler } from '@isonoise/bundle';
import { drawingSamplers } from '@isonoise/sampler';
import { describe, expect, it } from 'vitest';
import { formFromQuery, formToQuery, linkProblems, withModelGuidance } from './link.ts';
import { DEFAULT_FORM, type RequestForm } from './request-form.ts';
import { settingTexts } from './setting-texts.ts';

const there = (form: RequestForm): RequestForm | null =>
  formFromQuery(new URLSearchParams(formToQuery(form).toString()));

describe('link', () => {
  it('restores the whole request', () => {
    const forms: RequestForm[] = [
      { ...DEFAULT_FORM, model: 'mnist', class: '' },
      {
        ...DEFAULT_FORM,
        model: 'a b/ü&=',
        class: 'red & blue',
        guidance: '1.5',
        seed: '18446744073709551615',
      },
      { ...DEFAULT_FORM, model: 'mnist', class: 'all', eta: '0.5', spacing: 'trailing', count: '4' },
      {
        ...DEFAULT_FORM,
        model: 'mnist',
        class: '#7',
        sampler: 'ddpm',
        steps: '1000',
        ...settingTexts('ddpm'),
      },
      {
        ...DEFAULT_FORM,
        model: 'mnist',
        sampler: 'euler-ancestral',
        ...settingTexts('euler-ancestral'),
        eta: '0',
      },
    ];
    forms.push({
      ...DEFAULT_FORM,
      model: 'mnist',
      class: '',
      guide: 'a b&c',
      guidanceRescale: '0.7',
      guidanceLow: '0.2',
      guidanceHigh: '5',
    });
    forms.push({ ...DEFAULT_FORM, model: 'mnist', images: '3,17' });
    forms.push({ ...DEFAULT_FORM, model: 'icons', canvas: '96x64', stride: '8', tile: 'true' });
    forms.push({ ...DEFAULT_FORM, model: 'icons', palette: 'auto', symmetry: 'mirror' });
    forms.push({ ...DEFAULT_FORM, model: 'icons', class: 'cat, sun', toSeed: '8', toClass: 'heart' });
    for (const clip of ['0.5', 'none']) forms.push({ ...DEFAULT_FORM, model: 'mnist', clip });
    for (const form of forms) expect(there(form)).toEqual(form);
  });

  it('gets the guidance of its model if it contains none', () => {
    const icons: ModelSpec = {
      name: 'icons',
      image: { channels: 4, height: 8, width: 8 },
      dataRange: [-1, 1],
      scheduler: withSampler(toSchedulerConfig({ kind: 'cosine' }), { guidance: 2 }),
      classes: null,
    };
    const guidanceOf = (link: string): string | undefined => {
      const query = new URLSearchParams(link);
      const form = formFromQuery(query);
      return form === null ? undefined : withModelGuidance(form, query, icons).guidance;
    };
    expect(guidanceOf('model=icons&class=cat')).toBe('2');
    expect(guidanceOf('model=icons&class=cat&guidance=1.5')).toBe('1.5');
  });

  it('contains every field that affects the images, even at its default, and no other', () => {
    expect(formToQuery({ ...DEFAULT_FORM, model: 'mnist', class: '' }).toString()).toBe(
      'model=mnist&seed=7&count=20&sampler=dpmpp-2m-sde&steps=12&solverType=midpoint&lowerOrderFinal=true&eulerAtFinal=false&eta=1',
    );
  });

  it('gives no form without a model, and replaces unknown names by defaults', () => {
    for (const query of ['seed=3', 'model=&seed=3'])
      expect(formFromQuery(new URLSearchParams(query))).toBeNull();
    expect(formFromQuery(new URLSearchParams('model=m&sampler=leapfrog&spacing=odd&steps=x'))).toMatchObject({
      sampler: 'dpmpp-2m-sde',
      spacing: '',
      steps: 'x',
    });
  });
});

it.each([
  ['model=m&seed=x&steps=0&class=cat&clip=y&images=a', []],
  ['model=m&sampler=leapfrog&eta=0.5', ['the unknown sampler leapfrog']],
  ['model=m&spacing=odd', ['the unknown spacing odd']],
  ['model=m&sampler=ddim&order=2', ['order, which is not a setting of ddim']],
  ['model=m&thresholding=maybe&sampler=ddim&eta=9', ['the unknown value “maybe” of thresholding']],
  ['model=m&canvas=x&stride=y&toSeed=z&toClass=cat', []],
  [
    'model=m&sampler=leapfrog&color=red',
    ['the unknown sampler leapfrog', 'color, which is not a setting of any sampler'],
  ],
  [
    'model=m&tile=yes&palette=file&symmetry=',
    [
      'the unknown value “yes” of tile',
      'the unknown value “file” of palette',
      'the unknown value “” of symmetry',
    ],
  ],
  ['seed=3', ['no model']],
  ['model=&eta=1', ['no model']],
  ['model=m&model=n&seed=1&seed=1&seed=2', ['model more than once', 'seed more than once']],
  ['model=m&color=red', ['color, which is not a setting of dpmpp-2m-sde']],
])('linkProblems of %j is %j', (query, problems) => {
  expect(linkProblems(new URLSearchParams(query))).toEqual(problems);
});

it('linkProblems accepts every link that the page writes', () => {
  for (const sampler of drawingSamplers) {
    const form = {
      ...DEFAULT_FORM,
      model: 'm',
      guide: 'n',
      guidanceLow: '1',
      sampler,
      ...settingTexts(sampler),
    };
    expect(linkProblems(formToQuery(form)), sampler).toEqual([]);
  }
});
