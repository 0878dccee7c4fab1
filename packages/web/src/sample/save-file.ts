/** Milliseconds before the file's memory is freed. The browser needs some time to begin the download. */
const KEPT_MS = 60_000;

/** Offers a file as a download. */
export function saveFile(name: string, type: string, content: Uint8Array<ArrayBuffer>): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
}
