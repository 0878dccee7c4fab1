/** Long enough for the browser to begin reading; afterwards the memory is given back. */
const KEPT_MS = 60_000;

/** Offers a file to the visitor, as a download. */
export function saveFile(name: string, type: string, content: Uint8Array<ArrayBuffer>): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
}
