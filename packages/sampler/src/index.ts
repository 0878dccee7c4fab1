export type { Denoiser } from './denoiser.ts';
