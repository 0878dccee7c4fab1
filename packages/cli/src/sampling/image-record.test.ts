import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { encodePng, readPngText } from '@isonoise/picture';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Scene } from '../../../../tests/support/served.ts';
import { isonoise } from '../../testdata/isonoise-command.ts';

const MNIST = path.resolve(import.meta.dirname, '../../../../models/mnist');
const SIDE = 28;
const SLOW_MS = 240_000;
/** Text about the flags that repeat an edit with a mask. */
const MASKED = '--init <file>, and --mask <file> or --outpaint <margins> (or both) as before';
const scene = new Scene();
const at = (name: string): string => path.join(scene.folder, name);
const bar = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => (Math.abs((i % SIDE) - 14) < 2 ? 240 : 0));

beforeAll(async () => {
  await scene.build();
  await writeFile(at('bar.png'), encodePng({ width: SIDE, height: SIDE, channels: 1, data: bar }));
});
afterAll(() => scene.remove());

async function sample(...args: readonly string[]): Promise<string> {
  const { code, stderr } = await isonoise(['sample', MNIST, '--provider', 'cpu', ...args]);
  expect(code, stderr).toBe(0);
  return stderr;
}
const refused = async (...args: readonly string[]): Promise<string> => {
  const { code, stderr } = await isonoise(['sample', MNIST, '--provider', 'cpu', ...args]);
  expect(code).not.toBe(0);
  return stderr;
};

describe('pnpm sample --like', { timeout: SLOW_MS }, () => {
  it('redraws a sheet or a single image byte for byte', async () => {
    await sample('--class', 'all', '--count', '3', '--steps', '2', '--seed', '5', '--out', at('sheet.png'));
    await sample('--like', at('sheet.png'), '--out', at('again.png'));
    expect(await readFile(at('again.png'))).toEqual(await readFile(at('sheet.png')));

    await sample('--like', at('sheet.png'), '--out', `${at('each')}/`);
    await sample('--like', at('each/0002-seed-5-2.png'), '--out', `${at('one')}/`);
    const one = await readFile(at('one/0002-seed-5-2.png'));
    expect(one).toEqual(await readFile(at('each/0002-seed-5-2.png')));
  });

  it('requires the pictures of an edit', async () => {
    await sample('--init', at('bar.png'), '--count', '1', '--steps', '4', '--out', at('changed.png'));
    await sample('--like', at('changed.png'), '--init', at('bar.png'), '--out', at('changed-again.png'));
    expect(await readFile(at('changed-again.png'))).toEqual(await readFile(at('changed.png')));
    const missing = await refused('--like', at('changed.png'), '--out', at('x.png'));
    expect(missing).toContain(
      '(of the values, not of the files). Add --init <file>; --fit must be as before.\n',
    );
    const { stdout } = await isonoise(['info', at('changed.png')]);
    expect(stdout).toContain(
      'an edit; draw it again with pnpm sample <model> --like <this file> --init <file>; --fit must be as before\n',
    );
    expect(stdout).toMatch(/^init +[0-9a-f]{64}$/m);
    expect(stdout).toMatch(/^strength +0\.6$/m);
    expect(stdout).toMatch(/^classes +none$/m);
    expect(stdout).not.toMatch(/^mask/m);
  });

  it('requires the mask of an edit, or the images that replaced the noise', async () => {
    const edit = ['--init', at('bar.png'), '--mask', at('bar.png')];
    await sample(...edit, '--count', '1', '--steps', '2', '--out', at('masked.png'));
    const { stdout } = await isonoise(['info', at('masked.png')]);
    expect(stdout).toContain(`--like <this file> ${MASKED}; --fit must be as before\n`);
    expect(stdout).toMatch(/^mask +[0-9a-f]{64}$/m);
    const again = ['--like', at('masked.png'), '--out', at('masked-again.png')];
    expect(await refused(...again)).toContain(`Add ${MASKED}; --fit must be as before.`);
    await sample(...again, ...edit);
    expect(await readFile(at('masked-again.png'))).toEqual(await readFile(at('masked.png')));

    const noise = await sample(
      '--sampler',
      'ddim-inverse',
      '--from',
      at('bar.png'),
      '--steps',
      '2',
      '--out',
      at('n.png'),
    );
    expect(noise).toContain('n.npy');
    expect(await refused('--like', at('n.png'), '--out', at('x.png'))).toContain(
      'Add --from <file>; --fit must be as before.',
    );
    // The hash belongs to images that replaced the noise, so --init with the same picture is refused.
    expect(await refused('--like', at('n.png'), '--init', at('bar.png'), '--out', at('x.png'))).toContain(
      'Add --from <file>; --fit must be as before.',
    );
  });

  it('repeats an outpainted picture if the margins and --fit are the same', async () => {
    const data = Uint8Array.from({ length: 40 * SIDE }, (_, i) => (i * 7) % 256);
    await writeFile(at('wide.png'), encodePng({ width: 40, height: SIDE, channels: 1, data }));
    const edit = ['--init', at('wide.png'), '--outpaint', 'left=4,right=4', '--fit', 'stretch'];
    await sample(...edit, '--count', '1', '--steps', '2', '--out', at('outpainted.png'));
    const { stdout } = await isonoise(['info', at('outpainted.png')]);
    expect(stdout).toContain(`--like <this file> ${MASKED}; --fit must be as before\n`);
    const again = ['--like', at('outpainted.png'), '--out', at('outpainted-again.png')];
    expect(await refused(...again)).toContain(`Add ${MASKED}; --fit must be as before.`);
    expect(await refused(...again, ...edit.slice(0, 4))).toContain('got pictures or masks with the SHA-256');
    await sample(...again, ...edit);
    expect(await readFile(at('outpainted-again.png'))).toEqual(await readFile(at('outpainted.png')));
  });

  it('refuses pictures without a request, and other flags that determine the images', async () => {
    expect(await refused('--like', at('bar.png'), '--out', at('x.png'))).toContain(
      'contains no isonoise request',
    );
    expect(await refused('--like', at('bar.png'), '--seed', '1', '--out', at('x.png'))).toContain(
      'Leave out --seed.',
    );
  });

  it('cannot repeat a picture of --no-metadata, which has the same pixels but no request', async () => {
    await sample('--count', '1', '--steps', '1', '--out', at('with.png'));
    await sample('--count', '1', '--steps', '1', '--no-metadata', '--out', at('without.png'));
    const [recorded, plain] = [await readFile(at('with.png')), await readFile(at('without.png'))];
    expect(readPngText(plain, 'isonoise', 1e6)).toBeUndefined();
    const text = readPngText(recorded, 'isonoise', 1e6) ?? '';
    expect(recorded.length - plain.length).toBe(12 + 'isonoise\0'.length + text.length);
    const { stdout } = await isonoise(['info', at('with.png'), '--json']);
    expect(JSON.parse(stdout)).toEqual({ kind: 'picture', ...(JSON.parse(text) as object) });
  });
});
