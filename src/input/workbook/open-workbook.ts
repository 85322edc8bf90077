import { UserError } from '../../errors.ts';
import { printable } from '../../printable.ts';
import { provenChunks, type ProvenFile } from '../../files/proven-file.ts';
import type { OpenWorkbook } from './read-workbook.ts';

const beginnings = {
  // A ZIP file; the second is an empty one.
  zip: ['504b0304', '504b0506'],
  ole: ['d0cf11e0'],
};

/**
 * Opens the file as a workbook if it begins like one, whatever its name.
 * @param flags what `--sheet`, `--encoding` and `--delimiter` say.
 * @returns undefined for any other file. @throws {UserError} for a workbook that cannot be read.
 */
export async function openIfWorkbook(
  file: ProvenFile,
  name: string,
  {
    sheet,
    encoding,
    delimiter,
  }: { readonly [flag in 'sheet' | 'encoding' | 'delimiter']?: string | undefined },
): Promise<OpenWorkbook | undefined> {
  const beginning = await readBeginning(file, name);
  if (beginnings.zip.includes(beginning)) {
    if (encoding !== undefined) {
      throw new UserError(`${name} is an Excel workbook, which has no encoding to choose (--encoding).`, {
        hint: 'Leave --encoding away.',
      });
    }
    if (delimiter !== undefined) {
      throw new UserError(`${name} is an Excel workbook, which has no delimiter to choose (--delimiter).`, {
        hint: 'Leave --delimiter away.',
      });
    }
    // Loaded only where needed: its packages take 60 ms, and most files are CSV.
    const { openWorkbook } = await import('./read-workbook.ts');
    return openWorkbook(file, name, sheet);
  }
  if (beginnings.ole.includes(beginning)) {
    const { oleFile } = await import('./refuse-other-archives.ts');
    throw await oleFile(file, name);
  }
  if (sheet !== undefined) {
    throw new UserError(`${name} is no Excel workbook, so it has no sheet "${printable(sheet)}" (--sheet).`, {
      hint: 'Leave --sheet away, or give the workbook.',
    });
  }
  return undefined;
}

/** The first four bytes in hexadecimal. */
async function readBeginning(file: ProvenFile, name: string): Promise<string> {
  for await (const chunk of provenChunks(file, name)) return chunk.toString('hex', 0, 4);
  return '';
}
