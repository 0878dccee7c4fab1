/** Identifies the latest of several overlapping tasks, such as reads of files. */
export class Latest {
  #begun = 0;

  /** Begins a task. @returns a function that says whether no other task has begun since */
  begin(): () => boolean {
    this.#begun += 1;
    const own = this.#begun;
    return () => own === this.#begun;
  }
}
