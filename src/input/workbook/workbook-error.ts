import { UserError } from '../../errors.ts';

/** @param what is wrong, and where, in one clause. */
export function damagedWorkbook(name: string, what: string, cause?: unknown): UserError {
  return new UserError(`${name} is a damaged workbook: ${what}.`, {
    hint: 'Download or copy it again; or open it in Excel, save it under another name, and give that file.',
    cause,
  });
}

/** @param what goes beyond which limit, in one clause. */
export function tooBigWorkbook(name: string, what: string): UserError {
  return new UserError(`${name} is too big to be read as a workbook: ${what}.`, {
    hint: 'Open it in Excel, save the sheet as "CSV UTF-8", and give that file.',
  });
}
