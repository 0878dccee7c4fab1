import { expect, it } from 'vitest';
import { pointsSpec } from '../../testdata/points.ts';
import { checkForm, DEFAULT_FORM } from '../request/request-form.ts';
import { exampleRequest } from './example-request.ts';

const classed = pointsSpec(1, 1, { names: ['cat', 'all'], count: 3, nullClass: 2 });
const tags = { names: ['cat', 'a, b'], counts: [2, 1], dropped: true };

it('exampleRequest requests the class of an image on a sheet that cycles through the classes', () => {
  expect([0, 1, 2].map((image) => exampleRequest(image, classed).subject)).toEqual(['cat', 'all', 'cat']);
  const { fields } = exampleRequest(1, classed);
  // "all" is reserved, so the form has the number of the class.
  expect(fields).toMatchObject({ class: '#1', count: '8', images: '' });
  const form = { ...DEFAULT_FORM, model: 'points', images: '3', ...fields };
  expect(checkForm(form, classed)).toMatchObject({ request: { class: 1, count: 8 } });
});

it('exampleRequest requests the tag of the image, or nothing for a model without tags and classes', () => {
  const spec = { ...pointsSpec(1, 1), tags };
  const { subject, fields } = exampleRequest(0, spec);
  expect([subject, fields.class]).toEqual(['cat', 'cat']);
  const plain = exampleRequest(5, pointsSpec(1, 1));
  expect([plain.subject, plain.fields.class]).toEqual([null, undefined]);
});
