import type { JSX } from 'preact';
import { nextZoom, type Zoom } from './board-scale.ts';
import type { PaintStore, Tool } from './paint-store.ts';
import { TOOL_KEYS } from './shortcuts.ts';
import { type IconName, ToolIcon } from './tool-icons.tsx';

const TOOL_TEXTS: { readonly [K in Tool]: string } = {
  paint: 'Paint',
  erase: 'Erase',
  fill: 'Fill',
  pick: 'Pick a colour',
  mask: 'Mask: mark the part to draw again',
  unmask: 'Erase the mask',
};

interface ToolBarProps {
  readonly store: PaintStore;
  readonly zoom: Zoom;
  readonly grid: boolean;
  readonly onZoom: (zoom: Zoom) => void;
  readonly onGrid: (grid: boolean) => void;
}

/** Buttons for the tools, undo, zoom and the pixel grid. */
export function ToolBar({ store, zoom, grid, onZoom, onGrid }: ToolBarProps): JSX.Element {
  const zoomTo = (icon: IconName, label: string, keys: string, by: number): IconButtonProps => {
    const next = nextZoom(zoom, by);
    const blocked = next === zoom ? `This is the ${by > 0 ? 'largest' : 'smallest'} zoom.` : null;
    return { icon, label, keys, blocked, onClick: () => onZoom(next) };
  };
  const pair = (...buttons: readonly IconButtonProps[]): readonly JSX.Element[] =>
    buttons.map((button) => <IconButton key={button.icon} {...button} />);
  return (
    <div class="tool-bar" role="toolbar" aria-label="Tools">
      {(Object.keys(TOOL_KEYS) as Tool[]).map((tool) => (
        <IconButton
          key={tool}
          icon={tool}
          label={TOOL_TEXTS[tool]}
          keys={TOOL_KEYS[tool].toUpperCase()}
          pressed={store.tool.value === tool}
          onClick={() => {
            store.tool.value = tool;
          }}
        />
      ))}
      <span class="tool-gap" />
      {pair(
        {
          icon: 'undo',
          label: 'Undo',
          keys: 'Ctrl+Z',
          blocked: store.canUndo.value ? null : 'There is nothing to undo.',
          onClick: store.undo,
        },
        {
          icon: 'redo',
          label: 'Redo',
          keys: 'Ctrl+Y',
          blocked: store.canRedo.value ? null : 'There is nothing to redo.',
          onClick: store.redo,
        },
      )}
      <span class="tool-gap" />
      {pair(zoomTo('zoom-in', 'Zoom in', '+', 1), zoomTo('zoom-out', 'Zoom out', '−', -1))}
      <IconButton icon="grid" label="Pixel grid" keys="#" pressed={grid} onClick={() => onGrid(!grid)} />
    </div>
  );
}

interface IconButtonProps {
  readonly icon: IconName;
  readonly label: string;
  /** The keyboard shortcut, for the tooltip. */
  readonly keys: string;
  /** Whether a toggle button is pressed; undefined for other buttons. */
  readonly pressed?: boolean;
  /** Why the button cannot be used now; null if it can. */
  readonly blocked?: string | null;
  readonly onClick: () => void;
}

function IconButton({ icon, label, keys, pressed, blocked = null, onClick }: IconButtonProps): JSX.Element {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={label}
      title={blocked === null ? `${label} (${keys})` : `${label} (${keys}). ${blocked}`}
      aria-pressed={pressed}
      aria-disabled={blocked !== null || undefined}
      onClick={blocked === null ? onClick : undefined}
    >
      <ToolIcon name={icon} />
    </button>
  );
}
