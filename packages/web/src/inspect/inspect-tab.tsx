import type { JSX } from 'preact';
import { ModelField } from '../request/model-field.tsx';
import { Curves } from './curves.tsx';
import { ForwardProcess } from './forward-process.tsx';
import { ScheduleFields } from './schedule-fields.tsx';

/** Interactive view of the schedule and the forward process. */
export function InspectTab(): JSX.Element {
  return (
    <div class="workbench">
      <div class="stack">
        <section class="card" aria-label="The model">
          <ModelField />
        </section>
        <ScheduleFields />
      </div>
      <div class="stack">
        <ForwardProcess />
        <Curves />
      </div>
    </div>
  );
}
