import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestRedis } from '../support/redis.ts';
import { Scene } from '../support/served.ts';

const redis = new TestRedis();
const scene = new Scene();
beforeAll(() => Promise.all([redis.start(), scene.build()]));
afterAll(async () => {
  await scene.stopServers();
  await scene.remove();
  await redis.remove();
});

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly targets: readonly { readonly expr: string }[];
  }[];
  readonly templating: { readonly list: readonly { readonly query: unknown }[] };
}

it('the Grafana board shows all metrics of jobs, and only metrics that a server has', async () => {
  const file = path.resolve(import.meta.dirname, '../../deploy/grafana/jobs.json');
  const { panels, templating } = JSON.parse(readFileSync(file, 'utf8')) as Dashboard;
  const { get } = await scene.serve({ redis: redis.url });
  const metrics = await (await get('/metrics')).text();
  const names = [...metrics.matchAll(/^# TYPE (\S+) /gm)].map(([, name = '']) => name);
  const queries = [
    ...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    ...templating.list.map(({ query }) => JSON.stringify(query)),
  ];
  expect(queries.length).toBeGreaterThan(panels.length);
  const asked = new Set(queries.flatMap((query) => query.match(/\bisonoise_\w+/g) ?? []));
  for (const name of asked) expect(names).toContain(name);
  for (const name of names.filter((each) => each.startsWith('isonoise_jobs_'))) expect(asked).toContain(name);
});
