import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { isonoise } from './command.ts';
import { killPlan } from './kill-plan.ts';

/** Of the bundle, what is the same whenever it is exported; the record of the training has times. */
const COMPARED = ['unet/model.onnx', 'unet/diffusion_pytorch_model.safetensors'];
/**
 * Exports a run over and over, killed at moments of a seeded stream, then to its end.
 *
 * @param run the folder of a run
 * @param folder where the model goes; empty
 * @returns how many exports were killed
 * @throws Error something is left behind, a model is lost, or the last export differs from an undisturbed one
 */
export async function disturbExport(
  run: string,
  folder: string,
  seed: number,
  kills: number,
  note: (line: string) => void,
): Promise<number> {
  const out = path.join(folder, 'model');
  const exportModel = (kill?: Parameters<typeof isonoise>[1]) =>
    isonoise(
      ['export-onnx', run, '--out', out, '--force', '--samples', '2', '--sample-steps', '2', '--quiet'],
      kill,
    );
  const whole = async (what: string): Promise<readonly string[]> => {
    const { end, stderr } = await exportModel();
    const names = await readdir(folder);
    if (end !== 0 || names.join() !== 'model')
      throw new Error(
        `${what} ended with ${end} and left ${names.join(', ')}; expected 0 and model alone:\n${stderr}`,
      );
    return Promise.all(COMPARED.map((name) => readFile(path.join(out, name), 'base64')));
  };
  const began = performance.now();
  const expected = await whole('the undisturbed export');
  // An export tells nothing on the way: it is killed at any moment of the time that it takes.
  const window = { startShare: 1, startMs: performance.now() - began, mostEvents: 0, eventMs: 0 };
  let killed = 0;
  for (const kill of killPlan(seed, kills, window)) {
    const ended = await exportModel(kill);
    if (ended.killed) killed++;
    note(
      `export: ${kill.signal} after ${kill.delayMs} ms (${ended.end}), left ${(await readdir(folder)).join(', ')}`,
    );
  }
  const last = await whole('the export after the killed ones');
  if (last.some((bytes, i) => bytes !== expected[i]))
    throw new Error(`${out} differs from the undisturbed export`);
  return killed;
}
