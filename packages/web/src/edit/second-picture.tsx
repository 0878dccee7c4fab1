import { toBytes } from '@isonoise/picture';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { Button } from '../ui/button.tsx';
import { FileButton } from '../ui/file-button.tsx';
import { Fold } from '../ui/fold.tsx';
import { ImageGrid } from '../ui/image-grid.tsx';
import { TextField } from '../ui/text-field.tsx';
import type { BetweenSettings, ReadBetweenPictures } from './between-pictures.ts';
import { valuesOf } from './layer-values.ts';
import type { Layers } from './layers.ts';

interface SecondPictureProps {
  /** The second picture; null before it is chosen. */
  readonly second: Layers | null;
  readonly settings: BetweenSettings;
  /** The checked settings; null if the request is invalid. */
  readonly read: ReadBetweenPictures | null;
  /** Why the images cannot be drawn now; null if they can. */
  readonly blocked: string | null;
  /** Whether an opened file contains a request for images between two pictures. The fields are then unfolded. */
  readonly isAsked: boolean;
  readonly onFile: (file: File) => void;
  /** Makes the picture on the canvas the second one. */
  readonly onCanvas: () => void;
  readonly onChange: (settings: Partial<BetweenSettings>) => void;
  readonly onDraw: () => void;
}

/** Fields of the images between the picture on the canvas and a second one. */
export function SecondPicture(props: SecondPictureProps): JSX.Element {
  const { second, settings, read, blocked, isAsked, onFile, onCanvas, onChange, onDraw } = props;
  const errors = read !== null && 'errors' in read ? read.errors : {};
  // Painting renders often, and a large picture takes long to convert.
  const bytes = useMemo(() => (second === null ? null : toBytes(valuesOf(second))), [second]);
  return (
    <Fold summary="Images between two pictures" needed={isAsked || second !== null}>
      <div class="stack">
        <p class="hint">
          The first picture is the one on the canvas. Both are turned into noise, and images are drawn from
          mixtures of the noise. The class or the tags of the request describe both pictures.
        </p>
        <div class="row">
          <FileButton
            text="Open second picture"
            label="The second picture"
            accept="image/*"
            onFiles={([file]) => onFile(file)}
          />
          <Button onClick={onCanvas}>Use the canvas as second picture</Button>
        </div>
        {second === null || bytes === null ? null : (
          <div class="second-picture">
            <ImageGrid
              images={{
                bytes,
                shape: [1, second.channels, second.height, second.width],
              }}
              label="The second picture"
            />
          </div>
        )}
        {errors.second === undefined ? null : <p class="hint wrong">{errors.second}</p>}
        <div class="pair">
          <TextField
            label="Images, including both ends"
            numeric
            value={settings.count}
            error={errors.count}
            onInput={(count) => onChange({ count })}
          />
          <TextField
            label="Steps in each direction"
            numeric
            value={settings.steps}
            error={errors.steps}
            onInput={(steps) => onChange({ steps })}
          />
        </div>
        <div class="row">
          <Button blocked={blocked} onClick={onDraw}>
            Draw images between
          </Button>
        </div>
      </div>
    </Fold>
  );
}
