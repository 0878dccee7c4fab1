import type { Bench } from './bench.ts';
import { cost } from './cost.ts';
import { filterGradients } from './filter-gradient.ts';
import { jobs } from './jobs/bench-jobs.ts';
import { samplersBench } from './samplers/bench-samplers.ts';
import { sampling } from './sampling.ts';
import { server } from './server.ts';
import { setup } from './setup.ts';
import { spinning } from './spinning.ts';
import { torch } from './torch/bench-torch.ts';
import { tracing } from './trace.ts';
import { training } from './training.ts';
import { web } from './web.ts';

/** Every bench, in the order of the table. */
export const benches: readonly Bench[] = [
  training,
  torch,
  sampling,
  samplersBench,
  server,
  jobs,
  setup,
  cost,
  filterGradients,
  tracing,
  spinning,
  web,
];
