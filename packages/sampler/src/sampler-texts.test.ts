import { expect, it } from 'vitest';
import { samplerNames } from './sampler-table.ts';
import { samplerTexts } from './sampler-texts.ts';

it('a description does not call its sampler the default, because the default depends on the model', () => {
  const claims = samplerNames.filter((name) => /\bdefault\b/.test(samplerTexts[name].summary));
  expect(claims).toEqual([]);
});
