import { describe, expect, it } from 'vitest';
import { requireKnownOptions } from './known-options.ts';

interface Options {
  readonly provider?: string;
  readonly threads?: number | undefined;
}
const known = { provider: true, threads: true } as const;

describe('requireKnownOptions', () => {
  it('accepts known options, and unknown options whose value is undefined', () => {
    const options: Options = Object.assign({ provider: 'cpu' }, { cache: undefined });
    expect(() => requireKnownOptions('loadModel', options, known)).not.toThrow();
  });

  it('reports the unknown option, and lists all known options', () => {
    const options: Options = Object.assign({ threads: 1 }, { cache: false });
    const act = (): void => requireKnownOptions('loadModel', options, known);
    expect(act).toThrow(expect.objectContaining({ code: 'RUNTIME_REQUEST' }));
    expect(act).toThrow(
      'loadModel: got the option "cache"; expected only provider, threads on this platform.',
    );
  });

  it('rejects property names of Object.prototype', () => {
    const options: Options = Object.assign({ threads: 1 }, { toString: () => '' });
    expect(() => requireKnownOptions('loadModel', options, known)).toThrow('"toString"');
  });
});
