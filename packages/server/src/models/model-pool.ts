/** A model in use; it stays open until `release`. */
export interface Lease<M> {
  readonly model: M;
  /** Ends the use of the model. Further calls have no effect. */
  release(): void;
}

export interface ModelPoolOptions {
  /** Maximum number of unused models that stay open. */
  readonly maxOpen: number;
  /** Called if closing a model failed. The pool has already removed the model. */
  readonly onCloseFailed: (reason: unknown) => void;
}

interface Slot<M> {
  readonly opening: Promise<M>;
  model: M | undefined;
  users: number;
}

/**
 * Keeps models open. Each model has a key. A model is opened at its first request and closed when enough other models
 * were used more recently.
 */
export class ModelPool<M extends { close(): Promise<void> }> {
  readonly #options: ModelPoolOptions;
  /** Models in order of use, the most recent last. */
  readonly #slots = new Map<string, Slot<M>>();
  /** Evicted models that are still being closed. */
  readonly #closing = new Set<Promise<void>>();

  constructor(options: ModelPoolOptions) {
    this.#options = options;
  }

  /**
   * Returns a lease of a model and opens the model if needed; concurrent callers share one opening.
   *
   * @param open opens the model. If it throws, all waiting callers get the error; the next call retries.
   */
  async acquire(key: string, open: () => Promise<M>): Promise<Lease<M>> {
    const slot = this.#slots.get(key) ?? { opening: open(), model: undefined, users: 0 };
    // Reinsert as the most recently used.
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

  /** @returns the model if it is open, without a lease */
  peek(key: string): M | undefined {
    return this.#slots.get(key)?.model;
  }

  /** Number of open models. */
  get size(): number {
    return this.#slots.size;
  }

  /** Closes all models, even those in use, and waits for those already being closed. */
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
