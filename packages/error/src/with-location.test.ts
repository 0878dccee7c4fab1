import { expect, it } from 'vitest';
import { IsonoiseError } from './isonoise-error.ts';
import { withLocation } from './with-location.ts';

const error = (message: string): IsonoiseError => new IsonoiseError('SOME_CODE', message);

it('withLocation puts the location in front, and keeps the code and the cause', () => {
  const cause = error('got 1; expected 2');
  expect(withLocation(cause, 'a.onnx')).toMatchObject({
    code: 'SOME_CODE',
    message: 'a.onnx: got 1; expected 2',
    cause,
  });
});

it('withLocation replaces the name at the beginning of a message, and no other', () => {
  const messageOf = (message: string): string =>
    (withLocation(error(message), 'import: dir/a.json', ['dir/a.json', 'config.json']) as Error).message;
  expect(messageOf('config.json: got 1')).toBe('import: dir/a.json: got 1');
  expect(messageOf('dir/a.json: got 1')).toBe('import: dir/a.json: got 1');
  expect(messageOf('the file dir/a.json: got 1')).toBe('import: dir/a.json: the file dir/a.json: got 1');
  expect(messageOf('import: dir/a.json: got 1')).toBe('import: dir/a.json: got 1');
});

it('withLocation returns an error of another class unchanged', () => {
  const other = new TypeError('x');
  expect(withLocation(other, 'a.onnx')).toBe(other);
});
