/** Finds the latest of tasks that overlap, such as files that are read. */
export class Latest {
  #begun = 0;

  /** Begins a task. @returns a function that says whether no other task has begun since */
  begin(): () => boolean {
    this.#begun += 1;
    const own = this.#begun;
    return () => own === this.#begun;
  }
}
