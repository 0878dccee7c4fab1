import { expect, it } from 'vitest';
import { settingTexts, shownSettings } from './setting-texts.ts';

it('shownSettings has the fields of thresholding if it is on, in the form or in the model', () => {
  const details = ['thresholdRatio', 'thresholdMax'];
  const shown = (form: object, thresholding: boolean): string[] =>
    shownSettings('ddim', { ...settingTexts('ddim'), ...form }, { thresholding }).filter((name) =>
      details.includes(name),
    );
  expect(shown({}, false)).toEqual([]);
  expect(shown({}, true)).toEqual(details);
  expect(shown({ thresholding: 'true' }, false)).toEqual(details);
  expect(shown({ thresholding: 'false' }, true)).toEqual([]);
  // A value of a link is shown.
  expect(shown({ thresholdMax: '2' }, false)).toEqual(['thresholdMax']);
});
