import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { temporaryFolder } from '../temporary-folder.ts';

const root = path.resolve(import.meta.dirname, '../..');
const ofMac = path.join(root, 'genauth-offboard.command');

function start(node: string | undefined, file = ofMac) {
  const [home, bin] = [temporaryFolder(), temporaryFolder()];
  if (node !== undefined) {
    writeFileSync(path.join(bin, 'node'), node);
    chmodSync(path.join(bin, 'node'), 0o755);
  }
  // What the script itself needs of the system, without a Node that lies beside it.
  const tools = ['dirname', 'mkdir'].map(
    (tool) => `${tool}() { /usr/bin/env -S PATH=/usr/bin:/bin ${tool} "$@"; }`,
  );
  const script = `${tools.join('\n')}\n. "${file}"`;
  const result = spawnSync('/bin/sh', ['-c', script, file], {
    env: { HOME: home, PATH: bin },
    encoding: 'utf8',
  });
  return { ...result, home };
}

test('a double click says that Node is missing, and where to get it', () => {
  const { status, stdout, home } = start(undefined);
  expect(status).toBe(1);
  expect(stdout).toContain('https://nodejs.org');
  expect(existsSync(path.join(home, 'genauth-offboard'))).toBe(false);
});

test.each(['Lea vers (1)', '离职 & more', "people's $HOME"])(
  'a double click works from a folder that is called %s',
  (name) => {
    const folder = path.join(temporaryFolder(), name);
    mkdirSync(path.join(folder, 'dist'), { recursive: true });
    const file = path.join(folder, 'genauth-offboard.command');
    copyFileSync(ofMac, file);
    writeFileSync(path.join(folder, 'dist/cli.js'), '');
    const { status, stdout } = spawnSync('/bin/sh', [file], {
      env: { HOME: temporaryFolder(), PATH: `${fakeNode()}:/usr/bin:/bin` },
      encoding: 'utf8',
    });
    expect([status, stdout]).toEqual([0, `${path.join(folder, 'dist/cli.js')} ui\n`]);
  },
);

function fakeNode(): string {
  const bin = temporaryFolder();
  writeFileSync(path.join(bin, 'node'), '#!/bin/sh\nprintf "%s %s\\n" "$@"\n', { mode: 0o755 });
  return bin;
}

test('a double click on the file alone, as inside an archive, says that the rest is missing', () => {
  const file = path.join(temporaryFolder(), 'genauth-offboard.command');
  copyFileSync(ofMac, file);
  const { status, stdout, home } = start('#!/bin/sh\n', file);
  expect([status, existsSync(path.join(home, 'genauth-offboard'))]).toEqual([1, false]);
  expect(stdout).toContain('unpack all of it');
});

test('a double click opens the page in a private folder for runs', () => {
  const { status, stdout, home } = start('#!/bin/sh\npwd\nprintf "%s\\n" "$@"\n');
  expect(status).toBe(0);
  const runs = path.join(home, 'genauth-offboard');
  expect(stdout.trim().split('\n')).toEqual([runs, path.join(root, 'dist/cli.js'), 'ui']);
  expect(statSync(runs).mode & 0o777).toBe(0o700);
  expect(statSync(ofMac).mode & 0o111).toBe(0o111);
});

test('both files for a double click are in the package, and that for Windows is as cmd wants it', () => {
  const { files } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { files: string[] };
  expect(files).toEqual(expect.arrayContaining(['genauth-offboard.cmd', 'genauth-offboard.command']));
  const text = readFileSync(path.join(root, 'genauth-offboard.cmd'), 'utf8');
  // Labels are not found, and other letters not shown, where it is otherwise.
  expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]|[^\x20-\x7e]/);
  expect(text).toContain('node "%~dp0dist\\cli.js" ui');
  expect(text).toContain('https://nodejs.org');
  expect(text).toContain('if not exist "%~dp0dist\\cli.js"');
});
