import {
  BUNDLE_PATHS,
  type BundleErrorCode,
  type FileCheck,
  type FileStatus,
  readOnnxFile,
  type VerifyReport,
  verifyBundle,
} from '@isonoise/bundle';
import { codeOf, isIsonoiseError, printable } from '@isonoise/error';
import type { GoldenReport, RuntimeErrorCode } from '@isonoise/runtime';
import { bundleFiles, isOnnxFile, loadModel, readRegularFile } from '@isonoise/runtime-node';
import type { SamplerErrorCode } from '@isonoise/sampler';
import { CliError } from '../errors.ts';
import { type MachineFlags, runtimeOptions } from '../machine-flags.ts';
import { refuseOther } from '../model-path.ts';
import { table } from '../terminal/format.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** Options of `verify` as commander passes them. */
export interface VerifyFlags extends MachineFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

interface GoldenResult extends Pick<GoldenReport, 'ok' | 'prediction' | 'image'> {
  readonly provider: string;
}

/**
 * `isonoise verify`: checks that the files of a model have not changed since the export, and that the model gives
 * the same results on this machine as on the exporting machine. With `quiet`, it prints nothing, unless `--json`
 * requests a report.
 *
 * @throws `CLI_VERIFY_FAILED` with a list of the problems, after the report is printed
 */
export async function verifyModel(path: string, flags: VerifyFlags, terminal: Terminal): Promise<void> {
  await refuseOther('verify', path);
  const { ok, name, hasGolden, checks, contradiction, unproven, seal } = (await isOnnxFile(path))
    ? await verifyFile(path)
    : await verifyFolder(path);
  // A graph that has changed is not run.
  const { golden, failure } =
    ok && hasGolden ? await checkGolden(path, flags) : { golden: null, failure: null };
  const problems = [
    ...checks.flatMap(fileProblem),
    ...(contradiction === null ? [] : [contradiction]),
    ...goldenProblems(golden),
    ...(failure ?? []),
  ];
  const files = checks.map(({ cause: _, ...check }) => check);
  const document = {
    path,
    name,
    ok: problems.length === 0,
    problems,
    unproven,
    files,
    golden,
  };
  if (flags.json === true) {
    // If there are problems, the JSON document of the error contains the report.
    if (problems.length === 0) terminal.json(document);
  } else if (!terminal.quiet) {
    const { green, red } = terminal.outColors;
    const word = (good: boolean): string => (good ? green('ok') : red('WRONG'));
    const rows = checks.map(({ path, status }) => {
      const harmless = HARMLESS[status];
      return [printable(path), harmless === undefined ? red(status) : `${word(true)}${harmless}`] as const;
    });
    terminal.out(
      table([
        ...(seal === undefined
          ? []
          : [
              [
                BUNDLE_PATHS.manifest,
                seal === null ? 'contains no hash of itself (format 1)' : word(true),
              ] as const,
            ]),
        ...rows,
        ['golden image', failure === null ? goldenLine(golden, ok, word) : red('cannot be drawn')],
        ...unproven.map((what) => ['not proven', what] as const),
      ]),
    );
  }
  if (problems.length === 0) return;
  throw new CliError(
    'CLI_VERIFY_FAILED',
    `verify ${path}:\n${problems.map((problem) => `  ${problem.replaceAll('\n', '\n  ')}`).join('\n')}`,
    { document },
  );
}

/** Results of the checks that do not run the model. */
interface FilesResult extends Omit<VerifyReport, 'manifest'> {
  readonly name: string;
  readonly hasGolden: boolean;
  /**
   * SHA-256 in the manifest; null if the manifest does not contain it. Undefined for a single file, which has
   * no manifest.
   */
  readonly seal: string | null | undefined;
}

async function verifyFolder(path: string): Promise<FilesResult> {
  const { manifest, ...report } = await verifyBundle(await bundleFiles(path));
  return { ...report, name: manifest.name, hasGolden: manifest.golden !== null, seal: manifest.sha256 };
}

