import { basename, join, resolve } from 'node:path';
import { CliError } from '../errors.ts';
import { exportModel } from '../exporting/export-model.ts';
import { isRunFolder } from '../model-path.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { EvaluateFlags } from './evaluate-flags.ts';

/**
 * Returns the path of a model. If a run is given, the run is exported to the folder of the results. An
 * earlier export is replaced, because the run may have been resumed since then.
 *
 * @throws `CLI_USAGE` for `--write` with a run, which has no card; errors of the export
 */
export async function modelOf(
  source: string,
  { out, write }: Pick<EvaluateFlags, 'out' | 'write'>,
  terminal: Terminal,
): Promise<string> {
  if (!(await isRunFolder(source))) return source;
  if (write === true) {
    throw new CliError(
      'CLI_USAGE',
      `--write: ${source} is a run, which does not have a model card; expected the folder of a model. Export the run first, or leave --write out.`,
    );
  }
  const name = basename(resolve(source));
  const folder = join(out ?? join('out', 'evaluate', name), 'model');
  terminal.note(`exporting the last checkpoint of ${source} to ${folder}`);
  const flags = { out: folder, name, force: true, reference: 'wasm', samples: 1 } as const;
  await exportModel(source, flags, { ...terminal, out() {}, note() {} });
  return folder;
}
