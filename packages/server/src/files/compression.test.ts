import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile, utimes, writeFile } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import path from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Scene, type Served } from '../../../../tests/support/served.ts';

const scene = new Scene();
beforeAll(() => scene.build());
afterEach(() => scene.stopServers());
afterAll(() => scene.remove());

/** Sends a request without `fetch`, which would decompress the body. @returns the response with the bytes as sent */
async function wire(
  { listening: { port } }: Served,
  pathname: string,
  headers: Record<string, string>,
  method = 'GET',
): Promise<{ status: number | undefined; headers: IncomingMessage['headers']; bytes: Buffer }> {
  const sent = request({ port, host: '127.0.0.1', path: pathname, headers, method }).end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return { status: answer.statusCode, headers: answer.headers, bytes: Buffer.concat(chunks) };
}

describe('compression', () => {
  const script = 'export const text = "the same words again and again";\n'.repeat(200);
  const at = '/assets/app-BfT3x_9a.js';

  /** Serves a page whose script has compressed copies, as `vite-compress` creates them. */
  async function page(): Promise<Served> {
    const file = path.join(scene.folder, 'page', at);
    await writeFile(file, script);
    await writeFile(`${file}.br`, brotliCompressSync(script));
    await writeFile(`${file}.gz`, gzipSync(script));
    return scene.serve();
  }

  it('uses the coding that the client prefers and names it in Content-Encoding', async () => {
    const served = await page();
    for (const [accept, coding, decode] of [
      ['gzip, deflate, br, zstd', 'br', brotliDecompressSync],
      ['gzip', 'gzip', gunzipSync],
      ['br;q=0.1, gzip;q=0.2', 'gzip', gunzipSync],
      ['identity', undefined, Buffer.from],
      ['br;q=0.5, identity', undefined, Buffer.from],
      ['zstd', undefined, Buffer.from],
    ] as const) {
      const { status, headers, bytes } = await wire(served, at, { 'Accept-Encoding': accept });
      expect([status, headers['content-encoding']], accept).toEqual([200, coding]);
      expect(decode(bytes).toString(), accept).toBe(script);
      expect(headers['content-length']).toBe(String(bytes.length));
      expect(headers['content-type']).toBe('text/javascript; charset=utf-8');
      expect(headers.vary).toContain('Accept-Encoding');
      const head = await wire(served, at, { 'Accept-Encoding': accept }, 'HEAD');
      expect(head.headers['content-length']).toBe(String(bytes.length));
    }
    const refused = await wire(served, at, { 'Accept-Encoding': 'zstd, identity;q=0' });
    expect([refused.status, refused.headers.vary]).toEqual([406, 'Accept-Encoding']);
    expect(refused.bytes.toString()).toContain('ENCODING_NOT_ACCEPTABLE');
  });

  it('gives each coding its own ETag, and applies ranges to the bytes of the tagged coding', async () => {
    const served = await page();
    const tags = new Map<string, string>();
    for (const coding of ['br', 'gzip', 'identity']) {
      const accept = { 'Accept-Encoding': coding };
      const whole = await wire(served, at, accept);
      const etag = String(whole.headers.etag);
      tags.set(etag, coding);
      expect((await wire(served, at, { ...accept, 'If-None-Match': etag })).status).toBe(304);
      const rest = { ...accept, Range: 'bytes=20-', 'If-Range': etag };
      const part = await wire(served, at, rest);
      expect([part.status, part.headers['content-encoding']]).toEqual([
        206,
        whole.headers['content-encoding'],
      ]);
      expect(part.headers['content-range']).toBe(`bytes 20-${whole.bytes.length - 1}/${whole.bytes.length}`);
      expect(Buffer.concat([whole.bytes.subarray(0, 20), part.bytes]).equals(whole.bytes)).toBe(true);
      // The tags of codings differ, so a different coding is sent as a whole.
      const other = coding === 'identity' ? 'br' : 'identity';
      expect((await wire(served, at, { ...rest, 'Accept-Encoding': other })).status).toBe(200);
      expect((await wire(served, at, { 'Accept-Encoding': other, 'If-None-Match': etag })).status).toBe(200);
    }
    expect(tags.size).toBe(3);
  });

  it('ignores a copy that is older than its file', async () => {
    const served = await page();
    const copy = path.join(scene.folder, 'page', `${at}.br`);
    await utimes(copy, new Date(0), new Date(0));
    const { headers } = await wire(served, at, { 'Accept-Encoding': 'br' });
    expect(headers['content-encoding']).toBeUndefined();
  });

  it("compresses a model's files if that makes them smaller, and compresses changed files again", async () => {
    const served = await scene.serve();
    const manifest = path.join(scene.folder, 'models/conv/isonoise.json');
    const onnx = path.join(scene.folder, 'models/conv/unet/model.onnx');
    for (const [pathname, file] of [
      ['/models/conv/isonoise.json', manifest],
      ['/models/conv/unet/model.onnx', onnx],
    ] as const) {
      const plain = await readFile(file);
      for (let round = 0; round < 2; round++) {
        const { headers, bytes } = await wire(served, pathname, { 'Accept-Encoding': 'br' });
        expect(headers['content-encoding'], pathname).toBe('br');
        expect(bytes.length).toBeLessThan(plain.length);
        expect(brotliDecompressSync(bytes).equals(plain)).toBe(true);
      }
    }
    const notes = path.join(scene.folder, 'models/conv/notes.txt');
    for (const letter of ['a', 'b']) {
      await writeFile(notes, letter.repeat(5000));
      const { bytes } = await wire(served, '/models/conv/notes.txt', { 'Accept-Encoding': 'gzip' });
      expect(gunzipSync(bytes).toString()).toBe(letter.repeat(5000));
    }
    const noise = path.join(scene.folder, 'models/conv/noise.bin');
    await writeFile(noise, randomBytes(5000));
    const { headers } = await wire(served, '/models/conv/noise.bin', { 'Accept-Encoding': 'br' });
    expect([headers['content-encoding'], headers.vary]).toEqual([undefined, 'Accept-Encoding']);
  });
});
