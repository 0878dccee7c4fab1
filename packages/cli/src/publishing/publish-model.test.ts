import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import { BUNDLE_PATHS, readBundle } from '@isonoise/bundle';
import { nodeFiles } from '@isonoise/runtime-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeSmallestBundle } from '../../testdata/smallest-bundle.ts';
import { pullModel } from '../pulling/pull-model.ts';
import { createTerminal, type Terminal } from '../terminal/terminal.ts';
import { publishModel } from './publish-model.ts';

let folder: string;
let model: string;
const silent = new Writable({ write: (_, __, done) => done() });
const terminal: Terminal = createTerminal({ stdout: silent, stderr: silent, env: {}, quiet: true });

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'isonoise-publish-'));
  model = path.join(folder, 'model');
  await writeSmallestBundle(nodeFiles(model));
});
afterEach(() => rm(folder, { recursive: true }));

const text = (file: string): Promise<string> => readFile(file, 'utf8');

describe('publishModel', () => {
  it('writes a folder that pull can download, with a licence, attributes for Git LFS and checksums', async () => {
    const out = path.join(folder, 'upload');
    const licenseFile = path.join(folder, 'terms.txt');
    await writeFile(licenseFile, 'You may use this model.\n');
    await publishModel(model, { out, license: 'cc-by-4.0', licenseFile }, terminal);
    expect(await text(path.join(out, 'LICENSE'))).toBe('You may use this model.\n');
    expect(await text(path.join(out, 'README.md'))).toMatch(
      /^---\nlicense: cc-by-4\.0\nlibrary_name: isonoise\npipeline_tag: unconditional-image-generation\n/,
    );
    expect(await text(path.join(out, '.gitattributes'))).toContain(
      '\n*.onnx filter=lfs diff=lfs merge=lfs -text\n',
    );
    const sums = (await text(path.join(out, 'SHA256SUMS'))).trim().split('\n');
    expect(sums).toHaveLength(7);
    for (const line of sums) {
      const [hash, name = ''] = line.split('  ');
      const content = await readFile(path.join(out, name));
      expect(createHash('sha256').update(content).digest('hex')).toBe(hash);
    }

    const server = createServer(async (request, response) => {
      const content = await readFile(path.join(out, request.url ?? '')).catch(() => null);
      response.writeHead(content === null ? 404 : 200).end(content);
    }).listen(0, '127.0.0.1');
    try {
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const pulled = path.join(folder, 'pulled');
      await pullModel(`http://127.0.0.1:${port}/`, { out: pulled, mostGigabytes: 1 }, terminal);
      const [first, second] = await Promise.all([out, pulled].map((each) => readBundle(nodeFiles(each))));
      expect(second).toEqual(first);
    } finally {
      server.closeAllConnections();
      server.close();
    }
    // A published folder can be published again, and can be replaced.
    await publishModel(out, { out: path.join(folder, 'again') }, terminal);
    await publishModel(model, { out, license: 'mit', force: true }, terminal);
    expect(await text(path.join(out, 'README.md'))).toContain('\nlicense: mit\n');
    expect(await text(path.join(model, BUNDLE_PATHS.readme))).toBe('# digits\n');
  });

  it('refuses a missing, invalid or empty licence, and a folder inside the model', async () => {
    const [upload, empty] = [path.join(folder, 'upload'), path.join(folder, 'empty.txt')];
    await writeFile(empty, '');
    for (const flags of [
      { out: upload },
      { out: upload, license: 'My own licence' },
      { out: path.join(model, 'upload'), license: 'mit' },
      { out: upload, license: 'mit', licenseFile: empty },
    ]) {
      await expect(publishModel(model, flags, terminal)).rejects.toMatchObject({ code: 'CLI_USAGE' });
    }
    const missing = { out: upload, license: 'mit', licenseFile: path.join(folder, 'missing') };
    await expect(publishModel(model, missing, terminal)).rejects.toMatchObject({ code: 'CLI_UNKNOWN_FILE' });
  });
});
