import { type FullScheduleConfig, parseScheduleConfig } from '@isonoise/schedule';
import * as v from 'valibot';

export const scheduleSchema: v.GenericSchema<unknown, FullScheduleConfig> = v.pipe(
  v.unknown(),
  v.rawTransform<unknown, FullScheduleConfig>(({ dataset, addIssue, NEVER }) => {
    try {
      return parseScheduleConfig(dataset.value);
    } catch (cause) {
      addIssue({ message: cause instanceof Error ? cause.message : String(cause) });
      return NEVER;
    }
  }),
);
