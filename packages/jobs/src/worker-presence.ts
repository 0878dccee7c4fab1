import type { DrawnBy } from './job-types.ts';
import { PROTOCOL } from './protocol.ts';
import type { WorkerList } from './worker-list.ts';

/** Shortest time between two looks at the list of workers. */
const LOOK_MS = 2000;

/** The entry of a worker in the list of workers, and the kinds of the connected processors. */
export class WorkerPresence {
  readonly #list: WorkerList;
  readonly #name: string;
  readonly #kinds = new Set<string>();
  readonly #announced = new Set<string>();
  readonly #drawn = { images: 0, ranges: 0, milliseconds: 0 };
  #looked = Number.NEGATIVE_INFINITY;

  constructor(list: WorkerList, name: string) {
    this.#list = list;
    this.#name = name;
  }

  /** Records that the worker is connected. Repeat it every few seconds. */
  async announce(): Promise<void> {
    const kinds = [...this.#kinds];
    await this.#list.announce({ ...this.#drawn, name: this.#name, protocol: PROTOCOL, kinds });
    for (const kind of kinds) this.#announced.add(kind);
  }

  /** Records that the worker is of a kind, before the worker claims a job for this kind. */
  async isOf(kind: string): Promise<void> {
    if (this.#announced.has(kind)) return;
    this.#kinds.add(kind);
    await this.announce();
  }

  /** Counts a range that the worker has drawn. */
  drew({ kind, milliseconds }: DrawnBy, images: number): void {
    this.#kinds.add(kind);
    this.#drawn.images += images;
    this.#drawn.ranges++;
    this.#drawn.milliseconds += Math.round(milliseconds);
  }

  /** Whether no connected worker is known to be of a kind; false if the list was read a moment ago. */
  async isGone(kind: string): Promise<boolean> {
    const now = performance.now();
    if (now - this.#looked < LOOK_MS) return false;
    this.#looked = now;
    return !(await this.#list.kinds()).has(kind);
  }

  leave(): Promise<void> {
    return this.#list.leave(this.#name);
  }
}
