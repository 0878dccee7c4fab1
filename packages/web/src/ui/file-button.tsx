import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { Button } from './button.tsx';

interface FileButtonProps {
  /** What the button says. */
  readonly text: string;
  /** What is asked for, in full. */
  readonly label: string;
  /** `single` where it is left out. */
  readonly pick?: 'single' | 'several' | 'folder';
  /** Types or endings, as `<input accept>` has them. */
  readonly accept?: string;
  readonly onFiles: (files: readonly [File, ...File[]]) => void;
}

/** A button that has the visitor pick files. */
export function FileButton({ text, label, pick = 'single', accept, onFiles }: FileButtonProps): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  function onChange({ currentTarget }: { readonly currentTarget: HTMLInputElement }): void {
    const [first, ...others] = currentTarget.files ?? [];
    // Picking the same again is to take it again.
    currentTarget.value = '';
    if (first !== undefined) onFiles([first, ...others]);
  }
  return (
    <>
      <Button onClick={() => input.current?.click()}>{text}</Button>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={label}
        accept={accept}
        multiple={pick !== 'single'}
        // Spread, since TypeScript's attributes lack it; every browser has it.
        {...(pick === 'folder' ? { webkitdirectory: true } : {})}
        onChange={onChange}
      />
    </>
  );
}
