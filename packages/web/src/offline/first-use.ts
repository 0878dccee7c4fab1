let mark = (): void => {};

/** Resolves when a model is first opened in this visit. */
export const firstUse: Promise<void> = new Promise((resolve) => {
  mark = resolve;
});

/** Called when a model is open. */
export const markFirstUse = (): void => mark();
