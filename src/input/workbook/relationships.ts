import { posix } from 'node:path';

import { readXml } from './parse-xml.ts';
import type { Zip } from './open-zip.ts';
import { damagedWorkbook } from './workbook-error.ts';

/** From one part of a workbook to another. */
export interface Relationship {
  readonly id: string;
  /** The last word of its type, such as `worksheet`. */
  readonly kind: string;
  /** The name of the other part. */
  readonly part: string;
}

const maxBytes = 64 * 1024 * 1024;

/** @param part '' for those of the whole file. @returns none when the file has no list of them. */
export async function readRelationships(zip: Zip, part: string, name: string): Promise<Relationship[]> {
  const folder = posix.dirname(part);
  const list = posix.join(folder, '_rels', `${posix.basename(part)}.rels`);
  if (!zip.has(list)) return [];
  const found: Relationship[] = [];
  await readXml(
    zip.read(list, maxBytes),
    {
      open(element, { Id: id, Type: type, Target: target, TargetMode: mode }) {
        if (element !== 'Relationship' || mode === 'External' || !id || !type || !target) return;
        const kind = type.slice(type.lastIndexOf('/') + 1);
        found.push({ id, kind, part: posix.resolve('/', folder, target).slice(1) });
      },
      text() {},
      close() {},
    },
    (what, cause) => damagedWorkbook(name, `in its part ${list}, ${what}`, cause),
  );
  return found;
}
