import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { Button, type ButtonProps } from './button.tsx';

interface FileButtonProps {
  /** Text of the button. */
  readonly text: string;
  /** Accessible name of the file input. */
  readonly label: string;
  /** Default `single`. */
  readonly pick?: 'single' | 'several' | 'folder';
  /** File types or extensions, as in `<input accept>`. */
  readonly accept?: string;
  readonly kind?: ButtonProps['kind'];
  readonly onFiles: (files: readonly [File, ...File[]]) => void;
}

/** A button that opens a file picker. */
export function FileButton({
  text,
  label,
  pick = 'single',
  accept,
  kind,
  onFiles,
}: FileButtonProps): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  function onChange({ currentTarget }: { readonly currentTarget: HTMLInputElement }): void {
    const [first, ...others] = currentTarget.files ?? [];
    // Reset, so that picking the same file again fires a change event.
    currentTarget.value = '';
    if (first !== undefined) onFiles([first, ...others]);
  }
  return (
    <>
      <Button kind={kind} onClick={() => input.current?.click()}>
        {text}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={label}
        accept={accept}
        multiple={pick !== 'single'}
        // The attribute is spread, because TypeScript's types lack it; all browsers support it.
        {...(pick === 'folder' ? { webkitdirectory: true } : {})}
        onChange={onChange}
      />
    </>
  );
}
