import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, readSync, realpathSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { SetupError } from './setup-error.mjs';

/** Headers that identify libtensorflow. The sources of tfjs-node include them first. */
const REQUIRED_HEADERS = ['tensorflow/c/c_api.h', 'tensorflow/c/eager/c_api.h'];

/**
 * Paths of each library under the root. Published archives contain the libraries in lib/, and wheels in the root
 * itself.
 */
const TENSORFLOW = [
  'lib/libtensorflow.so',
  'lib/libtensorflow.so.2',
  'lib/libtensorflow_cc.so.2',
  'libtensorflow_cc.so.2',
];
const FRAMEWORK = [
  'lib/libtensorflow_framework.so',
  'lib/libtensorflow_framework.so.2',
  'libtensorflow_framework.so.2',
];

/** Values of ELF's e_machine by `process.arch`: EM_X86_64 and EM_AARCH64. The addon can be built only for these. */
const MACHINES = { x64: 62, arm64: 183 };

/**
 * Finds libtensorflow in a directory: an unpacked archive, an unpacked wheel, or a wheel's tensorflow/ folder.
 *
 * @param {string} directory
 * @returns {{ include: string, version: string | undefined,
 *   tensorflow: { file: string, soname: string }, framework: { file: string, soname: string } }}
 * @throws {SetupError} with the code SETUP_PLATFORM if this machine does not run Linux, SETUP_NO_LIBTENSORFLOW if the
 *   directory lacks include/, SETUP_NO_HEADER or SETUP_NO_LIBRARY if a header or a library is missing, SETUP_VERSION if
 *   the major version is not 2, SETUP_ARCHITECTURE if a library is not for the architecture of this Node, or
 *   SETUP_NO_READELF if readelf does not start
 */
export function findLibtensorflow(directory) {
  if (process.platform !== 'linux') {
    throw new SetupError(
      'SETUP_PLATFORM',
      `--libtensorflow: this machine runs ${process.platform}; expected linux.\n` +
        'Run "pnpm setup:tfjs-node" without --libtensorflow, and set HTTPS_PROXY or TFJS_NODE_CDN_STORAGE (a mirror) if needed.',
    );
  }
  const root = [resolve(directory), resolve(directory, 'tensorflow')].find((dir) =>
    existsSync(join(dir, 'include')),
  );
  if (root === undefined) {
    throw new SetupError(
      'SETUP_NO_LIBTENSORFLOW',
      `--libtensorflow ${directory}: ${existsSync(directory) ? 'no include/ folder in it' : 'no such directory'}.\n` +
        'Expected an unpacked libtensorflow (include/ and lib/) or an unpacked tensorflow wheel (tensorflow/include).',
    );
  }

  const include = join(root, 'include');
  for (const header of REQUIRED_HEADERS) {
    if (!existsSync(join(include, header))) {
      throw new SetupError(
        'SETUP_NO_HEADER',
        `${include}: the header ${header} is missing.\nExpected TensorFlow's C API headers, in the same version as the library.`,
      );
    }
  }

  const version = readVersion(root);
  if (version !== undefined && !/^2\./.test(version)) {
    throw new SetupError(
      'SETUP_VERSION',
      `${root}: TensorFlow ${version}; expected 2.x. tfjs-node 4.22.0 was written for 2.9.1; docs/tfjs-node.md lists other versions that worked.`,
    );
  }
  return {
    include,
    version,
    tensorflow: describe(root, TENSORFLOW, version),
    framework: describe(root, FRAMEWORK, version),
  };
}

/**
 * Reads the version from the file name (published layout) or from version.h (the wheel, up to about 2.18).
 */
function readVersion(root) {
  const named = TENSORFLOW.map((path) => join(root, path)).find((file) => existsSync(file));
  const match = named && /\.so\.(\d+\.\d+\.\d+)$/.exec(realpathSync(named));
  if (match) return match[1];
  const header = join(root, 'include/tensorflow/core/public/version.h');
  const text = existsSync(header) ? readFileSync(header, 'utf8') : '';
  const parts = ['MAJOR', 'MINOR', 'PATCH'].map(
    (part) => new RegExp(`define TF_${part}_VERSION (\\d+)`).exec(text)?.[1],
  );
  return parts.includes(undefined) ? undefined : parts.join('.');
}

/** Returns the library's real file and the name by which the dynamic loader looks for it. */
function describe(root, candidates, version) {
  const found = candidates.map((path) => join(root, path)).find((file) => existsSync(file));
  if (found === undefined) {
    throw new SetupError(
      'SETUP_NO_LIBRARY',
      `${root}${version === undefined ? '' : ` (TensorFlow ${version})`}: none of ${candidates.join(', ')} exists.\n` +
        'Expected a wheel of 2.12 or later, which contains libtensorflow_cc.so.2. Node cannot load the extension of earlier wheels.',
    );
  }
  const file = realpathSync(found);
  if (machineOf(file) !== MACHINES[process.arch]) {
    throw new SetupError(
      'SETUP_ARCHITECTURE',
      `${file} is not an ELF library for ${process.arch}; expected the architecture of this Node.`,
    );
  }
  const { stdout, error } = spawnSync('readelf', ['-d', file], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  if (error !== undefined) {
    throw new SetupError('SETUP_NO_READELF', `readelf did not start (${error.message}).\nInstall binutils.`, {
      cause: error,
    });
  }
  return { file, soname: /\(SONAME\).*\[(.*)\]/.exec(stdout)?.[1] ?? basename(file) };
}

/**
 * Returns e_machine of a 64-bit little-endian ELF file (System V ABI, ELF header); undefined for other files.
 */
function machineOf(file) {
  const header = Buffer.alloc(20);
  const descriptor = openSync(file, 'r');
  const length = readSync(descriptor, header, 0, header.length, 0);
  closeSync(descriptor);
  const isElf64 =
    length === header.length && header.readUInt32BE(0) === 0x7f454c46 && header[4] === 2 && header[5] === 1;
  return isElf64 ? header.readUInt16LE(18) : undefined;
}
