import { appendFile, mkdir, readFile, truncate } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from '@isonoise/error';

/** Results of one cell for consecutive images, starting with image number `first`. */
export interface Result {
  readonly key: string;
  readonly first: number;
  /** Whether the nearest training image has the requested class, for each image. */
  readonly hits: readonly boolean[];
  /** Mean square difference of each image from the same image of the exact solution. */
  readonly squares: readonly number[];
}

/** Images of the exact solution, which is a run of many steps, as base64 of float32 values. */
interface Solution {
  readonly key: string;
  readonly first: number;
  readonly values: string;
}

type Line = Result | Solution;

/**
 * Results in a file, so that a run can be stopped and resumed. Each result is one line of JSON. `result` and `solution`
 * return undefined if the results lack the key and the first image.
 */
export class Results {
  readonly #file: string | null;
  readonly #lines = new Map<string, Line>();

  private constructor(file: string | null, lines: readonly Line[]) {
    this.#file = file;
    for (const line of lines) this.#lines.set(idOf(line), line);
  }

  /** Reads the results from a file. @param file null to keep the results only in memory */
  static async open(file: string | null): Promise<Results> {
    if (file === null) return new Results(null, []);
    const text = await readOrEmpty(file);
    // If the process was killed during a write, the last line may be incomplete.
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (whole !== text) await truncate(file, Buffer.byteLength(whole));
    const lines = whole.split('\n').filter((line) => line !== '');
    return new Results(
      file,
      lines.map((line) => JSON.parse(line) as Line),
    );
  }

  result(key: string, first: number): Result | undefined {
    const line = this.#lines.get(idOf({ key, first }));
    return line !== undefined && 'hits' in line ? line : undefined;
  }

  solution(key: string, first: number): Float32Array | undefined {
    const line = this.#lines.get(idOf({ key, first }));
    if (line === undefined || 'hits' in line) return undefined;
    const bytes = Uint8Array.from(Buffer.from(line.values, 'base64'));
    return new Float32Array(bytes.buffer);
  }

  async add(line: Line): Promise<void> {
    this.#lines.set(idOf(line), line);
    if (this.#file === null) return;
    await mkdir(path.dirname(this.#file), { recursive: true });
    await appendFile(this.#file, `${JSON.stringify(line)}\n`);
  }
}

const idOf = ({ key, first }: Pick<Line, 'key' | 'first'>): string => `${key} ${first}`;

async function readOrEmpty(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  }
}
