import { UserError } from '../errors.ts';

/** How much of the file's beginning is looked at. */
export const headBytes = 1024;

const saveAsCsv = 'Open it in Excel or another spreadsheet, save it as "CSV UTF-8", and give that file.';

const formats: readonly { readonly begins: readonly number[]; readonly is: string; readonly hint: string }[] =
  [
    {
      begins: [0x50, 0x4b, 0x03, 0x04],
      is: 'is an Excel workbook or another ZIP file, not a CSV file',
      hint: saveAsCsv,
    },
    { begins: [0xd0, 0xcf, 0x11, 0xe0], is: 'is an old Excel workbook, not a CSV file', hint: saveAsCsv },
    {
      begins: [...Buffer.from('%PDF')],
      is: 'is a PDF, not a CSV file',
      hint: 'Give the table it was made from.',
    },
    {
      begins: [0x1f, 0x8b],
      is: 'is compressed with gzip, not a CSV file',
      hint: 'Unpack it with gunzip and give what comes out.',
    },
    { begins: [0xff, 0xfe], is: 'is written in UTF-16, not in UTF-8', hint: saveAsCsv },
    { begins: [0xfe, 0xff], is: 'is written in UTF-16, not in UTF-8', hint: saveAsCsv },
  ];

const html = /^\s*<(?:!doctype|html|head|body|meta|table|\?xml)/i;
const json = /^\s*(?:\{\s*"|\[\s*[{[])/;

/** Throws a `UserError` when the beginning of a file (at most `headBytes`) shows that it is no CSV in UTF-8. */
export function refuseOtherFormats(head: Buffer, name: string): void {
  const format = formats.find(({ begins }) => begins.every((byte, index) => head[index] === byte));
  if (format !== undefined) throw new UserError(`${name} ${format.is}.`, { hint: format.hint });
  // An ASCII character in UTF-16 without a byte order mark.
  if (head.length > 1 && (head[0] === 0) !== (head[1] === 0)) {
    throw new UserError(`${name} is not text in UTF-8; it looks like UTF-16.`, { hint: saveAsCsv });
  }
  const text = head.toString('latin1');
  if (html.test(text)) {
    throw new UserError(`${name} is a web page or XML, not a CSV file.`, {
      hint: 'It may be a login page that was saved instead of the export: download the file again, as CSV.',
    });
  }
  if (json.test(text)) {
    throw new UserError(`${name} is JSON, not a CSV file.`, { hint: 'Export the users as CSV.' });
  }
}
