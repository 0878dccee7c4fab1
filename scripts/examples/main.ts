// `pnpm examples`: runs the examples in other languages, and compares them with test vectors and with `pnpm sample`.

import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseFlags } from '../parse-flags.ts';
import { reportFailure } from '../report-failure.ts';
import { scriptError } from '../script-error.ts';
import { checkExample, type DrawnImages, pixelsIn } from './check-example.ts';
import { command, type Drawing, EXAMPLES, type Example, type NormalCase } from './example.ts';
import { javaExample } from './java.ts';
import { pythonExample } from './python.ts';

const HELP = `pnpm examples [name…] [--python path]

Runs the examples of docs/examples: Python (numpy, onnxruntime) and Java (com.microsoft.onnxruntime, by Maven). Each must
compute the normals of the test vectors bit for bit, and draw images of models/mnist (by class) and of models/icons (by
tags) with the same 8-bit pixels as pnpm sample. Its short program must draw one digit with the same pixels. If an example
uses a different version of ONNX Runtime, one value in a thousand may differ, because of rounding. An example is reported as
absent if its language or a library is not installed. Runs all examples if none is named.

  --python path   interpreter (default: python3)

Examples:
  pnpm examples
  pnpm examples python --python ~/venv/bin/python`;

const root = fileURLToPath(new URL('../../', import.meta.url));

const COMMON = { seed: 7, steps: 20, guidance: 1.5, count: 4 } as const;
const DRAWINGS: readonly Drawing[] = [
  { ...COMMON, model: path.join(root, 'models/mnist'), side: 28, label: 3, tags: [] },
  {
    ...COMMON,
    model: path.join(root, 'models/mnist'),
    side: 28,
    label: 3,
    tags: [],
    guidance: 1,
    count: 1,
    isShort: true,
  },
  { ...COMMON, model: path.join(root, 'models/icons'), side: 32, label: 0, tags: [1, 20] },
];

/** Draws with `pnpm sample`. @returns the pixels of each image */
async function ourPixels(
  { model, side, seed, steps, label, tags, guidance, count }: Drawing,
  folder: string,
): Promise<readonly Uint8Array[]> {
  const condition =
    tags.length === 0 ? ['--class-index', `${label}`] : ['--tags', (await tagNames(model, tags)).join(',')];
  await command(process.execPath, [
    ...['--conditions=@isonoise/source', '--import', 'tsx', path.join(root, 'packages/cli/src/main.ts')],
    ...['sample', model, '--seed', `${seed}`, '--sampler', 'ddim', '--steps', `${steps}`, '--quiet'],
    ...[...condition, '--guidance', `${guidance}`, '--count', `${count}`, '--provider', 'cpu'],
    ...['--out', `${folder}/`],
  ]);
  return pixelsIn(folder, side);
}

/** Returns the names of tags of a model by their numbers. */
async function tagNames(model: string, numbers: readonly number[]): Promise<readonly string[]> {
  const { tags }: { readonly tags: { readonly names: readonly string[] } } = JSON.parse(
    await readFile(path.join(model, 'isonoise.json'), 'utf8'),
  );
  return numbers.map((number) => tags.names[number] ?? '');
}

/** Runs the examples. @returns true if no example failed */
async function runExamples(examples: ReadonlyMap<string, Example>): Promise<boolean> {
  const { normals: vectors }: { normals: readonly NormalCase[] } = JSON.parse(
    await readFile(path.join(EXAMPLES, 'testdata/vectors.json'), 'utf8'),
  );
  const runtime: { readonly version: string } = JSON.parse(
    await readFile(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'), 'utf8'),
  );
  const work = await mkdtemp(path.join(tmpdir(), 'isonoise-examples-'));
  const counts = { ok: 0, absent: 0, failed: 0 };
  try {
    const drawings: DrawnImages[] = [];
    for (const [i, drawing] of DRAWINGS.entries())
      drawings.push({ drawing, images: await ourPixels(drawing, path.join(work, `isonoise-${i}`)) });
    for (const [name, example] of examples) {
      const folder = path.join(work, name);
      await mkdir(folder);
      try {
        const absent = await example.prepare(folder);
        if (absent !== undefined) {
          counts.absent++;
          console.log(`absent  ${name}: ${absent}`);
          continue;
        }
        const version = await example.version();
        const sameRuntime = version === runtime.version;
        const { images, values, different } = await checkExample(example, folder, {
          vectors,
          drawings,
          sameRuntime,
        });
        counts.ok++;
        console.log(
          `ok      ${name}: ${example.title} ${version}: ${vectors.length} streams of normals, ${images} images, ` +
            `${different} of ${values} values differ${sameRuntime ? '' : ` (pnpm sample has ${runtime.version})`}`,
        );
      } catch (error) {
        counts.failed++;
        console.log(`FAILED  ${name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  console.log(
    `${counts.ok} of ${examples.size} examples passed; ${counts.absent} absent, ${counts.failed} failed`,
  );
  return counts.failed === 0;
}

try {
  const { values, positionals } = parseFlags(
    process.argv.slice(2),
    { python: { type: 'string' }, help: { type: 'boolean' } },
    (reason, cause) => scriptError('EXAMPLES_USAGE', `examples: ${reason}`, { cause }),
  );
  const all = { python: pythonExample(values.python ?? 'python3'), java: javaExample };
  const unknown = positionals.filter((name) => !Object.hasOwn(all, name));
  if (unknown.length > 0) {
    throw scriptError(
      'EXAMPLES_USAGE',
      `examples: got ${unknown.join(', ')}; expected names among ${Object.keys(all).join(', ')}.`,
    );
  }
  const chosen = Object.entries(all).filter(
    ([name]) => positionals.length === 0 || positionals.includes(name),
  );
  if (values.help) console.log(HELP);
  else if (!(await runExamples(new Map(chosen)))) process.exitCode = 1;
} catch (error) {
  reportFailure(error, HELP);
}
