import { hashNoise, hashPng } from '../../parity/hashes.ts';
import type { ParityCalls } from '../calls/parity.ts';

export const parityCalls: ParityCalls = {
  hashNoise: async (...args) => hashNoise(...args),
  hashPng: async (...args) => hashPng(...args),
};
