import type { Drawing } from '../sample/drawing.ts';
import type { EditSource } from './edit-source.ts';

/**
 * Returns whether finished images were drawn from this picture with these settings, as when an earlier edit is shown
 * again. Live drawing must not replace such images with a preview.
 */
export function isDrawnFrom(drawing: Drawing, now: Pick<EditSource, 'layers' | 'fields' | 'form'>): boolean {
  if (drawing.status !== 'done' || drawing.kind !== 'edit' || drawing.source === undefined) return false;
  const { layers, fields, form } = drawing.source;
  return (
    layers === now.layers &&
    isEqual({ ...fields, live: now.fields.live }, { ...now.fields }) &&
    isEqual({ ...form }, { ...now.form })
  );
}

/** Compares objects of plain values. The order of their keys does not matter. */
function isEqual(one: Readonly<Record<string, unknown>>, other: Readonly<Record<string, unknown>>): boolean {
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].every((key) => one[key] === other[key]);
}
