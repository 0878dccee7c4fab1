import { afterAll, beforeAll, expect, it } from 'vitest';
import { Scene } from '../../../../tests/support/served.ts';

const scene = new Scene();
beforeAll(() => scene.build());
afterAll(async () => {
  await scene.stopServers();
  await scene.remove();
});

it('the API and the metrics require the key if the server has one, unlike other routes', async () => {
  const { get, sample } = await scene.serve({ apiKey: 'sesame' });
  const body = { model: 'conv', seed: 1, steps: 1 };
  const withKey = (authorization: string): Promise<Response> =>
    sample(body, { headers: { 'Content-Type': 'application/json', Authorization: authorization } });
  const refused = await sample(body);
  expect(refused.status).toBe(401);
  expect(refused.headers.get('www-authenticate')).toContain('Bearer');
  expect(await refused.text()).toContain('Authorization is missing; expected Bearer <key>');
  for (const [wrong, message] of [
    ['Bearer sesam', 'the key in Authorization is wrong'],
    ['Bearer sesame2', 'the key in Authorization is wrong'],
    ['Basic sesame', 'malformed; expected Bearer'],
    ['sesame', 'malformed; expected Bearer'],
  ] as const) {
    const answer = await withKey(wrong);
    expect(answer.status, wrong).toBe(401);
    expect(await answer.text(), wrong).toContain(message);
  }
  expect((await withKey('Bearer sesame')).status).toBe(200);
  for (const open of ['/', '/healthz', '/readyz', '/models/conv/isonoise.json']) {
    expect((await get(open)).status, open).toBe(200);
  }
  for (const closed of ['/v1/models', '/v1/openapi.json', '/metrics']) {
    expect((await get(closed)).status, closed).toBe(401);
  }
});
