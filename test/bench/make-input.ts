import { createWriteStream } from 'node:fs';
import { once } from 'node:events';

const header = 'employee,name,department,user_id,user_id_type,app_ids\n';

/** Writes a file of users as an HR system exports it: each row another user, with two apps. */
export async function makeInput(
  file: string,
  rows: number,
  { quoted = false }: { quoted?: boolean } = {},
): Promise<void> {
  const rowAt = (row: number): string => line(row, row, `${app(row)};${app(row + 1)}`);
  await write(file, rows, quoted ? (row) => inQuotes(rowAt(row)) : rowAt);
}

/** The same for `users` users with `apps` apps each, one line for each user and app. */
export async function makeInputByApp(file: string, users: number, apps: number): Promise<void> {
  await write(file, users * apps, (row) => line(row, Math.floor(row / apps), app(row % apps)));
}

function line(row: number, user: number, appIds: string): string {
  const userId = `65f0${user.toString(16).padStart(20, '0')}`;
  return `E${row},Synthetic Person ${user},Department ${user % 40},${userId},user_id,${appIds}\n`;
}

function inQuotes(line: string): string {
  return line.replaceAll(/[^,\n]+/g, '"$&"');
}

function app(number: number): string {
  return `66a1bb${(number % 200).toString(16).padStart(18, '0')}`;
}

async function write(file: string, rows: number, rowAt: (row: number) => string): Promise<void> {
  const stream = createWriteStream(file);
  let text = header;
  for (let row = 0; row < rows; row += 1) {
    text += rowAt(row);
    if (text.length > 65_536) {
      if (!stream.write(text)) await once(stream, 'drain');
      text = '';
    }
  }
  stream.end(text);
  await once(stream, 'finish');
}
