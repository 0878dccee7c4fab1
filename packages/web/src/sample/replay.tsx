import type { JSX } from 'preact';
import { counted, timestep } from '../text/format.ts';
import { Choice } from '../ui/choice.tsx';
import { Slider } from '../ui/slider.tsx';
import type { View } from './stage.tsx';
import type { Frame } from './step-recorder.ts';

interface ReplayProps {
  readonly frames: readonly Frame[];
  readonly shown: Frame;
  readonly steps: number;
  /** Names the frame before the first step. */
  readonly beginning: string;
  readonly view: View;
  readonly onView: (view: View) => void;
  readonly onScrub: (index: number) => void;
}

/**
 * Shows controls to scrub through the recorded steps, and to choose between the estimate and the noisy
 * images.
 */
export function Replay({ frames, shown, steps, beginning, view, onView, onScrub }: ReplayProps): JSX.Element {
  const at = frames.findLastIndex(({ step }) => step <= shown.step);
  return (
    <div class="replay">
      <Slider
        label="Denoising"
        value={at}
        min={0}
        max={Math.max(frames.length - 1, 1)}
        text={
          shown.t === null
            ? beginning
            : `step ${counted(shown.step)} of ${counted(steps)}, from t = ${timestep(shown.t)}`
        }
        onInput={onScrub}
      />
      <Choice<View>
        label="Show"
        value={view}
        options={[
          { value: 'estimate', text: 'Estimate x̂₀' },
          { value: 'noisy', text: 'Noisy xₜ' },
        ]}
        onChange={onView}
      />
    </div>
  );
}
