import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { codeOf } from './code-of.ts';
import { IsonoiseError, isIsonoiseError } from './isonoise-error.ts';

const failure = async (specifier: string): Promise<unknown> =>
  import(specifier).then(
    () => undefined,
    (error: unknown) => error,
  );

describe('IsonoiseError', () => {
  it('has a code, message, cause and name, and does not print internals', () => {
    const cause = new Error('below');
    const error = new IsonoiseError('DATA_FORMAT', 'read x: not a PNG.', { cause });
    expect([error.name, error.code, error.message, error.cause]).toEqual([
      'IsonoiseError',
      'DATA_FORMAT',
      'read x: not a PNG.',
      cause,
    ]);
    expect(error).toBeInstanceOf(Error);
    expect(inspect(new IsonoiseError('DATA_FORMAT', 'x'))).toMatch(/\{\n {2}code: 'DATA_FORMAT'\n\}$/);
  });
});

describe('the message of an IsonoiseError', () => {
  const messageOf = (text: string): string => new IsonoiseError('DATA_FORMAT', text).message;

  it('keeps words of 1,000 characters, and shortens longer ones', () => {
    const name = 'x'.repeat(1000);
    expect(messageOf(`the tensor ${name} is missing.`)).toBe(`the tensor ${name} is missing.`);
    expect(messageOf(`the tensor ${name}y is missing.`)).toBe(
      `the tensor ${'x'.repeat(250)}… (1001 characters) is missing.`,
    );
  });

  it('shortens words of any length', () => {
    const huge = 'x'.repeat(5e7);
    expect(messageOf(`import: ${huge}\n${huge} is unknown; expected a tensor.`)).toBe(
      `import: ${'x'.repeat(250)}… (50000000 characters)\n${'x'.repeat(250)}… (50000000 characters) is unknown; expected a tensor.`,
    );
  });

  it('has about 20,000 characters, with the beginning and the end', () => {
    const message = messageOf(`read x: got ${'word '.repeat(1e6)}; expected fewer. Remove some.`);
    expect(message).toHaveLength(20_003);
    expect(message).toMatch(/^read x: got word .* … .*; expected fewer\. Remove some\.$/s);
  });
});

describe('isIsonoiseError', () => {
  it('is true for a subclass and for an error of a second copy of the class', async () => {
    class Subclass extends IsonoiseError {}
    vi.resetModules();
    const copy = await import('./isonoise-error.ts');
    const error = new copy.IsonoiseError('DATA_FORMAT', 'x');
    expect(error instanceof IsonoiseError).toBe(false);
    expect([new Subclass('A_B', 'x'), error].map(isIsonoiseError)).toEqual([true, true]);
  });

  it("is false for Node's errors with any code, and for other values", async () => {
    const missing = await failure('node:there-is-no-such-module');
    expect(codeOf(missing)).toMatch(/^ERR_/);
    const others = [
      missing,
      Object.assign(new Error('x'), { code: 'MODULE_NOT_FOUND' }),
      Object.assign(new Error('x'), { code: 'DATA_FORMAT' }),
      new Error('x'),
      { code: 'DATA_FORMAT' },
      'DATA_FORMAT',
      undefined,
    ];
    expect(others.map(isIsonoiseError)).toEqual(others.map(() => false));
  });
});

describe('codeOf', () => {
  it('returns the code of any error if it is a string', () => {
    expect(codeOf(new IsonoiseError('DATA_FORMAT', 'x'))).toBe('DATA_FORMAT');
    expect(codeOf(Object.assign(new Error('x'), { code: 'ENOENT' }))).toBe('ENOENT');
    const others = [new Error('x'), Object.assign(new Error('x'), { code: 7 }), { code: 'A_B' }, null];
    expect(others.map(codeOf)).toEqual(others.map(() => undefined));
  });
});
