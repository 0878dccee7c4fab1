import { afterAll, beforeAll, expect, it } from 'vitest';
import { Scene } from '../../../../tests/support/served.ts';

const scene = new Scene();
beforeAll(() => scene.build());
afterAll(async () => {
  await scene.stopServers();
  await scene.remove();
});

it('a server reports its metrics in the format of Prometheus', async () => {
  const { get, sample } = await scene.serve();
  await sample({ model: 'conv', seed: 1, count: 3, steps: 4 });
  await sample({ model: 'none', seed: 1 });
  const text = await (await get('/metrics')).text();
  for (const line of [
    'isonoise_images_total{model="conv"} 3',
    'isonoise_image_steps_total{model="conv"} 12',
    'isonoise_pass_images_bucket{le="2",model="conv"} 0',
    'isonoise_pass_images_bucket{le="4",model="conv"} 4',
    'isonoise_refused_total{code="MODEL_NOT_FOUND"} 1',
    'isonoise_http_requests_total{method="POST",route="/v1/sample",status="200"} 1',
    'isonoise_models_open 1',
  ]) {
    expect(text).toContain(`${line}\n`);
  }
  expect(text).toContain('nodejs_eventloop_lag_seconds');
});
