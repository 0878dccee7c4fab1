import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Scene } from '../../../../tests/support/served.ts';

const scene = new Scene();
beforeAll(() => scene.build());
afterEach(() => scene.stopServers());
afterAll(() => scene.remove());

describe('the page', () => {
  it('has isolation and security headers, and lets browsers cache hashed files forever', async () => {
    const { get } = await scene.serve();
    const page = await get('/');
    expect(await page.text()).toContain('<title>page</title>');
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const script = await get('/assets/index-BfT3x_9a.js');
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    for (const pathname of [
      '/',
      '/assets/index-BfT3x_9a.js',
      '/models/conv/isonoise.json',
      '/v1/models',
      '/nothing',
    ]) {
      const { headers } = await get(pathname);
      expect(headers.get('cross-origin-opener-policy'), pathname).toBe('same-origin');
      expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.get('content-security-policy')).toContain("script-src 'self' 'wasm-unsafe-eval'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
    }
  });

  it('is replaced by an error with the build command if it is not built', async () => {
    const { get, server } = await scene.serve({ page: path.join(scene.folder, 'no-page') });
    const answer = await get('/');
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain('pnpm --filter @isonoise/web build');
    expect(server.page.built).toBe(false);
  });
});