/** Checks a single file. @throws errors of `readOnnxFile`, such as `BUNDLE_HASH_MISMATCH` for changed weights */
async function verifyFile(path: string): Promise<FilesResult> {
  const { spec, golden, sha256, onnx } = await readOnnxFile(await readRegularFile(path), undefined, path);
  const isAlone = golden === null;
  return {
    ok: true,
    name: spec.name,
    hasGolden: !isAlone,
    checks: isAlone ? [] : [{ path: BUNDLE_PATHS.onnx, status: 'ok', expected: sha256, got: sha256 }],
    contradiction: null,
    unproven: isAlone
      ? [
          `the ${onnx.length.toLocaleString('en-US')} bytes of the file, because it contains no hash of itself; export it with --single-file`,
        ]
      : [],
    seal: undefined,
  };
}

/** Statuses that are not problems, and the remark that the report adds to each. */
const HARMLESS: Partial<Record<FileStatus, string>> = {
  ok: '',
  unlisted: ' (not in the manifest)',
  'line-ends': ' (with different line endings: CRLF for LF, or LF for CRLF)',
};

/** Codes of errors that the model itself causes: its files, its graph, or weights that are not finite. */
const MODEL_AT_FAULT = [
  'RUNTIME_CONTRACT',
  'RUNTIME_RUN',
  'RUNTIME_OUTPUT',
  'SAMPLER_NON_FINITE',
  'BUNDLE_INCONSISTENT',
  'BUNDLE_FILE_INVALID',
] as const satisfies readonly (RuntimeErrorCode | SamplerErrorCode | BundleErrorCode)[];

/** Draws the golden image. @throws errors that the model does not cause, such as a missing provider */
async function checkGolden(
  path: string,
  flags: VerifyFlags,
): Promise<{ readonly golden: GoldenResult | null; readonly failure: readonly [string] | null }> {
  try {
    return { golden: await drawGolden(path, flags), failure: null };
  } catch (error) {
    if (!(error instanceof Error && MODEL_AT_FAULT.some((code) => codeOf(error) === code))) throw error;
    return { golden: null, failure: [`golden image: cannot be drawn: ${error.message}`] };
  }
}

async function drawGolden(path: string, flags: VerifyFlags): Promise<GoldenResult> {
  const model = await loadModel(path, runtimeOptions(flags));
  try {
    const { ok, prediction, image } = await model.verify();
    return { ok, prediction, image, provider: model.provider.name };
  } finally {
    await model.dispose();
  }
}

/** Returns the problem of a file in one line, and none for a file that is not a problem. */
function fileProblem({ path: name, status, expected, got, cause }: FileCheck): readonly string[] {
  const path = printable(name);
  // The path exists, but it cannot be read as a file of this bundle.
  if (isIsonoiseError(cause)) return [`${path}: ${cause.message}`];
  if (status === 'missing') return [`${path}: missing; export the model again, or copy it completely`];
  return status === 'mismatch'
    ? [`${path}: changed since the export: SHA-256 is ${got}; expected ${expected}`]
    : [];
}

function goldenProblems(golden: GoldenResult | null): readonly string[] {
  if (golden === null) return [];
  return (['prediction', 'image'] as const).flatMap((what) => {
    const { ok, difference, tolerance } = golden[what];
    return ok
      ? []
      : [`golden ${what}: differs by ${difference} on ${golden.provider}; expected at most ${tolerance}`];
  });
}

function goldenLine(golden: GoldenResult | null, filesOk: boolean, word: (good: boolean) => string): string {
  if (golden === null)
    return filesOk
      ? 'the model has no golden record'
      : 'not drawn, because files have changed since the export';
  const { prediction, image, provider, ok } = golden;
  const [first, last] = [prediction.difference, image.difference].map((value) => value.toExponential(1));
  return `${word(ok)} on ${provider}: prediction within ${first}, image within ${last}`;
}
