import { lastRowOf } from './cell-reference.ts';
import type { Zip } from './open-zip.ts';
import { readXml } from './parse-xml.ts';
import { readRelationships } from './relationships.ts';
import { damagedWorkbook } from './workbook-error.ts';

const maxBytes = 1024 * 1024;
/** More than anybody makes on one sheet. */
const maxTables = 1000;

/** The rows below the tables of a sheet that hold their totals, as the tables themselves say. */
export async function readTotalRows(zip: Zip, sheetPart: string, name: string): Promise<ReadonlySet<number>> {
  const relationships = await readRelationships(zip, sheetPart, name);
  const tables = new Set(relationships.filter(({ kind }) => kind === 'table').map(({ part }) => part));
  const rows = new Set<number>();
  for (const part of [...tables].slice(0, maxTables)) {
    if (!zip.has(part)) continue;
    await readXml(
      zip.read(part, maxBytes),
      {
        open(element, { ref = '', totalsRowCount }) {
          const last = element === 'table' ? lastRowOf(ref) : undefined;
          if (last !== undefined && Number(totalsRowCount) > 0) rows.add(last);
        },
        text() {},
        close() {},
      },
      (what, cause) => damagedWorkbook(name, `in its part ${part}, ${what}`, cause),
    );
  }
  return rows;
}
