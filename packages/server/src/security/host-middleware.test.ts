import { Hono } from 'hono';
import { expect, it } from 'vitest';
import type { Environment } from '../environment.ts';
import { ServerError } from '../errors.ts';
import { hostCheck } from './host.ts';
import { requireHost } from './host-middleware.ts';

it.each([
  ['http://10.0.0.5:4173/models/conv/isonoise.json', 200],
  ['http://10.0.0.5:4173/v1/jobs', 421],
  ['http://10.0.0.5:4173/v1/sample', 421],
  ['http://10.0.0.5:4173/models', 421],
  ['http://10.0.0.5:4173/v1/../models/../v1/jobs', 421],
  ['http://10.0.0.6:4173/models/conv/isonoise.json', 421],
  ['http://draw.example.org/models/conv/isonoise.json', 200],
  ['http://draw.example.org/v1/jobs', 421],
  ['http://evil.example/models/conv/isonoise.json', 421],
  ['http://localhost:4173/v1/jobs', 200],
])(
  'a server on loopback that workers reach at 10.0.0.5 and draw.example.org answers %s with %i',
  async (url, status) => {
    const app = new Hono<Environment>();
    app.use(requireHost(hostCheck([]), () => ['http://10.0.0.5:4173', 'https://draw.example.org']));
    app.all('*', (context) => context.text('served'));
    app.onError((error, context) => {
      expect(error).toBeInstanceOf(ServerError);
      return context.text(error.message, 421);
    });
    expect((await app.fetch(new Request(url), { onLoopback: true })).status).toBe(status);
  },
);
