import {
  BUNDLE_PATHS,
  type BundleErrorCode,
  type FileCheck,
  type FileStatus,
  verifyBundle,
} from '@isonoise/bundle';
import { printable } from '@isonoise/bundle/printable';
import { codeOf, isIsonoiseError } from '@isonoise/error';
import type { GoldenReport, RuntimeErrorCode } from '@isonoise/runtime';
import { bundleFiles, loadModel } from '@isonoise/runtime-node';
import type { SamplerErrorCode } from '@isonoise/sampler';
import { CliError } from '../errors.ts';
import { type MachineFlags, runtimeOptions } from '../machine-flags.ts';
import { table } from '../terminal/format.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** Options of `verify` as commander hands them over. */
export interface VerifyFlags extends MachineFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

interface GoldenResult extends Pick<GoldenReport, 'ok' | 'prediction' | 'image'> {
  readonly provider: string;
}

/**
 * `isonoise verify`: is every file of a model the one that was exported, and does this machine compute with it what the
 * exporter's did? Quiet, it prints no report but the JSON that was asked for; the exit code answers.
 *
 * @throws `CLI_VERIFY_FAILED` naming each thing that is wrong, after the report
 */
export async function verifyModel(path: string, flags: VerifyFlags, terminal: Terminal): Promise<void> {
  const { ok, manifest, checks, contradiction, unproven } = await verifyBundle(await bundleFiles(path));
  // A graph that is not the one that was exported is not run.
  const { golden, failure } =
    ok && manifest.golden !== null ? await checkGolden(path, flags) : { golden: null, failure: null };
  const problems = [
    ...checks.flatMap(fileProblem),
    ...(contradiction === null ? [] : [contradiction]),
    ...goldenProblems(golden),
    ...(failure ?? []),
  ];
  const files = checks.map(({ cause: _, ...check }) => check);
  const document = {
    path,
    name: manifest.name,
    ok: problems.length === 0,
    problems,
    unproven,
    files,
    golden,
  };
  if (flags.json === true) {
    // What fails is printed once, with its error.
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
        [
          BUNDLE_PATHS.manifest,
          manifest.sha256 === null ? 'without a hash of itself (format 1)' : word(true),
        ],
        ...rows,
        ['golden image', failure === null ? goldenLine(golden, ok, word) : red('cannot be drawn')],
        ...unproven.map((what) => ['not proved', what] as const),
      ]),
    );
  }
  if (problems.length === 0) return;
  throw new CliError(
    'CLI_VERIFY_FAILED',
    `verify ${path}:\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
    { document },
  );
}

/** What a file may be without being wrong, and what is said of it then. */
const HARMLESS: Partial<Record<FileStatus, string>> = {
  ok: '',
  unlisted: ' (not in the manifest)',
  'line-ends': ' (with other line ends: CRLF for LF, or LF for CRLF)',
};

/** Errors that say the model itself cannot be run: its files, its graph, or weights that are not numbers. */
const MODEL_AT_FAULT = [
  'RUNTIME_CONTRACT',
  'RUNTIME_RUN',
  'RUNTIME_OUTPUT',
  'SAMPLER_NON_FINITE',
  'BUNDLE_INCONSISTENT',
  'BUNDLE_FILE_INVALID',
] as const satisfies readonly (RuntimeErrorCode | SamplerErrorCode | BundleErrorCode)[];

/** @throws what is not the model's fault: a provider that is not there */
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

function fileProblem({ path, status, expected, got, cause }: FileCheck): readonly string[] {
  // Something is there, but not what can be read as a file of this bundle.
  if (isIsonoiseError(cause)) return [`${path}: ${cause.message}`];
  if (status === 'missing') return [`${path}: missing; export the model again, or copy it whole`];
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
      : [`golden ${what}: differs by ${difference} on ${golden.provider}, ${tolerance} is allowed`];
  });
}

function goldenLine(golden: GoldenResult | null, filesOk: boolean, word: (good: boolean) => string): string {
  if (golden === null)
    return filesOk ? 'the bundle has no golden record' : 'not drawn: the files are not those of the export';
  const { prediction, image, provider, ok } = golden;
  const [first, last] = [prediction.difference, image.difference].map((value) => value.toExponential(1));
  return `${word(ok)} on ${provider}: prediction within ${first}, image within ${last}`;
}
