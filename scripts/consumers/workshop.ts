import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Browser, errors } from 'playwright-core';
import { scriptError } from '../script-error.ts';
import type { Consumer } from './consumer.ts';

const MODEL = path.resolve(import.meta.dirname, '../../models/mnist');

/** Time limit of one command of a consumer. An install with an empty cache takes longest. */
const LONGEST_COMMAND_MS = 300_000;

/** Time limit of a page, from opening it to its image. A server must print its address within the same time. */
const LONGEST_PAGE_MS = 120_000;

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Whether the command is expected to fail. The output is returned in both cases. */
  readonly fails?: boolean;
}

/** A clean folder with one consumer, and the commands that run there. The caller must call `close`. */
export class Workshop {
  readonly folder: string;
  readonly #browser: () => Promise<Browser>;
  readonly #servers: ChildProcess[] = [];

  private constructor(folder: string, browser: () => Promise<Browser>) {
    this.folder = folder;
    this.#browser = browser;
  }

  /**
   * Writes a consumer and installs its packages.
   *
   * @param folder folder to create; must not exist
   * @param ours specification that npm installs for each of our packages, by package name
   * @throws `CONSUMERS_COMMAND` if the install failed
   */
  static async open(
    consumer: Consumer,
    folder: string,
    ours: ReadonlyMap<string, string>,
    browser: () => Promise<Browser>,
  ): Promise<Workshop> {
    await mkdir(folder, { recursive: true });
    const manifest = {
      name: 'consumer',
      version: '1.0.0',
      private: true,
      type: 'module',
      dependencies: { ...Object.fromEntries(ours), ...consumer.packages },
    };
    const files = { 'package.json': JSON.stringify(manifest, undefined, 2), ...consumer.files };
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(folder, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text);
    }
    await cp(MODEL, path.join(folder, consumer.model), { recursive: true });
    const workshop = new Workshop(folder, browser);
    // Our READMEs tell users to set this, so that CUDA is not downloaded.
    const env = { ONNXRUNTIME_NODE_INSTALL: 'skip', ...consumer.installEnv };
    await workshop.run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund'], { env });
    return workshop;
  }

  /**
   * Runs a command to its end. Commands of installed packages are found first.
   * @returns the standard output and standard error of the command, interleaved
   * @throws `CONSUMERS_COMMAND` if the command failed, unexpectedly succeeded, or took too long
   */
  run(
    command: string,
    args: readonly string[],
    { env, fails = false }: CommandOptions = {},
  ): Promise<string> {
    return new Promise((resolve, reject) => {
      const child = this.#spawn(command, args, env);
      let output = '';
      child.stdout?.on('data', (data) => (output += data));
      child.stderr?.on('data', (data) => (output += data));
      const timer = setTimeout(() => endGroup(child), LONGEST_COMMAND_MS);
      child.on('error', reject);
      child.on('close', (code, signal) => {
        clearTimeout(timer);
        if ((code !== 0) === fails && signal === null) resolve(output);
        else {
          const outcome =
            signal === null ? `ended with exit code ${code}` : 'was killed because it took too long';
          reject(
            scriptError(
              'CONSUMERS_COMMAND',
              `${command} ${args.join(' ')} ${outcome}; expected ${fails ? 'a failure' : 'exit code 0'}. In ${this.folder}:\n${output}`,
            ),
          );
        }
      });
    });
  }

  /**
   * Starts a server, which runs until `close`.
   * @param ready matches its output once the server is up; the first group is the address
   * @returns the address
   * @throws `CONSUMERS_COMMAND` if the server ends, or does not print its address within the time limit
   */
  serve(command: string, args: readonly string[], ready: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      const child = this.#spawn(command, args);
      this.#servers.push(child);
      let output = '';
      const timer = setTimeout(() => endGroup(child), LONGEST_PAGE_MS);
      const read = (data: unknown): void => {
        output += data;
        // Colours are removed, because their codes may be inside an address.
        // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with a control character
        const address = ready.exec(output.replace(/\u001b\[[\d;]*m/g, ''))?.[1];
        if (address === undefined) return;
        clearTimeout(timer);
        resolve(address);
      };
      child.stdout?.on('data', read);
      child.stderr?.on('data', read);
      child.on('error', reject);
      child.on('exit', () => {
        clearTimeout(timer);
        reject(
          scriptError(
            'CONSUMERS_COMMAND',
            `${command} ${args.join(' ')} ended; expected a running server. Its output:\n${output}`,
          ),
        );
      });
    });
  }

  /**
   * Opens a page in Chromium and waits for its result.
   * @returns the value that the page assigned to `globalThis.drawn`
   * @throws `CONSUMERS_PAGE` if the time limit is exceeded; the message has the page's console messages
   */
  async openPage(address: string): Promise<string> {
    const page = await (await this.#browser()).newPage();
    const messages: string[] = [];
    page.on('console', (message) => messages.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => messages.push(String(error)));
    page.on('response', (answer) => {
      if (answer.status() >= 400 && !answer.url().endsWith('/favicon.ico'))
        messages.push(`${answer.status()} ${answer.url()}`);
    });
    try {
      await page.goto(address);
      const drawn = await page.waitForFunction('globalThis.drawn', undefined, { timeout: LONGEST_PAGE_MS });
      return String(await drawn.jsonValue());
    } catch (cause) {
      if (!(cause instanceof errors.TimeoutError)) throw cause;
      throw scriptError(
        'CONSUMERS_PAGE',
        `${address}: no result after ${LONGEST_PAGE_MS / 1000} s; expected a result. The page's messages:\n${messages.join('\n')}`,
        { cause },
      );
    } finally {
      await page.close();
    }
  }

  /** Ends the servers and keeps the folder. */
  async close(): Promise<void> {
    const ended = this.#servers
      .filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)
      .map((child) => {
        const exit = new Promise((resolve) => child.once('exit', resolve));
        endGroup(child);
        return exit;
      });
    await Promise.all(ended);
  }

  #spawn(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
    const local = path.join(this.folder, 'node_modules', '.bin', command);
    // Omit the variables that npm and the test runner set for this process, because a user's shell does not
    // have them.
    const own = Object.entries(process.env).filter(
      ([name]) =>
        !/^(npm_|NODE_OPTIONS$|NODE_ENV$|VITE|VITEST|TEST$|DEV$|PROD$|MODE$|BASE_URL$|SSR$)/.test(name),
    );
    return spawn(existsSync(local) ? local : command, args, {
      cwd: this.folder,
      env: { ...Object.fromEntries(own), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // Use a separate process group, because servers start further processes, which must end with the server.
      detached: true,
      shell: process.platform === 'win32',
    });
  }
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The process has already ended.
  }
}
