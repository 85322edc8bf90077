import { readFileSync } from 'node:fs';

/** The browser's side, as it was built. */
export interface Assets {
  readonly script: string;
  readonly style: string;
}

/** Beside `src` and `dist` alike. @returns empty texts where they were not built: the page then shows what it can without. */
export function readAssets(): Assets {
  const read = (name: string): string => {
    try {
      return readFileSync(new URL(`../../../dist/page/${name}`, import.meta.url), 'utf8');
    } catch {
      return '';
    }
  };
  return { script: read('report.js'), style: read('report.css') };
}
