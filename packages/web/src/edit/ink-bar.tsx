import type { JSX } from 'preact';
import { useId, useMemo } from 'preact/hooks';
import { Slider } from '../ui/slider.tsx';
import { MOST_BRUSH } from './brush.ts';
import { colourName, colourOfHex, hexOf } from './colour-text.ts';
import { type Colour, fittingColour, type Layers, sameColour } from './layers.ts';
import type { PaintStore } from './paint-store.ts';
import { paletteOf } from './palette.ts';

/** Controls for the colour and the size of the brush. */
export function InkBar({
  store,
  layers,
}: {
  readonly store: PaintStore;
  readonly layers: Layers;
}): JSX.Element {
  const id = useId();
  const colour = store.colour.value;
  const isDrawing = store.isDrawing.value;
  const palette = useMemo(() => paletteOf(layers), [isDrawing ? null : layers]);
  const choose = (next: Colour): void => {
    store.colour.value = fittingColour(next, layers.channels);
    // Choosing a colour selects the paint tool, unless the fill tool is selected.
    if (store.tool.value !== 'fill') store.tool.value = 'paint';
  };
  return (
    <div class="ink-bar">
      <fieldset class="swatches" aria-label="Colours">
        {palette.map((each) => (
          <button
            key={each.join()}
            type="button"
            class="swatch"
            aria-label={colourName(each)}
            title={colourName(each)}
            aria-pressed={sameColour(each, colour)}
            style={{ '--swatch': `rgb(${each[0]} ${each[1]} ${each[2]} / ${each[3] / 255})` }}
            onClick={() => choose(each)}
          />
        ))}
        {layers.channels === 1 ? null : (
          <>
            <label class="visually-hidden" for={id}>
              Another colour
            </label>
            <input
              id={id}
              type="color"
              title="Another colour"
              value={hexOf(colour)}
              onInput={(event) => choose(colourOfHex(event.currentTarget.value, colour[3]))}
            />
          </>
        )}
      </fieldset>
      <div class="ink-sliders">
        <Slider
          label="Brush"
          value={store.side.value}
          min={1}
          max={MOST_BRUSH}
          text={`${store.side.value} px`}
          onInput={(side) => {
            store.side.value = side;
          }}
        />
        {layers.channels === 1 ? (
          <Slider
            label="Grey"
            value={colour[0]}
            min={0}
            max={255}
            onInput={(grey) => choose([grey, grey, grey, 255])}
          />
        ) : null}
        {layers.channels === 4 ? (
          <Slider
            label="Opacity"
            value={colour[3]}
            min={0}
            max={255}
            text={`${Math.round((100 * colour[3]) / 255)} %`}
            onInput={(alpha) => choose([colour[0], colour[1], colour[2], alpha])}
          />
        ) : null}
      </div>
    </div>
  );
}
