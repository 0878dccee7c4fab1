/** URLs of two gzipped IDX files; provided by the plugin in `vite-mnist-subset.ts`. */
declare module 'virtual:mnist-subset' {
  export const images: string;
  export const labels: string;
}
