/**
 * The network, whatever runs it.
 *
 * @param x noisy images, `[batch, channels, height, width]` row-major
 * @param t timestep of each image, `[batch]`, zero-based: t = 0 is one step of noise
 * @param labels class of each image, `[batch]`, where the model is conditional
 * @returns what the model predicts (ε, x0 or v), shaped like `x`; the caller owns it
 */
export type Denoiser = (x: Float32Array, t: Float32Array, labels?: Int32Array) => Promise<Float32Array>;
