/** Registers the JavaScript backend of tfjs, without its advice to install a different backend. */
export async function loadTfjsCpu(): Promise<void> {
  const { enableProdMode } = await import('@tensorflow/tfjs-core');
  // This flag affects only messages (tfjs-core/src/log.ts, environment.ts).
  enableProdMode();
  await import('@tensorflow/tfjs-backend-cpu');
}
