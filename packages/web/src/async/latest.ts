/** Identifies the latest of several overlapping tasks, such as reads of files. */
export class Latest {
  #begun = 0;

  /** Begins a task. @returns a function that returns whether this task is still the latest */
  begin(): () => boolean {
    this.#begun += 1;
    const own = this.#begun;
    return () => own === this.#begun;
  }
}
