import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { isonoise } from './command.ts';
import { killPlan } from './kill-plan.ts';

/** Files of the bundle that must be equal in every export of a run. Other files contain times. */
const COMPARED = ['unet/model.onnx', 'unet/diffusion_pytorch_model.safetensors'];

/**
 * Exports a run repeatedly, and kills each export at a seeded random time. Then exports the run once without a kill.
 *
 * @param run folder of a run
 * @param folder empty folder for the model
 * @returns number of killed exports
 * @throws Error if files are left behind, a model is lost, or the last export differs from an undisturbed one
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
        `${what} ended with ${end} and left ${names.join(', ')}; expected exit code 0 and only the folder model:\n${stderr}`,
      );
    return Promise.all(COMPARED.map((name) => readFile(path.join(out, name), 'base64')));
  };
  const began = performance.now();
  const expected = await whole('the undisturbed export');
  // An export does not print events, so it is killed after a random share of the time that it takes.
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
    throw new Error(`${out} differs from the undisturbed export; expected equal files`);
  return killed;
}
