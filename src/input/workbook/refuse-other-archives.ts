import { UserError } from '../../errors.ts';
import { provenChunks, type ProvenFile } from '../../files/proven-file.ts';
import type { Zip } from './open-zip.ts';

const saveAsWorkbook =
  'Open it in a spreadsheet, save it as an Excel workbook (.xlsx) or as "CSV UTF-8", and give that file.';

/** What else can be in a ZIP file, by the name of a part. */
const archives: readonly { readonly has: RegExp; readonly is: string; readonly hint: string }[] = [
  { has: /^xl\/workbook\.bin$/i, is: 'is a binary Excel workbook (.xlsb)', hint: saveAsWorkbook },
  { has: /^content\.xml$/i, is: 'is an OpenDocument file, such as an .ods', hint: saveAsWorkbook },
  { has: /^index(?:\/.*\.iwa|\.zip)$/i, is: 'is a file of Apple Numbers or Pages', hint: saveAsWorkbook },
  { has: /^word\//i, is: 'is a Word document', hint: 'Give the workbook or CSV file with the users.' },
  {
    has: /^ppt\//i,
    is: 'is a PowerPoint presentation',
    hint: 'Give the workbook or CSV file with the users.',
  },
];

/** The error for a ZIP file that holds no workbook. */
export function otherArchive(zip: Zip, name: string): UserError {
  const archive = archives.find(({ has }) => zip.parts.some((part) => has.test(part)));
  return archive === undefined
    ? new UserError(`${name} is a ZIP file that is no Excel workbook.`, {
        hint: 'Unpack it, and give the workbook or CSV file that is in it.',
      })
    : new UserError(`${name} ${archive.is}, not a workbook that can be read.`, { hint: archive.hint });
}

/** A workbook with a password is not a ZIP file, but an OLE file in which this stream holds the encrypted one. */
const encryptedStream = Buffer.from('EncryptedPackage', 'utf16le');

/** The error for a file that begins as OLE files do: a workbook of Excel 97 to 2003, or one with a password. */
export async function oleFile(file: ProvenFile, name: string): Promise<UserError> {
  return (await holds(file, name, encryptedStream))
    ? new UserError(`${name} is protected with a password.`, {
        hint: 'Open it in Excel, take the password off (File > Info > Protect Workbook > Encrypt with Password), save it, and give that file.',
      })
    : new UserError(`${name} is an old Excel workbook (.xls), which cannot be read.`, {
        hint: saveAsWorkbook,
      });
}

async function holds(file: ProvenFile, name: string, wanted: Buffer): Promise<boolean> {
  let tail: Buffer = Buffer.alloc(0);
  for await (const chunk of provenChunks(file, name)) {
    const bytes = Buffer.concat([tail, chunk]);
    if (bytes.includes(wanted)) return true;
    tail = bytes.subarray(-wanted.length);
  }
  return false;
}
