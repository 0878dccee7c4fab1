import { spawn } from 'node:child_process';

/**
 * Runs a command, shows its output as it arrives (both streams on stderr), and returns the output.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {Promise<{ status: number | null, output: string }>} `status` is null if the command did not start or was
 *   killed
 */
export function runVisible(command, args, options) {
  return new Promise((done) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk) => {
      output += chunk;
      process.stderr.write(chunk);
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    child.on('error', (error) => done({ status: null, output: `${output}${error.message}\n` }));
    child.on('close', (status) => done({ status, output }));
  });
}
