import { UserError } from '../../errors.ts';

const saveAsCsv = 'Open it in Excel or another spreadsheet, save it as "CSV UTF-8", and give that file.';
const giveTable =
  'Give the workbook or CSV file with the users; where there is none, ask whoever made this file for it.';
const unpack = 'Unpack it, and give the workbook or CSV file that is in it.';

interface Format {
  /** At the very beginning. */
  readonly begins: string | readonly number[];
  readonly is: string;
  readonly hint: string;
}

const formats: readonly Format[] = [
  {
    begins: [0x50, 0x4b, 0x03, 0x04],
    is: 'is an Excel workbook or another ZIP file, not a CSV file',
    hint: saveAsCsv,
  },
  {
    begins: [0xd0, 0xcf, 0x11, 0xe0],
    is: 'is a file of an old Office, such as an .xls, not a CSV file',
    hint: saveAsCsv,
  },
  ...['\x09\0\x04\0', '\x09\x02\x06\0', '\x09\x04\x06\0', '\x09\x08\x08\0', '\x09\x08\x10\0'].map(
    (begins) => ({
      begins,
      is: 'is an Excel workbook of before 1997, not a CSV file',
      hint: saveAsCsv,
    }),
  ),
  { begins: '{\\rtf', is: 'is a text document (RTF), not a CSV file', hint: giveTable },
  { begins: [0x89, ...bytesOf('PNG')], is: 'is a picture (PNG), not a CSV file', hint: giveTable },
  { begins: [0xff, 0xd8, 0xff], is: 'is a picture (JPEG), not a CSV file', hint: giveTable },
  { begins: 'GIF8', is: 'is a picture (GIF), not a CSV file', hint: giveTable },
  { begins: [...bytesOf('II'), 0x2a, 0x00], is: 'is a picture (TIFF), not a CSV file', hint: giveTable },
  { begins: [...bytesOf('MM'), 0x00, 0x2a], is: 'is a picture (TIFF), not a CSV file', hint: giveTable },
  {
    begins: [0x1f, 0x8b],
    is: 'is compressed with gzip, not a CSV file',
    hint: 'Unpack it with gunzip and give what comes out.',
  },
  { begins: [...bytesOf('7z'), 0xbc, 0xaf], is: 'is a 7z archive, not a CSV file', hint: unpack },
  { begins: [...bytesOf('Rar!'), 0x1a], is: 'is a RAR archive, not a CSV file', hint: unpack },
  { begins: [0xfd, ...bytesOf('7zXZ')], is: 'is compressed with xz, not a CSV file', hint: unpack },
  { begins: [0x28, 0xb5, 0x2f, 0xfd], is: 'is compressed with zstd, not a CSV file', hint: unpack },
  { begins: 'BZh', is: 'is compressed with bzip2, not a CSV file', hint: unpack },
  {
    begins: 'SQLite format 3',
    is: 'is a database (SQLite), not a CSV file',
    hint: 'Export its table of users as CSV.',
  },
  { begins: 'PAR1', is: 'is a Parquet file, not a CSV file', hint: 'Export its table of users as CSV.' },
  { begins: [0x7f, ...bytesOf('ELF')], is: 'is a program, not a CSV file', hint: giveTable },
];

function bytesOf(text: string): number[] {
  return [...Buffer.from(text, 'latin1')];
}

/** Programs put a line or some bytes before it. */
const pdf = /(?:^|[\r\n])%PDF-\d/;

const html = /^\s*<(?:!doctype|html|head|body|meta|table|\?xml)/i;
const json = /^\s*(?:\{\s*"|\[\s*[{[])/;

/** Throws a `UserError` when the first bytes of a file show that it is no text. */
export function refuseOtherFormats(head: Buffer, name: string): void {
  if (pdf.test(head.toString('latin1', 0, 1100))) {
    throw new UserError(`${name} is a PDF, not a CSV file.`, { hint: giveTable });
  }
  const format = formats.find(({ begins }) => {
    const bytes = typeof begins === 'string' ? bytesOf(begins) : begins;
    return bytes.every((byte, index) => head[index] === byte);
  });
  if (format !== undefined) throw new UserError(`${name} ${format.is}.`, { hint: format.hint });
}

/**
 * Throws a `UserError` where so many of a file's first bytes stand in no text that it is some other file, whichever.
 * @param head in no encoding that is known.
 */
export function refuseBinary(head: Buffer, name: string): void {
  const strange = head.filter((byte) => byte < 0x20 && !inText.has(byte)).length;
  // A damaged text holds one or two.
  if (strange < 3 || strange < head.length / 50) return;
  throw new UserError(`${name} is no text file, and so no CSV file: it holds bytes that stand in none.`, {
    hint: `Look with which program it opens. ${giveTable}`,
  });
}

/** TAB, the ends of lines and pages, and the end of a file as DOS wrote it. */
const inText: ReadonlySet<number> = new Set([0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1a]);

/** Throws a `UserError` when the beginning of a text shows that it is no CSV. */
export function refuseOtherText(text: string, name: string): void {
  if (html.test(text)) {
    throw new UserError(`${name} is a web page or XML, not a CSV file.`, {
      hint: 'It may be a login page that was saved instead of the export: download the file again, as CSV.',
    });
  }
  if (json.test(text)) {
    throw new UserError(`${name} is JSON, not a CSV file.`, { hint: 'Export the users as CSV.' });
  }
}
