/** The floor of `check`: a bare loop over csv-parse that gives records by column name and the line of each. */
import { createReadStream } from 'node:fs';

import { parse } from 'csv-parse';

let rows = 0;
for await (const _record of createReadStream(process.argv[2] ?? '').pipe(
  parse({ columns: true, info: true }),
)) {
  rows += 1;
}
console.log(rows);
