/**
 * Features of a static site built by `pnpm build:site`; null if an isonoise server serves the page. The site's
 * index.html lists them: `<meta name="isonoise-site" content="static webgpu isolate">`.
 */
const words = 'document' in globalThis ? siteWords() : null;

function siteWords(): readonly string[] | null {
  const content = document.querySelector('meta[name="isonoise-site"]')?.getAttribute('content');
  return content?.split(' ') ?? null;
}

/** Whether the page is a static site, without a server that draws. */
export const isSite: boolean = words !== null;

/** Whether the page includes the files for WebGPU. */
export const hasWebGpu: boolean = words === null || words.includes('webgpu');

/** Whether the service worker isolates the page from other origins, which threads need. */
export const isolatesItself: boolean = words?.includes('isolate') ?? false;

/** Returns the address of a path relative to the folder of the page. */
export const pageUrl = (path: string): URL => new URL(path, new URL('.', location.href));
