import { describe, expect, it } from 'vitest';
import { createServer } from './create-server.ts';
import { ServerError } from './errors.ts';
import { completeLimits, type ServerLimits } from './limits.ts';
import { keyCheck } from './security/api-key.ts';

describe('createServer', () => {
  it.each<[name: keyof ServerLimits, value: number]>([
    ['maxBatch', 0],
    ['maxBatch', 1.5],
    ['maxImages', Number.NaN],
    ['maxModels', -1],
    ['bodyBytes', Number.POSITIVE_INFINITY],
    ['requestMs', 0],
    ['budget', 0.5],
  ])('rejects the limit %s if its value is %s', async (name, value) => {
    const message = expect.stringContaining(`limits.${name} is ${value}; expected `);
    const refusal = { code: 'SERVER_LIMIT_INVALID', message };
    await expect(createServer({ limits: { [name]: value } })).rejects.toMatchObject(refusal);
  });

  it.each(['', ' ', 'two words', 'line\n', 'schlüssel'])(
    'rejects the key %j, which a header cannot carry',
    async (apiKey) => {
      await expect(createServer({ apiKey })).rejects.toMatchObject({ code: 'SERVER_KEY_INVALID' });
    },
  );
});

it('completeLimits accepts a time limit with a fraction of a millisecond', () => {
  expect(completeLimits({ requestMs: 1.1 * 1000 }).requestMs).toBeCloseTo(1100);
});

it('keyCheck accepts a key with every kind of character of a bearer token', () => {
  const check = keyCheck('a-b_c.d~e+f/g==');
  expect(() => check('Bearer a-b_c.d~e+f/g==')).not.toThrow();
  expect(() => check('Bearer other')).toThrow(ServerError);
});

it('the error SHUTTING_DOWN has a Retry-After header', () => {
  expect(new ServerError('SHUTTING_DOWN', 'soon').headers).toEqual({ 'Retry-After': '5' });
});
