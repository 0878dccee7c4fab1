// Part of `npm start`: trains a small model on the embedded digits,
// exports it, and draws with it and with the shipped models.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { decode } from 'fast-png';
import { halfBlocks } from './half-blocks.ts';
import { runCommand } from './run-command.mjs';

const HELP = `npm start [-- --fresh --steps N --no-serve]

Trains the preset "quick" on MNIST (at most 5 minutes on two cores), exports it to models/quick, and verifies it. Draws
sheets of digits with it and with the shipped models/mnist, and icons with the shipped models/icons. Then serves a page on
this machine that draws with all three models.

  --fresh     start a new training even if runs/quick exists (default: resume that run)
  --steps N   train for N steps instead of the preset's number
  --no-serve  exit after drawing`;

function readOptions() {
  try {
    return parseArgs({
      options: {
        fresh: { type: 'boolean', default: false },
        steps: { type: 'string' },
        'no-serve': { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    console.error(`start: ${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    process.exit(2);
  }
}

const values = readOptions();
if (values.help) {
  console.log(HELP);
  process.exit(0);
}

/** Runs a verb of the isonoise command and shows its output. */
async function isonoise(...args: string[]): Promise<void> {
  console.log(`\n$ pnpm ${args.join(' ')}`);
  const command = [
    '--conditions=@isonoise/source',
    '--import',
    'tsx',
    path.join('packages', 'cli', 'src', 'main.ts'),
    ...args,
  ];
  const code = await runCommand(process.execPath, command);
  if (code !== 0) process.exit(code);
}

function show(title: string, file: string): void {
  console.log(`\n${title}: ${file}`);
  const { width, height, channels, data } = decode(readFileSync(file));
  const columns = Math.min(process.stdout.columns ?? 80, 100);
  if (process.stdout.isTTY)
    console.log(halfBlocks({ width, height, channels, data: Uint8Array.from(data) }, columns));
}

const run = path.join('runs', 'quick');
const bundle = path.join('models', 'quick');
const begun = existsSync(path.join(run, 'config.json')) && !values.fresh;
const steps = values.steps === undefined ? [] : ['--steps', values.steps];
// A resumed run already has its recipe.
const start = begun ? ['--resume'] : ['--preset', 'quick', ...(values.fresh ? ['--overwrite'] : [])];
await isonoise('train', '--dataset', 'mnist', '--name', 'quick', ...start, ...steps);
await isonoise('export-onnx', run, '--out', bundle, '--name', 'quick', '--force');
await isonoise('verify', bundle);

const digits = ['--class', 'all', '--count', '20', '--columns', '10', '--seed', '7'];
const icons = ['--tags', 'all', '--count', '20', '--columns', '10', '--seed', '3', '--guidance', '2.5'];
const sheets = [
  { title: 'Drawn by the new model', model: bundle, request: digits, out: 'quick.png' },
  {
    title: 'Drawn by the shipped model of digits',
    model: path.join('models', 'mnist'),
    request: digits,
    out: 'mnist.png',
  },
  {
    title: 'Drawn by the shipped model of icons, one for each of its 20 most common tags',
    model: path.join('models', 'icons'),
    request: icons,
    out: 'icons.png',
  },
].map((sheet) => ({ ...sheet, out: path.join('out', sheet.out) }));
for (const { model, request, out } of sheets) await isonoise('sample', model, ...request, '--out', out);
for (const { title, out } of sheets) show(title, out);
console.log(`
The run, with its loss curve:  ${run}
The new model, as ONNX:        ${bundle}
Next: pnpm sample ${bundle} --class 3 --count 16 --out out/threes.png --gif out/three.gif
      pnpm sample models/icons --tags "woman; cat; face, smiling" --guidance 2.5 --count 12 --out out/icons-by-tag.png
Your own pictures, in a folder:
      pnpm train --dataset ./my-pictures --preset sprites --minutes 5`);
