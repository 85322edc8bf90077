import { defineConfig } from 'vite';

const here = import.meta.dirname;

/** The browser's side: a script and a style, which the pages carry within them. */
export default defineConfig({
  root: here,
  logLevel: 'warn',
  build: {
    outDir: `${here}/../../../dist/page`,
    emptyOutDir: false,
    target: ['chrome103', 'firefox115', 'safari16.4'],
    lib: {
      entry: `${here}/report.tsx`,
      formats: ['iife'],
      name: 'report',
      fileName: () => 'report.js',
      cssFileName: 'report',
    },
  },
});
