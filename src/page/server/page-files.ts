import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A file of the page, ready to be sent. */
export interface PageFile {
  readonly type: string;
  readonly bytes: Buffer;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

/** What is no file of the page may lie beside it. */
const ofPage = /^(?:ui|report)[\w.-]*\.(?:html|js|css|svg|png)$/;

/** By the path under which each is asked for. They are read once: what is asked for never becomes the name of a file. */
export function readPageFiles(folder: string): ReadonlyMap<string, PageFile> {
  const names = readdirSync(folder).filter((name) => ofPage.test(name));
  return new Map(
    names.map((name) => {
      const place = name === 'ui.html' ? '/' : `/${name}`;
      const type = types[path.extname(name)] ?? 'application/octet-stream';
      return [place, { type, bytes: readFileSync(path.join(folder, name)) }];
    }),
  );
}
