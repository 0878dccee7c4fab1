import { expect, it } from 'vitest';
import { parseByteRows } from './byte-rows.ts';

const parse = (text: string) => parseByteRows(new TextEncoder().encode(text), 2, 'f.json');

it('parseByteRows reads rows of bytes, and skips empty rows', () => {
  expect(parse('{"data":[[0,255],[],[17,9]]}')).toEqual(Uint8Array.of(0, 255, 17, 9));
});

it.each([
  ['{"data":[[1,2]', 'DATA_TRUNCATED'],
  ['{"data":[[1,2', 'DATA_TRUNCATED'],
  ['{"data":[[1,2],', 'DATA_TRUNCATED'],
  ['{"data"', 'DATA_TRUNCATED'],
  ['', 'DATA_TRUNCATED'],
  ['{"rows":[[1,2]]}', 'DATA_FORMAT'],
  ['{"data":[[1,256]]}', 'DATA_FORMAT'],
  ['{"data":[[1,0001]]}', 'DATA_FORMAT'],
  ['{"data":[[1,-2]]}', 'DATA_FORMAT'],
  ['{"data":[[1,2.5]]}', 'DATA_FORMAT'],
  ['{"data":[[1,2,3]]}', 'DATA_FORMAT'],
  ['{"data":[[1]]}', 'DATA_FORMAT'],
  ['{"data":[[]]}', 'DATA_EMPTY'],
])('parseByteRows refuses the text %j', (text, code) => {
  expect(() => parse(text)).toThrow(expect.objectContaining({ code, file: 'f.json' }));
});
