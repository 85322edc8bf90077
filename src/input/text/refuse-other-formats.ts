import { UserError } from '../../errors.ts';

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
  ];

const html = /^\s*<(?:!doctype|html|head|body|meta|table|\?xml)/i;
const json = /^\s*(?:\{\s*"|\[\s*[{[])/;

/** Throws a `UserError` when the first bytes of a file show that it is no text. */
export function refuseOtherFormats(head: Buffer, name: string): void {
  const format = formats.find(({ begins }) => begins.every((byte, index) => head[index] === byte));
  if (format !== undefined) throw new UserError(`${name} ${format.is}.`, { hint: format.hint });
}

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
