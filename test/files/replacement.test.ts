import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';

import { expect, test } from 'vitest';

import {
  openReplacement,
  openReplacements,
  type Replacements,
  type Writer,
} from '../../src/files/replacement.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const names = ['report.csv', 'summary.json'] as const;
type Files = Replacements<(typeof names)[number]>;

async function begin(folder: string, writer: Writer, content: string): Promise<Files> {
  const files = await openReplacements(folder, names, writer);
  for (const name of names) await files.handle(name).writeFile(content);
  return files;
}

async function end(files: Files): Promise<boolean> {
  try {
    return await files.finish();
  } finally {
    await files.close();
  }
}

const contents = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]),
  );

const whole = (content: string): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, content]));

test.each(['holder', 'guest'] as const)(
  'what a guest began before another, a %s, came to its end is not put in its place',
  async (writer) => {
    const folder = temporaryFolder();
    const sleeping = await begin(folder, 'guest', 'older');
    expect(await end(await begin(folder, writer, 'newer'))).toBe(true);
    expect(await end(sleeping)).toBe(false);
    expect(contents(folder)).toEqual(whole('newer'));
  },
);

test('what was begun after another came to its end takes its place', async () => {
  const folder = temporaryFolder();
  await end(await begin(folder, 'holder', 'older'));
  expect(await end(await begin(folder, 'guest', 'newer'))).toBe(true);
  expect(contents(folder)).toEqual(whole('newer'));
});

test('the holder gives way to nobody', async () => {
  const folder = temporaryFolder();
  const holder = await begin(folder, 'holder', 'of the run');
  expect(await end(await begin(folder, 'guest', 'of a guest'))).toBe(true);
  expect(await end(holder)).toBe(true);
  expect(contents(folder)).toEqual(whole('of the run'));
});

test('a guest that slept between two of its files puts no older one beside the newer ones', async () => {
  const folder = temporaryFolder();
  const sleeping = await begin(folder, 'guest', 'older');
  // As if it had slept there: its first file is in place already.
  const first = readdirSync(folder).find((name) => name.startsWith('report.csv.'));
  writeFileSync(path.join(folder, 'report.csv'), readFileSync(path.join(folder, first ?? '')));
  await end(await begin(folder, 'holder', 'newer'));
  expect(await end(sleeping)).toBe(false);
  expect(contents(folder)).toEqual(whole('newer'));
});

test('nothing else in the making is touched', async () => {
  const folder = temporaryFolder();
  const others = [
    'input.partial',
    'lock.0123abcd.77-0a.partial',
    'run.json.partial',
    'other.csv.77-0a.partial',
  ];
  for (const name of others) writeFileSync(path.join(folder, name), name);
  await end(await begin(folder, 'holder', 'x'));
  expect(readdirSync(folder).filter((name) => name.endsWith('.partial'))).toEqual(others.sort());
});

test('what is given up leaves nothing', async () => {
  const folder = temporaryFolder();
  await (await begin(folder, 'guest', 'x')).close();
  expect(readdirSync(folder)).toEqual([]);
});

test('what is left out leaves its place as it was, and nothing beside it', async () => {
  const folder = temporaryFolder();
  await end(await begin(folder, 'holder', 'older'));
  const files = await begin(folder, 'holder', 'newer');
  await files.leaveOut('report.csv');
  expect(await end(files)).toBe(true);
  expect(contents(folder)).toEqual({ 'report.csv': 'older', 'summary.json': 'newer' });
});

test('a file is on the disk before it takes the place of another: a power cut leaves no empty one there', async () => {
  const folder = temporaryFolder();
  await end(await begin(folder, 'holder', 'older'));
  const inPlaceAtSync: string[] = [];
  const watch = ({ handle }: { handle: FileHandle }, name: string): void => {
    const sync = handle.sync.bind(handle);
    handle.sync = async () => {
      inPlaceAtSync.push(`${name}: ${readFileSync(path.join(folder, name), 'utf8')}`);
      await sync();
    };
  };
  const files = await begin(folder, 'holder', 'newer');
  for (const name of names) watch({ handle: files.handle(name) }, name);
  await end(files);
  const single = await openReplacement(path.join(folder, 'report.csv'), 'holder');
  watch(single, 'report.csv');
  await single.handle.writeFile('newest');
  await single.finish();
  await single.close();
  expect(inPlaceAtSync).toEqual(['report.csv: older', 'summary.json: older', 'report.csv: newer']);
  expect(readFileSync(path.join(folder, 'report.csv'), 'utf8')).toBe('newest');
});
