import type { UserError } from '../../errors.ts';
import type { Zip } from './open-zip.ts';
import { createNumberFormat, type NumberFormat } from './number-format.ts';
import { readXml } from './parse-xml.ts';
import { damagedWorkbook } from './workbook-error.ts';

/** The number formats of a workbook's styles, which cells name by number. */
export interface Styles {
  /** @returns what shows things as they are when there is no such number. */
  get: (index: number) => NumberFormat;
}

const maxBytes = 64 * 1024 * 1024;
/** As many as Excel takes. Each cell's number goes through all of them. */
const maxCodeChars = 255;

export async function readStyles(
  zip: Zip,
  part: string | undefined,
  isDate1904: boolean,
  name: string,
): Promise<Styles> {
  const codes = new Map<number, string>();
  const formatIds: number[] = [];
  const fault = (what: string, cause?: unknown): UserError =>
    damagedWorkbook(name, `in its part ${part}, ${what}`, cause);
  let isInNumberFormats = false;
  let isInStyles = false;
  if (part !== undefined) {
    await readXml(
      zip.read(part, maxBytes),
      {
        open(element, { numFmtId: id, formatCode: code = '' }) {
          if (code.length > maxCodeChars) {
            throw fault(`a number format has more than ${maxCodeChars} characters`);
          }
          if (element === 'numFmts') isInNumberFormats = true;
          else if (element === 'cellXfs') isInStyles = true;
          else if (isInNumberFormats && element === 'numFmt') codes.set(Number(id), code);
          else if (isInStyles && element === 'xf') formatIds.push(Number(id ?? 0));
        },
        text() {},
        close(element) {
          if (element === 'numFmts') isInNumberFormats = false;
          else if (element === 'cellXfs') isInStyles = false;
        },
      },
      fault,
    );
  }
  const formats = new Map<number, NumberFormat>();
  return {
    get(index) {
      const id = formatIds[index] ?? 0;
      const known = formats.get(id);
      if (known !== undefined) return known;
      const made = createNumberFormat(id, codes.get(id), isDate1904);
      formats.set(id, made);
      return made;
    },
  };
}
