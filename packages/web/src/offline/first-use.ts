let mark = (): void => {};

/** Resolves when a model has been opened for the first time. */
export const firstUse: Promise<void> = new Promise((resolve) => {
  mark = resolve;
});

/** Called when a model is open. */
export const markFirstUse = (): void => mark();
