import { NODE_PROVIDER_NAMES } from '@isonoise/runtime/provider-names';
import { MAX_THREADS } from '@isonoise/runtime/threads';
import { Option } from 'commander';
import { whole } from '../terminal/arguments.ts';

/** Creates `--provider` for the verbs that run a model. */
export function providerOption(): Option {
  return new Option('--provider <name>', 'execution provider of ONNX Runtime')
    .choices(['auto', ...NODE_PROVIDER_NAMES])
    .default('auto');
}

/** Creates `--threads` for the verbs that run a model. */
export function threadsOption(): Option {
  return new Option('--threads <n>', 'threads on the CPU (default: one per core)').argParser(
    whole(1, MAX_THREADS),
  );
}
