import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Scene } from '../../../../tests/support/served.ts';
import { createServer } from '../create-server.ts';

const scene = new Scene();
beforeAll(() => scene.build());
afterEach(() => scene.stopServers());
afterAll(() => scene.remove());

const OWN = 'https://draw.example.org';
const FOREIGN = 'https://other.example.org';
const preflight = (origin: string): RequestInit => ({
  method: 'OPTIONS',
  headers: {
    Origin: origin,
    'Access-Control-Request-Method': 'POST',
    'Access-Control-Request-Headers': 'content-type, authorization',
  },
});

describe('pages of other origins', () => {
  it('can use the server and read its errors if their origin is allowed', async () => {
    const { get, sample } = await scene.serve({ allowOrigins: [OWN], apiKey: 'k' });
    const asked = await get('/v1/sample', preflight(OWN));
    // Preflights are answered before the key check, because they carry no key.
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-origin')).toBe(OWN);
    expect(asked.headers.get('access-control-allow-methods')?.split(', ')).toContain('POST');
    const allowed = asked.headers.get('access-control-allow-headers')?.toLowerCase().split(', ');
    expect(allowed).toEqual(
      expect.arrayContaining(['content-type', 'authorization', 'range', 'if-range', 'last-event-id']),
    );
    expect(asked.headers.get('vary')).toContain('Origin');

    const headers = { 'Content-Type': 'application/json', Origin: OWN, Authorization: 'Bearer k' };
    const drawn = await sample({ model: 'conv', seed: 1, steps: 1 }, { headers });
    expect([drawn.status, drawn.headers.get('access-control-allow-origin')]).toEqual([200, OWN]);
    const exposed = drawn.headers.get('access-control-expose-headers')?.split(', ');
    expect(exposed).toEqual(
      expect.arrayContaining([
        'X-Isonoise-Shape',
        'X-Request-Id',
        'Retry-After',
        'ETag',
        'Content-Range',
        'Location',
        'Content-Disposition',
      ]),
    );
    for (const refused of [
      await get('/v1/models', { headers: { Origin: OWN } }),
      await get('/nothing', { headers: { Origin: OWN } }),
      await get('/v1/sample', { headers: { Origin: OWN, Authorization: 'Bearer k' } }),
    ]) {
      expect(refused.status).toBeGreaterThanOrEqual(400);
      expect(refused.headers.get('access-control-allow-origin')).toBe(OWN);
    }
  });

  it('cannot use the server if their origin is not allowed, and responses have Vary: Origin', async () => {
    const { get } = await scene.serve({ allowOrigins: [OWN, 'http://localhost:5173'] });
    for (const origin of [FOREIGN, 'null', `${OWN}:8443`, `${OWN}/`, OWN.toUpperCase(), '*']) {
      const asked = await get('/v1/sample', preflight(origin));
      expect(asked.headers.get('access-control-allow-origin'), origin).toBeNull();
      expect(asked.headers.get('access-control-allow-methods'), origin).toBeNull();
    }
    const file = '/models/conv/isonoise.json';
    for (const init of [{}, { headers: { Origin: OWN } }, { headers: { Origin: FOREIGN } }]) {
      expect((await get(file, init)).headers.get('vary')).toBe('Accept-Encoding, Origin');
    }
  });

  it('can all use the server if * is allowed, and cannot use it by default', async () => {
    const open = await scene.serve({ allowOrigins: ['*'] });
    const answer = await open.get('/v1/models', { headers: { Origin: FOREIGN } });
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('vary')).toBeNull();
    const closed = await scene.serve();
    const refused = await closed.get('/v1/models', { headers: { Origin: FOREIGN } });
    expect(refused.headers.get('access-control-allow-origin')).toBeNull();
    expect(
      (await closed.get('/v1/sample', preflight(FOREIGN))).headers.get('access-control-allow-origin'),
    ).toBeNull();
  });
});

it('createServer rejects origins that are not valid, and suggests a valid one', async () => {
  await expect(createServer({ bundleOrigin: '*', redis: 'redis://localhost' })).rejects.toMatchObject({
    code: 'SERVER_ORIGIN_INVALID',
    message: expect.stringMatching(
      /^bundleOrigin \(--bundle-origin\) is "\*"; expected an origin as browsers send it, such as https:\/\/draw\.example\.org\. /,
    ),
  });
  for (const [origin, shown] of [
    ['https://draw.example.org/', OWN],
    ['https://draw.example.org/page', OWN],
    ['https://DRAW.example.org', OWN],
    ['https://draw.example.org:443', OWN],
    ['draw.example.org', OWN],
    ['null', OWN],
    ['', OWN],
    ['file:///tmp', OWN],
  ]) {
    await expect(createServer({ allowOrigins: [origin ?? ''] }), origin).rejects.toMatchObject({
      code: 'SERVER_ORIGIN_INVALID',
      message: expect.stringContaining(
        `has "${origin}"; expected an origin as browsers send it, such as ${shown}`,
      ),
    });
  }
});
