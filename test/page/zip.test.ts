import { createWriteStream, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';

import fc from 'fast-check';
import { expect, test } from 'vitest';
import yauzl from 'yauzl';

import { writeZip } from '../../src/page/server/zip.ts';
import { temporaryFolder } from '../temporary-folder.ts';

async function zipped(folder: string, names: readonly string[], limit?: number): Promise<string> {
  const file = path.join(temporaryFolder(), 'a.zip');
  const output = createWriteStream(file);
  await writeZip(folder, names, 'run', output, limit);
  output.end();
  await once(output, 'close');
  return file;
}

async function contentsOf(file: string): Promise<[string, string][]> {
  const found: [string, string][] = [];
  const zip = await yauzl.openPromise(file);
  for await (const entry of zip.eachEntry()) {
    const chunks: Buffer[] = [];
    for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
    found.push([entry.fileName, Buffer.concat(chunks).toString('latin1')]);
  }
  return found;
}

test('what is zipped comes out as it was, in 64 bits, too', async () => {
  const content = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
  const files = fc.dictionary(fc.stringMatching(/^[a-z离]{1,8}\.csv$/), content, { maxKeys: 4 });
  await fc.assert(
    fc.asyncProperty(files, fc.boolean(), async (of, isBig) => {
      const folder = temporaryFolder();
      for (const [name, bytes] of Object.entries(of)) writeFileSync(path.join(folder, name), bytes);
      const file = await zipped(folder, Object.keys(of), isBig ? 0 : undefined);
      const expected = Object.entries(of).map(([name, bytes]) => [`run/${name}`, bytes.toString('latin1')]);
      expect(await contentsOf(file)).toEqual(expected);
      expect(readFileSync(file).includes(Buffer.from('504b0606', 'hex'))).toBe(isBig);
    }),
    { numRuns: 30 },
  );
});

test('no link is followed', async () => {
  const folder = temporaryFolder();
  symlinkSync('/etc/hostname', path.join(folder, 'report.csv'));
  await expect(zipped(folder, ['report.csv'])).rejects.toThrow(/ELOOP/);
});
