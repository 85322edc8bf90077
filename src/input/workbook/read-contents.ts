import type { UserError } from '../../errors.ts';
import type { Zip } from './open-zip.ts';
import { readXml } from './parse-xml.ts';
import { readRelationships } from './relationships.ts';
import { damagedWorkbook } from './workbook-error.ts';

export interface Sheet {
  readonly name: string;
  readonly isHidden: boolean;
  /** The name of the part that holds it. */
  readonly part: string;
}

/** What a workbook says of itself. */
export interface Contents {
  /** Those that hold cells, in the order of their tabs; chart sheets are left out. */
  readonly sheets: readonly Sheet[];
  /** Days are counted from 1904 instead of 1900, as Excel for Mac once did. */
  readonly isDate1904: boolean;
  /** The results of its formulas are not those that are stored: whoever wrote it did not calculate. */
  readonly isUncalculated: boolean;
  readonly stylesPart: string | undefined;
  readonly sharedStringsPart: string | undefined;
}

/** Excel shows a sheet of any other state, such as one that a program made up. */
const hiddenStates: ReadonlySet<string> = new Set(['hidden', 'veryHidden']);

const maxBytes = 64 * 1024 * 1024;

/** @param part the workbook's main part, such as `xl/workbook.xml`. */
export async function readContents(zip: Zip, part: string, name: string): Promise<Contents> {
  const fault = (what: string, cause?: unknown): UserError =>
    damagedWorkbook(name, `in its part ${part}, ${what}`, cause);
  const relationships = await readRelationships(zip, part, name);
  // The first of those with one ID.
  const byId = new Map(relationships.toReversed().map((relationship) => [relationship.id, relationship]));
  // A part that is declared and not there is missed only by a cell that needs it.
  const partOf = (kind: string): string | undefined =>
    relationships.find((relationship) => relationship.kind === kind && zip.has(relationship.part))?.part;
  const sheets: Sheet[] = [];
  let isDate1904 = false;
  let isUncalculated = false;
  await readXml(
    zip.read(part, maxBytes),
    {
      open(element, attributes) {
        if (element === 'workbookPr') isDate1904 = isTrue(attributes['date1904']);
        else if (element === 'calcPr') isUncalculated = isTrue(attributes['fullCalcOnLoad']);
        else if (element === 'sheet') {
          const id = Object.entries(attributes).find(([key]) => key.endsWith(':id'))?.[1];
          const target = id === undefined ? undefined : byId.get(id);
          if (target === undefined) throw fault('a sheet has no part that holds it');
          if (target.kind !== 'worksheet') return;
          const isHidden = hiddenStates.has(attributes['state'] ?? '');
          sheets.push({ name: attributes['name'] ?? '', isHidden, part: target.part });
        }
      },
      text() {},
      close() {},
    },
    fault,
  );
  return {
    sheets,
    isDate1904,
    isUncalculated,
    stylesPart: partOf('styles'),
    sharedStringsPart: partOf('sharedStrings'),
  };
}

/** As XML Schema writes booleans. */
export function isTrue(value: string | undefined): boolean {
  return value === '1' || value === 'true';
}
