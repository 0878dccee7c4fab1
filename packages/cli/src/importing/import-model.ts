import { basename, resolve } from 'node:path';
import { DATA_LIMITS, parseImageSize } from '@isonoise/data';
import { printable } from '@isonoise/error';
import { type ImportedModel, importModel as readModel, readRecorded } from '@isonoise/import';
import { parameterCount } from '@isonoise/network';
import { commandLine } from '../command-line.ts';
import { checkExport, requireSteps } from '../exporting/check-export.ts';
import { replaceModel, report } from '../exporting/export-model.ts';
import { checkSingleFile, writeSingleFile } from '../exporting/write-single-file.ts';
import { readOptionFile } from '../read-option-file.ts';
import { count, plural } from '../terminal/format.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { checkRecorded } from './check-recorded.ts';
import type { ImportFlags } from './import-flags.ts';
import { modelFiles } from './model-files.ts';

/**
 * `isonoise import-model`: reads a model that was trained in Python and writes it as a bundle. The folder
 * gets its final name after the bundle is checked.
 */
export async function importModel(path: string, flags: ImportFlags, terminal: Terminal): Promise<void> {
  const began = performance.now();
  const command = commandLine(['isonoise', ...process.argv.slice(2)]);
  const name = flags.name ?? basename(resolve(flags.out));
  await checkExport(path, flags, name, 'Python model');
  await checkSingleFile(path, flags);
  // Check the size before reading the model, because the files of the model can be large.
  const size = sizeOf(flags.size);
  const classNames = flags.classNames === undefined ? undefined : await readNames(flags.classNames);
  const files = await modelFiles(path, flags);
  terminal.note(`${terminal.colors.bold('isonoise import-model')} ${printable(path)}`);
  const model = await readModel(files, {
    name,
    size,
    classNames,
    nullClass: flags.nullClass,
    weights: flags.weights,
    ignoreUnused: flags.ignoreUnused,
  });
  requireSteps(flags, model.spec.scheduler.num_train_timesteps);
  // Read the recorded output before samples are drawn, so that a file that does not fit is reported at once.
  const output = files.recorded === null ? null : await readRecorded(files.recorded, model.spec);
  // Names in the files of the model may contain control characters.
  for (const note of model.notes) terminal.warn(printable(note));
  terminal.note(printable(describe(model)));

  let recorded: Awaited<ReturnType<typeof checkRecorded>> | null = null;
  const result = await replaceModel(
    {
      spec: model.spec,
      network: model.network,
      networkConfig: model.networkConfig,
      theta: model.theta,
      precision: 'float32',
      training: { imported: basename(resolve(path)), parameters: parameterCount(model.network.parameters) },
      card: { license: flags.license, command },
    },
    flags.out,
    flags,
    terminal,
    async (written, { drift }) => {
      if (output === null) return;
      recorded = await checkRecorded(written, model.spec, output, drift?.prediction.largest ?? 0);
    },
  );
  report(result, flags, terminal, {
    seconds: (performance.now() - began) / 1000,
    step: null,
    recorded,
    rows: [...rowsOf(recorded), ...(await writeSingleFile(result, flags))],
  });
}

/** Returns the row about the comparison with Python; empty if nothing was compared. */
function rowsOf(
  recorded: { readonly largestDifference: number; readonly largestValue: number } | null,
): [string, string][] {
  if (recorded === null) return [];
  const { largestDifference, largestValue } = recorded;
  return [
    [
      'recorded',
      `largest difference from Python ${largestDifference.toExponential(1)}, of values up to ${largestValue.toFixed(2)}`,
    ],
  ];
}

function describe({ network, spec, weights }: ImportedModel): string {
  const { channels, height, width } = spec.image;
  const facts = [
    `${channels}×${height}×${width}`,
    `${count(parameterCount(network.parameters))} parameters`,
    ...(spec.classes === null ? [] : [plural(spec.classes.names.length, 'class', 'classes')]),
    ...(weights === '' ? [] : [`weights ${weights}`]),
    String(spec.scheduler._class_name),
  ];
  return facts.join(', ');
}

/** Maximum size of a file of class names, in bytes. */
const MAX_NAMES_BYTES = 16_000_000;

function sizeOf(size: ImportFlags['size']): { readonly height: number; readonly width: number } | undefined {
  return size === undefined ? undefined : parseImageSize(String(size), DATA_LIMITS.side);
}

/** Reads a text file with one class name per line. @throws `CLI_UNKNOWN_FILE` if the file cannot be read or is too long */
async function readNames(path: string): Promise<readonly string[]> {
  const bytes = await readOptionFile({
    path,
    name: `--class-names ${path}`,
    expected: 'a text file with one class name per line',
    mostBytes: MAX_NAMES_BYTES,
    code: 'CLI_UNKNOWN_FILE',
  });
  return new TextDecoder()
    .decode(bytes)
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
