// `pnpm gpu-check`: trains, samples and predicts on every GPU of this machine, and compares the results with the CPU.
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseFlags } from '../parse-flags.ts';
import { scriptError } from '../script-error.ts';
import { CHILD_FLAG, checkDevice, type DeviceReply, type DeviceTask } from './check-device.ts';
import { devices } from './devices.ts';
import { exitCode, judge, type Outcome, report } from './judge.ts';

const HELP = `pnpm gpu-check [model] [--software] [--pack dir]

Trains two steps, samples in ten steps, and predicts at four timesteps, on the CPU and on each GPU through WebGPU (Vulkan on
Linux) and CUDA. The results of each GPU are compared with those of the CPU. This takes at most eight minutes. Absent devices
are listed with the reason. The exit code is 1 if a device that is present fails or differs.

  model         folder of a bundle (default: models/mnist)
  --software    also run WebGPU on Chromium's software renderer, to test the check without a GPU; takes minutes
  --pack dir    write the check with Node and a model into dir as an archive of at most 64 MiB, for a Linux machine (x64) without
                network access`;

/**
 * Time limit of a device, except for software renderers. Three devices thus take less than eight minutes.
 */
const LIMIT_MS = 150_000;
/** Time limit of a software renderer, which takes minutes. */
const SOFTWARE_LIMIT_MS = 540_000;

const FLAGS = {
  software: { type: 'boolean' },
  pack: { type: 'string' },
  help: { type: 'boolean' },
} as const;

const args = process.argv.slice(2);
if (args[0] === CHILD_FLAG) await runDevice(JSON.parse(args[1] ?? ''));
else await run();

/** Measures a device in its child process. */
async function runDevice({ provider, model }: DeviceTask): Promise<void> {
  const { measure } = await import('./measure.ts');
  const reply = await measure(provider, model).then(
    (results): DeviceReply => ({ results }),
    (error: unknown): DeviceReply => ({
      error: error instanceof Error ? error.message.trim() : String(error),
    }),
  );
  // Exit without waiting for threads of the driver.
  process.send?.(reply, () => process.exit());
}

async function run(): Promise<void> {
  const { values, positionals } = parseFlags(args, FLAGS, (reason, cause) =>
    scriptError('GPU_CHECK_USAGE', `gpu-check: ${reason}`, { cause }),
  );
  if (values.help === true) {
    console.log(HELP);
    return;
  }
  const script = fileURLToPath(import.meta.url);
  const [model = 'models/mnist'] = positionals;
  if (values.pack !== undefined) {
    const { pack } = await import('./pack.ts');
    console.log(await pack(values.pack, model));
    return;
  }
  const ort = path.dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  const outcomes: Outcome[] = [];
  for (const device of devices(values.software === true, ort)) {
    console.error(`${device.name} …`);
    outcomes.push(
      await checkDevice(device, {
        script,
        model,
        limitMs: device.software === true ? SOFTWARE_LIMIT_MS : LIMIT_MS,
      }),
    );
  }
  const verdicts = judge(outcomes);
  console.log(report(verdicts));
  process.exitCode = exitCode(verdicts);
}
