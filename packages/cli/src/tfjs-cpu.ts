/** Registers tfjs's JavaScript backend without the advice that it prints to install a different backend. */
export async function loadTfjsCpu(): Promise<void> {
  const { enableProdMode } = await import('@tensorflow/tfjs-core');
  // This flag affects messages only: tfjs-core/src/log.ts, environment.ts.
  enableProdMode();
  await import('@tensorflow/tfjs-backend-cpu');
}
