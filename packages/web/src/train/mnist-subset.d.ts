/** URLs that the plugin in `vite-mnist-subset.ts` provides. `images` and `labels` are gzipped IDX files. */
declare module 'virtual:mnist-subset' {
  export const images: string;
  export const labels: string;
  /** URL of the first images, 28 × 28 bytes each. */
  export const preview: string;
}
