import { loadModel } from '@isonoise/runtime-web';
import { type Probe, probeModel } from '../../parity/probe.ts';
import type { ParityCalls } from '../calls/parity.ts';

const probes: Probe[] = [];

function probeOf(id: number): Probe {
  const probe = probes[id];
  if (probe === undefined) throw new RangeError(`lab: there is no probe ${id}.`);
  return probe;
}

export const parity: ParityCalls = {
  async openProbe({ model, ...options }) {
    return probes.push(probeModel(await loadModel(new URL(model, location.href), options))) - 1;
  },
  'probe.noise': (id, ...args) => probeOf(id).noise(...args),
  'probe.verify': (id) => probeOf(id).verify(),
  'probe.predict': (id, ...args) => probeOf(id).predict(...args),
  'probe.draw': (id, ...args) => probeOf(id).draw(...args),
  'probe.close': (id) => probeOf(id).close(),
};
