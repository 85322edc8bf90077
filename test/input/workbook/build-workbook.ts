import { buildZip, type Part, type PartFaults } from './build-zip.ts';

/** A cell by what stands in its XML. */
export interface StoredCell {
  /** The content of `<v>`; without it there is no such element. */
  readonly v?: string;
  /** The attribute `t`. */
  readonly t?: 'b' | 'd' | 'e' | 'n' | 's' | 'str' | 'inlineStr';
  readonly formula?: string;
  /** A number format; the style is made for it. */
  readonly format?: string;
  /** A number format that is built into Excel. */
  readonly formatId?: number;
  /** Raw XML instead of all of the above but the format. */
  readonly xml?: string;
}

/** A text stands among the shared texts; undefined: there is no cell. */
export type Cell = string | StoredCell | undefined;

export interface SheetSpec {
  readonly name: string;
  readonly rows: readonly (readonly Cell[])[];
  /** As Excel writes it, or as another program may. */
  readonly state?: string;
  /** Row numbers from 1. */
  readonly hiddenRows?: readonly number[];
  readonly merged?: readonly string[];
  /** Rows and cells do not say where they stand, as some programs write them. */
  readonly withoutReferences?: boolean;
  /** Raw XML instead of the rows. */
  readonly sheetData?: string;
}

export interface WorkbookSpec {
  readonly sheets: readonly SheetSpec[];
  readonly isDate1904?: boolean;
  readonly fullCalcOnLoad?: boolean;
  /** Raw `<si>` elements before the others; cells name them with `t: 's'`. */
  readonly sharedStrings?: readonly string[];
  /** Texts stand in the cells themselves. */
  readonly inline?: boolean;
  /** By the name of a part: another content, or none at all. */
  readonly parts?: Readonly<Record<string, string | Buffer | undefined>>;
  readonly faults?: Readonly<Record<string, PartFaults>>;
}

const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

/** A workbook as Excel lays it out. */
export function buildWorkbook(spec: WorkbookSpec): Buffer {
  const texts = [...(spec.sharedStrings ?? [])];
  const formats: string[] = [];
  const styles: string[] = ['<xf numFmtId="0"/>'];

  const styleOf = ({ format, formatId }: StoredCell): number => {
    if (format === undefined && formatId === undefined) return 0;
    if (format !== undefined) formats.push(format);
    styles.push(`<xf numFmtId="${formatId ?? 163 + formats.length}"/>`);
    return styles.length - 1;
  };
  const cellXml = (cell: string | StoredCell, place: string): string => {
    if (typeof cell === 'string') {
      const item = `<t xml:space="preserve">${escapeText(cell)}</t>`;
      if (spec.inline === true) return `<c${place} t="inlineStr"><is>${item}</is></c>`;
      texts.push(`<si>${item}</si>`);
      return `<c${place} t="s"><v>${texts.length - 1}</v></c>`;
    }
    const attributes = `${place} s="${styleOf(cell)}"${cell.t === undefined ? '' : ` t="${cell.t}"`}`;
    const formula = cell.formula === undefined ? '' : `<f>${escapeText(cell.formula)}</f>`;
    const value = cell.v === undefined ? '' : `<v>${escapeText(cell.v)}</v>`;
    return `<c${attributes}>${cell.xml ?? formula + value}</c>`;
  };
  const sheetXml = (sheet: SheetSpec): string => {
    const rows = sheet.rows.map((cells, row) => {
      const number = row + 1;
      const inside = cells.map((cell, column) => {
        const place = sheet.withoutReferences === true ? '' : ` r="${letters(column)}${number}"`;
        return cell === undefined ? '' : cellXml(cell, place);
      });
      const hidden = sheet.hiddenRows?.includes(number) === true ? ' hidden="1"' : '';
      const place = sheet.withoutReferences === true ? '' : ` r="${number}"`;
      return cells.length === 0 && hidden === '' && place !== ''
        ? ''
        : `<row${place}${hidden}>${inside.join('')}</row>`;
    });
    const merged = (sheet.merged ?? []).map((range) => `<mergeCell ref="${range}"/>`).join('');
    return `${declaration}<worksheet xmlns="${main}"><sheetData>${sheet.sheetData ?? rows.join('')}</sheetData>${
      merged === '' ? '' : `<mergeCells>${merged}</mergeCells>`
    }</worksheet>`;
  };

  const sheets = spec.sheets.map(sheetXml);
  const relationships = [
    ...sheets.map((_, at) => relationship(`rId${at + 1}`, 'worksheet', `worksheets/sheet${at + 1}.xml`)),
    relationship('rIdStyles', 'styles', 'styles.xml'),
    relationship('rIdTexts', 'sharedStrings', 'sharedStrings.xml'),
  ];
  const tabs = spec.sheets.map(({ name, state }, at) => {
    const hidden = state === undefined ? '' : ` state="${state}"`;
    return `<sheet name="${escapeText(name)}" sheetId="${at + 1}"${hidden} r:id="rId${at + 1}"/>`;
  });
  const own: Record<string, string | Buffer | undefined> = {
    '[Content_Types].xml': contentTypes(sheets.length),
    '_rels/.rels': relationshipsXml([relationship('rId1', 'officeDocument', 'xl/workbook.xml')]),
    'xl/workbook.xml': `${declaration}<workbook xmlns="${main}" xmlns:r="${office}"><workbookPr${
      spec.isDate1904 === true ? ' date1904="1"' : ''
    }/><sheets>${tabs.join('')}</sheets><calcPr calcId="191029"${
      spec.fullCalcOnLoad === true ? ' fullCalcOnLoad="1"' : ''
    }/><extLst><ext xmlns:x15="urn:x15"><x15:workbookPr chartTrackingRefBase="1"/></ext></extLst></workbook>`,
    'xl/_rels/workbook.xml.rels': relationshipsXml(relationships),
    ...Object.fromEntries(sheets.map((xml, at) => [`xl/worksheets/sheet${at + 1}.xml`, xml])),
    'xl/styles.xml': `${declaration}<styleSheet xmlns="${main}"><numFmts>${formats
      .map((code, at) => `<numFmt numFmtId="${164 + at}" formatCode="${escapeText(code)}"/>`)
      .join(
        '',
      )}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>${styles.join('')}</cellXfs></styleSheet>`,
    'xl/sharedStrings.xml': `${declaration}<sst xmlns="${main}">${texts.join('')}</sst>`,
    ...spec.parts,
  };
  const parts = Object.entries(own).flatMap(([name, content]): Part[] =>
    content === undefined ? [] : [{ name, content, ...spec.faults?.[name] }],
  );
  return buildZip(parts);
}

