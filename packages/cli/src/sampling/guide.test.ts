import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Scene } from '../../../../tests/support/served.ts';
import { isonoise } from '../../testdata/isonoise-command.ts';

const scene = new Scene();
let [model, weak] = ['', ''];
beforeAll(async () => {
  await scene.build();
  model = path.join(scene.folder, 'models/conv');
  weak = await scene.addModel('weak', undefined, 4);
});
afterAll(() => scene.remove());

const at = (name: string): string => path.join(scene.folder, name);

async function drawn(name: string, ...args: readonly string[]): Promise<Uint8Array> {
  const files = ['--out', at('x.png'), '--npy', at(name), '--provider', 'cpu'];
  const { code, stderr } = await isonoise(['sample', model, ...files, ...args]);
  expect(code, stderr).toBe(0);
  return new Uint8Array(await readFile(at(name)));
}

const request = ['--seed', '3', '--count', '4', '--steps', '6', '--spacing', 'trailing'];

describe('pnpm sample --guide', () => {
  it('changes the images, unless the model is its own guide', async () => {
    const plain = await drawn('plain.npy', ...request);
    const guided = await drawn('guided.npy', ...request, '--guidance', '3', '--guide', weak);
    expect(guided).not.toEqual(plain);
    // If the guide is the model, guide + g·(model − guide) is exactly the output of the model, because the
    // difference is 0.
    expect(await drawn('self.npy', ...request, '--guidance', '3', '--guide', model)).toEqual(plain);
  });

  it('resumes a saved run exactly, and refuses a missing or different guide', async () => {
    const settings = ['--guidance', '3', '--guidance-rescale', '0.7', '--guidance-low', '0.1'];
    const guide = ['--guide', weak];
    const whole = await drawn('whole.npy', ...request, ...settings, ...guide);
    const state = at('half.json');
    const begin = ['sample', model, ...request, ...settings, ...guide, '--provider', 'cpu'];
    const stopped = await isonoise([...begin, '--stop-after', '3', '--save-state', state]);
    expect(stopped.stderr).toContain(`--resume-state ${state} --guide ${weak}`);
    expect(await drawn('resumed.npy', '--resume-state', state, ...guide)).toEqual(whole);

    const resumed = ['sample', model, '--resume-state', state, '--out', at('x.png')];
    expect((await isonoise(resumed)).stderr).toContain('guide is missing; expected the second network');
    expect((await isonoise([...resumed, '--guide', model])).stderr).toContain(
      'the saved run was started with a guide whose SHA-256 is',
    );
  });
});
