/** Registers tfjs's JavaScript backend without its advice to install another, which nobody asked for here. */
export async function loadTfjsCpu(): Promise<void> {
  const { enableProdMode } = await import('@tensorflow/tfjs-core');
  // This flag is read for messages alone: tfjs-core/src/log.ts, environment.ts.
  enableProdMode();
  await import('@tensorflow/tfjs-backend-cpu');
}
