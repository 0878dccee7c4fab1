import { afterAll, beforeAll, expect, it } from 'vitest';
import { type StaticServer, serveFolders } from './static-server.ts';

let server: StaticServer;
beforeAll(async () => {
  server = await serveFolders({ folders: { '/': import.meta.dirname }, isolated: false });
});
afterAll(() => server.close());

const status = async (pathname: string): Promise<number> => (await fetch(server.url + pathname)).status;

it('serveFolders responds with 404 to a path with malformed escapes, and serves the next request', async () => {
  expect(await status('/%E0%A4%A')).toBe(404);
  expect(await status('/static-server.test.ts')).toBe(200);
});

it('serveFolders does not serve files outside its folders', async () => {
  expect(await status('/..%2f..%2fpackage.json')).toBe(404);
});
