import { describe, expect, it } from 'vitest';
import { scriptError } from '../../script-error.ts';
import { attempt } from './attempt.ts';

const typed = (code: string, message = 'refused'): Error => Object.assign(new Error(message), { code });

describe('attempt', () => {
  it('returns "read" for an accepted input, and the error code for a rejected input', async () => {
    expect(await attempt(() => 1)).toBe('read');
    expect(await attempt(() => Promise.reject(typed('DATA_FORMAT')))).toBe('DATA_FORMAT');
  });

  it.each([
    ['an error without a code', new RangeError('Maximum call stack size exceeded'), 'untyped: RangeError'],
    ['an error of Node', typed('ERR_INVALID_ARG_TYPE'), 'untyped'],
    ['an error of the system', typed('ENOENT'), 'untyped'],
    ['an error of zlib', typed('Z_DATA_ERROR'), 'untyped'],
    ['a thrown text', 'text', 'untyped: text'],
    ['an overlong message', typed('DATA_FORMAT', 'x'.repeat(30_000)), 'a message of 30000 characters'],
    ['a finding', scriptError('FUZZ_FINDING', 'changed bytes were accepted'), 'changed bytes were accepted'],
  ])('reports %s', async (_, thrown, message) => {
    await expect(attempt(() => Promise.reject(thrown))).rejects.toThrow(
      expect.objectContaining({ code: 'FUZZ_FINDING' }),
    );
    await expect(attempt(() => Promise.reject(thrown))).rejects.toThrow(message);
  });

  it('reports memory that grows by more than the limit', async () => {
    const greedy = (): unknown => new Uint8Array(700 * 2 ** 20).fill(1).length;
    await expect(attempt(greedy)).rejects.toThrow(/memory: grew by \d+ MiB \(read\)/);
  });
});
