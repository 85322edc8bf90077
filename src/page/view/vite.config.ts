import { copyFileSync, mkdirSync } from 'node:fs';

import { defineConfig } from 'vite';

const here = import.meta.dirname;
const out = `${here}/../../../dist/page`;

/** The browser's side: a script and a style for each page; `--mode` says which, `report` or `ui`. */
export default defineConfig(({ mode }) => ({
  root: here,
  logLevel: 'warn',
  build: {
    outDir: out,
    emptyOutDir: false,
    target: ['chrome103', 'firefox115', 'safari16.4'],
    lib: {
      entry: mode === 'ui' ? `${here}/ui/ui.tsx` : `${here}/report.tsx`,
      formats: ['iife'],
      name: 'page',
      fileName: () => `${mode}.js`,
      cssFileName: mode,
    },
  },
  plugins: [
    {
      name: 'the page of ui itself',
      closeBundle() {
        if (mode !== 'ui') return;
        mkdirSync(out, { recursive: true });
        copyFileSync(`${here}/ui/ui.html`, `${out}/ui.html`);
      },
    },
  ],
}));
