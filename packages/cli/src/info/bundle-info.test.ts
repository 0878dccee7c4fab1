import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { describeBundle, valueText } from './bundle-info.ts';

it('valueText shortens fractions to four digits, and keeps all other values', () => {
  const values = [0.23228140112123205, 0.000020004, 1234.56789, 32, 'mnist', null, [0.125]];
  const expected = ['0.2323', '0.00002', '1234.5679', '32', 'mnist', 'null', '[0.125]'];
  expect(values.map(valueText)).toEqual(expected);
});

it.each([
  ['icons', '4,756,384, as int8 4,674,304, float32 82,080 in unet/model.onnx, and as F16 in safetensors'],
  ['mnist', '874,057, as float32 874,057 in unet/model.onnx, and as F32 in safetensors'],
])('describeBundle counts all weights of %s, like the card of the model', async (name, text) => {
  const folder = fileURLToPath(new URL(`../../../../models/${name}`, import.meta.url));
  const { rows, json } = await describeBundle(folder);
  expect(rows).toContainEqual(['parameters', text]);
  const { training } = json.manifest as { readonly training: { readonly parameters: number } };
  const { graph } = json.weights as { readonly graph: Readonly<Record<string, number>> };
  expect(Object.values(graph).reduce((sum, each) => sum + each, 0)).toBe(training.parameters);
});

it('describeBundle marks a tag without images in the training split', async () => {
  const { rows } = await describeBundle(fileURLToPath(new URL('../../../../models/icons', import.meta.url)));
  const [, list] = new Map(rows).get('tags') ?? [];
  expect(list).toMatch(/(^|, )computer 0 \(no training image\)(,|$)/);
  expect(list?.match(/no training image/g)).toHaveLength(1);
});
