import { expect, it } from 'vitest';
import { conflictError, settingTexts, shownSettings } from './setting-texts.ts';

it('shownSettings includes the details of thresholding if the form or the model turns it on', () => {
  const details = ['thresholdRatio', 'thresholdMax'];
  const shown = (form: object, thresholding: boolean): string[] =>
    shownSettings('ddim', { ...settingTexts('ddim'), ...form }, { thresholding }).filter((name) =>
      details.includes(name),
    );
  expect(shown({}, false)).toEqual([]);
  expect(shown({}, true)).toEqual(details);
  expect(shown({ thresholding: 'true' }, false)).toEqual(details);
  expect(shown({ thresholding: 'false' }, true)).toEqual([]);
  // A value that a link gives is shown.
  expect(shown({ thresholdMax: '2' }, false)).toEqual(['thresholdMax']);
});

it('shownSettings includes the details of churn if churn is on or a detail differs from its default', () => {
  const shown = (form: object): string[] =>
    shownSettings('euler', { ...settingTexts('euler'), ...form }, {}).filter((name) => name.startsWith('s'));
  expect(shown({})).toEqual(['sChurn']);
  expect(shown({ sChurn: '4' })).toEqual(['sChurn', 'sTMin', 'sTMax', 'sNoise']);
  expect(shown({ sTMin: '0.5' })).toEqual(['sChurn', 'sTMin']);
});

it('conflictError names the other setting by its label', () => {
  expect(conflictError('ddim', { thresholdRatio: 0.9 }, {})).toEqual({
    thresholdRatio: 'This has no effect while “Dynamic thresholding” is off.',
  });
  expect(conflictError('ddim', { thresholdRatio: 0.9 }, { thresholding: true })).toEqual({});
  expect(conflictError('euler', { sNoise: 1.1 }, {})).toEqual({
    sNoise: 'This has no effect while “Churn” is 0.',
  });
  expect(conflictError('euler', { sChurn: 1, sTMin: 5, sTMax: 2 }, {})).toEqual({
    sTMin: 'At most the value of “Churn up to σ/α”.',
  });
});
