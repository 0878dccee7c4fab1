import type { TagSpec } from '@isonoise/bundle';
import type { JSX } from 'preact';
import { TextField } from '../ui/text-field.tsx';
import { readTags, toggleTag } from './tag-text.ts';

interface TagFieldProps {
  readonly known: TagSpec;
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (text: string) => void;
}

/** Maximum number of tags that are offered; others can be typed. */
const OFFERED = 40;

/** A text field for tags, and buttons for the model's most common tags, each with its number of images. */
export function TagField({ known, value, error, onChange }: TagFieldProps): JSX.Element {
  const { tags } = readTags(value);
  return (
    <>
      <TextField
        label="Tags"
        hint="Separated by commas. A minus sign, as in -cat, steers away from a tag."
        value={value}
        error={error}
        onInput={onChange}
      />
      <div class="chips">
        {known.names.slice(0, OFFERED).map((name, i) => (
          <button
            key={name}
            type="button"
            aria-pressed={tags.includes(name)}
            onClick={() => onChange(toggleTag(value, name))}
          >
            {name} <small>{known.counts[i]}</small>
          </button>
        ))}
      </div>
    </>
  );
}
