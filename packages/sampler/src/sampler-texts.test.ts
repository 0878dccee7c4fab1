import { expect, it } from 'vitest';
import { samplerNames } from './sampler-table.ts';
import { samplerTexts } from './sampler-texts.ts';

it('no text claims that its sampler is the default, which depends on the model', () => {
  const claims = samplerNames.filter((name) => /\bdefault\b/.test(samplerTexts[name].summary));
  expect(claims).toEqual([]);
});