/** The workbook of one sheet that tests mostly need. */
export function buildSheet(rows: readonly (readonly Cell[])[], spec: Partial<SheetSpec> = {}): Buffer {
  return buildWorkbook({ sheets: [{ name: 'Leavers', rows, ...spec }] });
}

/** Not read by this program; without it no spreadsheet program opens the workbook. */
function contentTypes(sheets: number): string {
  const kinds = [
    ['workbook.xml', 'sheet.main'],
    ['styles.xml', 'styles'],
    ['sharedStrings.xml', 'sharedStrings'],
    ...Array.from({ length: sheets }, (_, at) => [`worksheets/sheet${at + 1}.xml`, 'worksheet']),
  ];
  const overrides = kinds.map(([part, kind]) => {
    const type = `application/vnd.openxmlformats-officedocument.spreadsheetml.${kind}+xml`;
    return `<Override PartName="/xl/${part}" ContentType="${type}"/>`;
  });
  const relationshipType = 'application/vnd.openxmlformats-package.relationships+xml';
  return `${declaration}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="${relationshipType}"/><Default Extension="xml" ContentType="application/xml"/>${overrides.join('')}</Types>`;
}

function relationship(id: string, kind: string, target: string): string {
  return `<Relationship Id="${id}" Type="${office}/${kind}" Target="${target}"/>`;
}

function relationshipsXml(relationships: readonly string[]): string {
  const namespace = 'http://schemas.openxmlformats.org/package/2006/relationships';
  return `${declaration}<Relationships xmlns="${namespace}">${relationships.join('')}</Relationships>`;
}

function letters(column: number): string {
  const last = String.fromCharCode(0x41 + (column % 26));
  return column < 26 ? last : letters(Math.floor(column / 26) - 1) + last;
}

/** What XML cannot hold as it is, and what would be taken for such an escape. */
function escapeText(text: string): string {
  return text
    .replaceAll(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
    .replaceAll(/[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/g, (char) => {
      return `_x${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`;
    })
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
