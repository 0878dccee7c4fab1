/** A model in use; it stays open until `release`. */
export interface Lease<M> {
  readonly model: M;
  /** Safe to call again. */
  release(): void;
}

export interface ModelPoolOptions {
  /** Models that stay open without being used. */
  readonly maxOpen: number;
  /** Told when one could not be closed properly; it is gone all the same. */
  readonly onCloseFailed: (reason: unknown) => void;
}

interface Slot<M> {
  readonly opening: Promise<M>;
  model: M | undefined;
  users: number;
}

/** Models by a key: opened when first asked for, once however many ask, closed when others were used more recently. */
export class ModelPool<M extends { close(): Promise<void> }> {
  readonly #options: ModelPoolOptions;
  /** In order of use, the latest last. */
  readonly #slots = new Map<string, Slot<M>>();
  /** Models that others took the place of, on their way out. */
  readonly #closing = new Set<Promise<void>>();

  constructor(options: ModelPoolOptions) {
    this.#options = options;
  }

  /**
   * @param open called where the model is not open; what it throws everybody gets who waits, and the next call tries anew
   */
  async acquire(key: string, open: () => Promise<M>): Promise<Lease<M>> {
    const slot = this.#slots.get(key) ?? { opening: open(), model: undefined, users: 0 };
    // Taken out and put back: the latest.
    this.#slots.delete(key);
    this.#slots.set(key, slot);
    slot.users++;
    try {
      slot.model = await slot.opening;
    } catch (error) {
      if (this.#slots.get(key) === slot) this.#slots.delete(key);
      throw error;
    }
    this.#closeUnused();
    let held = true;
    const release = (): void => {
      if (held) slot.users--;
      held = false;
      this.#closeUnused();
    };
    return { model: slot.model, release };
  }

  /** The model, if it is open. */
  peek(key: string): M | undefined {
    return this.#slots.get(key)?.model;
  }

  /** How many are open. */
  get size(): number {
    return this.#slots.size;
  }

  /** Closes all of them, used or not; until none is left, those included that were being closed. */
  async close(): Promise<void> {
    const slots = [...this.#slots.values()];
    this.#slots.clear();
    await Promise.all([...slots.map((slot) => this.#close(slot)), ...this.#closing]);
  }

  #closeUnused(): void {
    for (const [key, slot] of this.#slots) {
      if (this.#slots.size <= this.#options.maxOpen) return;
      if (slot.users > 0) continue;
      this.#slots.delete(key);
      const closing = this.#close(slot).finally(() => this.#closing.delete(closing));
      this.#closing.add(closing);
    }
  }

  async #close({ opening }: Slot<M>): Promise<void> {
    try {
      await (await opening).close();
    } catch (reason) {
      this.#options.onCloseFailed(reason);
    }
  }
}
