import { readFileSync } from 'node:fs';
import { importModel, type SourceFile } from '@isonoise/import';
import { unzipSync, type Zippable, zipSync } from 'fflate';
import { scriptError } from '../../script-error.ts';
import { FuzzRandom } from '../random.ts';
import type { FuzzTarget } from '../target.ts';
import { attempt } from './attempt.ts';
import { mutated } from './mutate.ts';

const at = (name: string): URL =>
  new URL(`../../../packages/import/testdata/checkpoints/${name}`, import.meta.url);
const config = new Uint8Array(readFileSync(at('config.json')));
const archives = ['plain.pt', 'protocol-4.pt', 'training.pt', 'views.pt', 'hostile.pt', 'lightning.pt'].map(
  (name) => new Uint8Array(readFileSync(at(name))),
);
const contents = archives.map((bytes) => unzipSync(bytes));
/** A file in the format before PyTorch 1.6, with pickles followed by storages. */
const legacy = new Uint8Array(readFileSync(at('python-2.pt')));
/** Number of bytes of the pickles in `legacy`. The last pickle is the list of storages. */
const LEGACY_PICKLES = Buffer.from(legacy).indexOf('e.', 0, 'latin1') + 2;

const memoryFile = (bytes: Uint8Array, description: string): SourceFile => ({
  size: bytes.length,
  read: async (start, end) => bytes.slice(start, end),
  description,
});

/** Parts of pickles that an attacker may insert: names, calls, objects, marks, and values that contain themselves. */
const PIECES = [
  'cposix\nsystem\n',
  'cbuiltins\neval\n',
  'c__proto__\nconstructor\n',
  'ccollections\nOrderedDict\n',
  'ctorch._utils\n_rebuild_tensor_v2\n',
  'X\x09\x00\x00\x00__proto__',
  'X\xff\xff\xff\x7f',
  '\x8b\xff\xff\xff\x7f',
  ')R',
  '(',
  't',
  'u',
  'e',
  'b',
  'Q',
  '\x81',
  '}q\x00h\x00h\x00s',
  ']q\x00h\x00a',
  '.',
].map((text) => Uint8Array.from(text, (letter) => letter.charCodeAt(0)));

/** Returns an archive with a changed pickle. Its CRC-32 is computed after the change. */
function forged(random: FuzzRandom): Uint8Array {
  const files = random.pick(contents);
  const changed: Zippable = {};
  for (const [path, bytes] of Object.entries(files)) {
    changed[path] = [
      path.endsWith('/data.pkl') ? change(bytes, random) : bytes,
      { level: 0, mtime: '2026-01-01' },
    ];
  }
  return zipSync(changed);
}

function change(pickle: Uint8Array, random: FuzzRandom): Uint8Array {
  if (random.chance(0.5)) return mutated(pickle, random);
  const where = random.int(0, pickle.length - 1);
  const piece = random.pick(PIECES);
  return Uint8Array.from([...pickle.subarray(0, where), ...piece, ...pickle.subarray(where)]);
}

/** Returns a file in the format before PyTorch 1.6 with changed pickles. */
function forgedLegacy(random: FuzzRandom): Uint8Array {
  const pickles = change(legacy.subarray(0, LEGACY_PICKLES), random);
  return Uint8Array.from([...pickles, ...legacy.subarray(LEGACY_PICKLES)]);
}

async function read(bytes: Uint8Array): Promise<void> {
  const files = {
    config: memoryFile(config, 'config.json'),
    weights: [memoryFile(bytes, 'it.pt')],
    scheduler: null,
    recorded: null,
    notes: [],
  };
  const { theta } = await importModel(files, { name: 'it', ignoreUnused: true });
  if (!theta.every(Number.isFinite)) throw scriptError('FUZZ_FINDING', 'a weight is not finite');
  if (Reflect.ownKeys(Object.prototype).length !== PROTOTYPE_KEYS) {
    throw scriptError('FUZZ_FINDING', 'the keys of Object.prototype changed');
  }
}

const PROTOTYPE_KEYS = Reflect.ownKeys(Object.prototype).length;

export const pytorchTarget: FuzzTarget = {
  about: 'checkpoints of PyTorch with changed bytes, or with forged pickles; nothing may be executed',
  tryOne: async (seed) => {
    const random = new FuzzRandom(seed);
    const [old, raw] = [random.chance(0.25), random.chance(0.3)];
    if (old) return attempt(() => read(raw ? mutated(legacy, random) : forgedLegacy(random)));
    return attempt(() => read(raw ? mutated(random.pick(archives), random) : forged(random)));
  },
};
