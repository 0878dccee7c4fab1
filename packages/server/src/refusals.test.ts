import { describe, expect, it } from 'vitest';
import { createServer } from './create-server.ts';
import { ServerError } from './errors.ts';
import { completeLimits, type ServerLimits } from './limits.ts';
import { keyCheck } from './security/api-key.ts';

describe('a server is not made', () => {
  it.each<Partial<ServerLimits>>([
    { maxBatch: 0 },
    { maxBatch: 1.5 },
    { maxImages: Number.NaN },
    { maxModels: -1 },
    { bodyBytes: Number.POSITIVE_INFINITY },
    { requestMs: 0 },
    { budget: 0.5 },
  ])('under the limits %o, which nothing could be drawn under', async (limits) => {
    const [name = ''] = Object.keys(limits);
    const refusal = { code: 'SERVER_LIMIT_INVALID', message: expect.stringContaining(`limits.${name} is `) };
    await expect(createServer({ limits })).rejects.toMatchObject(refusal);
  });

  it.each(['', ' ', 'two words', 'line\n', 'schlüssel'])(
    'with the key %j, which no header carries',
    async (apiKey) => {
      await expect(createServer({ apiKey })).rejects.toMatchObject({ code: 'SERVER_KEY_INVALID' });
    },
  );
});

it('a time limit need not be whole milliseconds', () => {
  expect(completeLimits({ requestMs: 1.1 * 1000 }).requestMs).toBeCloseTo(1100);
});

it('a key that is accepted can be sent', () => {
  const check = keyCheck('a-b_c.d~e+f/g==');
  expect(() => check('Bearer a-b_c.d~e+f/g==')).not.toThrow();
  expect(() => check('Bearer other')).toThrow(ServerError);
});

it('whoever is told that the server shuts down is told when to come again', () => {
  expect(new ServerError('SHUTTING_DOWN', 'soon').headers).toEqual({ 'Retry-After': '5' });
});
