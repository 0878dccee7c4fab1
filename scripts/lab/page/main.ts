import { packError } from '@isonoise/error';
import type { LabCalls, LabReply } from '../calls/index.ts';
import { decodeValue, encodeValue } from '../wire.ts';
import { basics } from './basics.ts';
import { benchCalls } from './bench.ts';
import { modelCalls } from './models.ts';
import { parityCalls } from './parity.ts';

const calls: LabCalls = { ...basics, ...benchCalls, ...modelCalls, ...parityCalls };

/** Runs a call from Node. @param request `[name, ...arguments]`, encoded. @returns the reply, encoded */
async function lab(request: string): Promise<string> {
  const [name, ...args] = decodeValue(request) as [keyof LabCalls, ...unknown[]];
  // The caller's types pair each name with its arguments (`LabPage.call`); here the arguments are a
  // list.
  const run = calls[name] as (...args: unknown[]) => Promise<unknown>;
  return encodeValue(await run(...args).then((value): LabReply => ({ ok: true, value }), failed));
}

function failed(reason: unknown): LabReply {
  return { ok: false, error: packError(reason) };
}

Object.assign(globalThis, { lab });
