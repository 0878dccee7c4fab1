import { lstatSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { runVisible } from './run-visible.mjs';
import { SetupError } from './setup-error.mjs';

/**
 * Runs tfjs-node's own install script. It downloads libtensorflow and a prebuilt addon. Without a prebuilt
 * addon for this platform, the script builds the addon.
 *
 * @param {string} folder tfjs-node's package folder
 * @param {string | undefined} nodedir
 * @throws {SetupError} with the code SETUP_DOWNLOAD if the download failed, or SETUP_INSTALL_SCRIPT if the script
 *   failed for another reason
 */
export async function runDownload(folder, nodedir) {
  const manifest = join(folder, 'package.json');
  const original = readFileSync(manifest);
  // The script changes package.json temporarily. The file may be a hard
  // link into pnpm's store, which all projects share.
  if (lstatSync(manifest).nlink > 1) replaceFile(manifest, original);

  const nodePreGyp = createRequire(manifest).resolve('@mapbox/node-pre-gyp/package.json');
  const env = {
    ...process.env,
    PATH: [join(folder, 'node_modules/.bin'), join(dirname(nodePreGyp), 'bin'), process.env.PATH].join(
      delimiter,
    ),
  };
  if (nodedir !== undefined) env.npm_config_nodedir = nodedir;
  const { status, output } = await runVisible(process.execPath, ['scripts/install.js'], { cwd: folder, env });
  if (!readFileSync(manifest).equals(original)) replaceFile(manifest, original);
  if (status === 0) return;

  const address = /https?:\/\/\S+/.exec(output)?.[0] ?? 'its address';
  const network =
    /\b(ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|TAR_BAD_ARCHIVE|CERT_\w+)\b/.exec(
      output,
    );
  if (network !== null) {
    throw new SetupError(
      'SETUP_DOWNLOAD',
      `Downloading libtensorflow from ${address} failed: ${network[1]}${network[1] === 'TAR_BAD_ARCHIVE' ? ' (the download is not a .tar.gz; it may be an error page)' : ''}.\n` +
        'Behind a proxy, set HTTPS_PROXY. With a mirror, set TFJS_NODE_CDN_STORAGE. On a closed network, give a local copy\n' +
        'with --libtensorflow <dir> (see "pnpm setup:tfjs-node --help").',
    );
  }
  throw new SetupError(
    'SETUP_INSTALL_SCRIPT',
    `The install script of tfjs-node failed (exit status ${status}); its output is above.\n` +
      'To build against a local copy of libtensorflow instead, give --libtensorflow <dir>.',
  );
}

function replaceFile(file, content) {
  writeFileSync(`${file}.new`, content);
  renameSync(`${file}.new`, file);
}
