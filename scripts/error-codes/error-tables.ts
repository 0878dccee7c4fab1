import type { ErrorEntry } from '@isonoise/error';
import { ERROR_CODES as bundleCodes } from '../../packages/bundle/src/errors.ts';
import { ERROR_CODES as cliCodes } from '../../packages/cli/src/errors.ts';
import { ERROR_CODES as dataCodes } from '../../packages/data/src/errors.ts';
import { ERROR_CODES as evaluateCodes } from '../../packages/evaluate/src/errors.ts';
import { ERROR_CODES as exportCodes } from '../../packages/export/src/errors.ts';
import { ERROR_CODES as importCodes } from '../../packages/import/src/errors.ts';
import { ERROR_CODES as jobsCodes } from '../../packages/jobs/src/errors.ts';
import { ERROR_CODES as networkCodes } from '../../packages/network/src/errors.ts';
import { ERROR_CODES as onnxCodes } from '../../packages/onnx/src/errors.ts';
import { ERROR_CODES as pictureCodes } from '../../packages/picture/src/errors.ts';
import { ERROR_CODES as randomCodes } from '../../packages/random/src/errors.ts';
import { ERROR_CODES as runtimeCodes } from '../../packages/runtime/src/errors.ts';
import { ERROR_CODES as samplerCodes } from '../../packages/sampler/src/errors.ts';
import { ERROR_CODES as scheduleCodes } from '../../packages/schedule/src/errors.ts';
import { ERROR_CODES as serverCodes } from '../../packages/server/src/errors.ts';
import { ERROR_CODES as traceCodes } from '../../packages/trace/src/errors.ts';
import { ERROR_CODES as trainCodes } from '../../packages/train/src/errors.ts';
import { ERROR_CODES as webCodes } from '../../packages/web/src/errors.ts';

/** Tables of error codes, by the name of the package's folder. */
export const errorTables: Readonly<Record<string, Readonly<Record<string, ErrorEntry>>>> = {
  bundle: bundleCodes,
  cli: cliCodes,
  data: dataCodes,
  evaluate: evaluateCodes,
  export: exportCodes,
  import: importCodes,
  jobs: jobsCodes,
  network: networkCodes,
  onnx: onnxCodes,
  picture: pictureCodes,
  random: randomCodes,
  runtime: runtimeCodes,
  sampler: samplerCodes,
  schedule: scheduleCodes,
  server: serverCodes,
  trace: traceCodes,
  train: trainCodes,
  web: webCodes,
};
