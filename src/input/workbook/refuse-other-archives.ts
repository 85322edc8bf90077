import { UserError } from '../../errors.ts';
import { provenChunks, type ProvenFile } from '../../files/proven-file.ts';
import type { Zip } from './open-zip.ts';

const saveAsWorkbook =
  'Open it in a spreadsheet, save it as an Excel workbook (.xlsx) or as "CSV UTF-8", and give that file.';

const giveTable = 'Give the workbook or CSV file with the users.';

/** What else can be in a ZIP file, by the name of a part. */
const archives: readonly { readonly has: RegExp; readonly is: string; readonly hint: string }[] = [
  { has: /^xl\/workbook\.bin$/i, is: 'is a binary Excel workbook (.xlsb)', hint: saveAsWorkbook },
  { has: /^content\.xml$/i, is: 'is an OpenDocument file, such as an .ods', hint: saveAsWorkbook },
  { has: /^index(?:\/.*\.iwa|\.zip)$/i, is: 'is a file of Apple Numbers or Pages', hint: saveAsWorkbook },
  { has: /^word\//i, is: 'is a Word document', hint: giveTable },
  {
    has: /^ppt\//i,
    is: 'is a PowerPoint presentation',
    hint: giveTable,
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

/** What an OLE file holds, by the name of a stream, which stands in it in UTF-16. A workbook with a password is such a file, too. */
const streams: readonly { readonly of: string; readonly is: string; readonly hint: string }[] = [
  {
    of: 'EncryptedPackage',
    is: 'is protected with a password.',
    hint: 'Open it in Excel, take the password off (File > Info > Protect Workbook > Encrypt with Password), save it, and give that file.',
  },
  { of: 'WordDocument', is: 'is an old Word document (.doc), not a workbook.', hint: giveTable },
  {
    of: 'PowerPoint Document',
    is: 'is an old PowerPoint presentation (.ppt), not a workbook.',
    hint: giveTable,
  },
  { of: '__properties_version1.0', is: 'is a mail of Outlook (.msg), not a workbook.', hint: giveTable },
];

/** The error for a file that begins as OLE files do: what an old Office wrote, or a workbook with a password. */
export async function oleFile(file: ProvenFile, name: string): Promise<UserError> {
  const held = await streamsIn(file, name);
  const stream = streams.find(({ of }) => held.has(of));
  return stream === undefined
    ? new UserError(`${name} is an old Excel workbook (.xls), which cannot be read.`, {
        hint: saveAsWorkbook,
      })
    : new UserError(`${name} ${stream.is}`, { hint: stream.hint });
}

async function streamsIn(file: ProvenFile, name: string): Promise<ReadonlySet<string>> {
  const held = new Set<string>();
  let tail: Buffer = Buffer.alloc(0);
  for await (const chunk of provenChunks(file, name)) {
    const bytes = Buffer.concat([tail, chunk]);
    for (const { of } of streams) if (bytes.includes(of, 0, 'utf16le')) held.add(of);
    tail = bytes.subarray(-longestName);
  }
  return held;
}

const longestName = 2 * Math.max(...streams.map(({ of }) => of.length));
