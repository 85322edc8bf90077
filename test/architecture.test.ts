import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../src');

/**
 * The house, from the ground up: a room is a folder, or a file directly in `src`. It may import, types included, from the rooms named
 * beside it and from no other, and those lie below it, so that nothing runs back up. A room stands for the rooms within it, too.
 * `simulator` shares nothing, as a client and a server that share their signing code are wrong together.
 */
const house = `
version.ts
errors.ts
printable.ts
files           < errors.ts
input/words
input/text      < errors.ts printable.ts input/words
input/workbook  < errors.ts printable.ts files input/words input/text
input/cell      < input/words input/text
input/columns   < errors.ts printable.ts input/words input/text input/cell
input           < errors.ts printable.ts files input
settings        < errors.ts printable.ts input
genauth           < input/words
genauth/questions < input/words genauth
run-folder      < errors.ts files genauth
plan            < errors.ts printable.ts files input genauth run-folder
journal         < errors.ts files genauth run-folder
tenant          < errors.ts files input genauth run-folder
survey          < errors.ts printable.ts files input settings genauth plan tenant
execute/pace
execute/stop    < settings genauth journal
execute         < genauth plan journal execute
verify          < errors.ts printable.ts files input genauth run-folder plan journal tenant
report          < errors.ts printable.ts files input run-folder plan journal survey verify
queue/rate      < execute
page/texts
page/texts/ui   < page/texts
page/report     < report verify
queue           < version.ts errors.ts files run-folder plan journal execute execute/stop queue/rate
page/document   < printable.ts input journal report page/texts page/report
page/view       < page/texts page/report
events.ts       < settings genauth survey execute verify report
workflow        < version.ts errors.ts printable.ts files input settings genauth run-folder plan journal tenant survey execute verify report page/document events.ts
workflow/shared < version.ts errors.ts printable.ts settings genauth run-folder plan journal survey execute queue report events.ts workflow
terminal        < printable.ts files input settings genauth run-folder survey verify report events.ts
simulator
page            < input report survey verify
page/view/ui    < printable.ts input/words page page/report page/texts page/texts/ui page/view
page/server     < errors.ts printable.ts files input settings genauth run-folder survey verify report events.ts workflow terminal page
commands        < version.ts errors.ts printable.ts files input settings genauth run-folder survey execute/stop report events.ts workflow terminal simulator page
cli.ts          < version.ts terminal commands
index.ts        < errors.ts input settings genauth plan tenant survey execute verify report events.ts workflow
`
  .trim()
  .split('\n')
  .map((line) => line.split(/[ <]+/));

const rooms = house.map(([room = '']) => room);
const mayImport = new Map(house.map(([room = '', ...below]) => [room, below]));

/** Each package is imported in one place. */
const homeOfPackage: Record<string, string> = {
  bullmq: 'queue/delivery.ts',
  'csv-parse': 'input/text/read-csv.ts',
  'csv-stringify': 'report/write-csv.ts',
  'log-update': 'terminal/screen.ts',
  ms: 'settings/kinds.ts',
  numfmt: 'input/workbook/number-format.ts',
  'p-limit': 'execute/sending.ts',
  'p-retry': 'execute/sending.ts',
  pg: 'queue/database.ts',
  pino: 'terminal/log.ts',
  preact: 'page/view/preact.ts',
  'pretty-ms': 'terminal/wording.ts',
  saxes: 'input/workbook/parse-xml.ts',
  undici: 'genauth/undici.ts',
  vite: 'page/view/vite.config.ts',
  yargs: 'commands/main.ts',
  yauzl: 'input/workbook/open-zip.ts',
};

interface Import {
  readonly from: string;
  readonly to: string;
}

function importsOf(file: string): Import[] {
  const from = path.relative(root, file);
  const statements = readFileSync(file, 'utf8').matchAll(
    /^(?:import|export)\b[^;]*?from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gms,
  );
  return [...statements].map(([, named, bare, lazy]) => {
    const to = named ?? bare ?? lazy ?? '';
    return { from, to: to.startsWith('.') ? path.relative(root, path.resolve(path.dirname(file), to)) : to };
  });
}

const isSource = (name: string): boolean => /\.tsx?$/.test(name);
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => isSource(file));
const imports = files.flatMap((file) => importsOf(path.join(root, file)));

const roomOf = (file: string): string => (file.includes('/') ? path.dirname(file) : file);
const isIn = (room: string, outer: string): boolean => room === outer || room.startsWith(`${outer}/`);

function isAllowed({ from, to }: Import): boolean {
  const [room, target] = [roomOf(from), roomOf(to)];
  return room === target || (mayImport.get(room) ?? []).some((each) => isIn(target, each));
}

const isInternal = ({ to }: Import): boolean => isSource(to);

test('each room imports only from the rooms that the table names beside it', () => {
  const wrong = imports.filter((each) => isInternal(each) && !isAllowed(each));
  expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
});

test('every room stands in the table, above those that it may import from, and imports from each', () => {
  expect(new Set(files.map(roomOf))).toEqual(new Set(rooms));
  for (const [place, [room = '', ...below]] of house.entries()) {
    for (const each of below) {
      expect([room, rooms.slice(0, place + 1).includes(each)]).toEqual([room, true]);
      const used = imports.some(({ from, to }) => roomOf(from) === room && isIn(roomOf(to), each));
      expect([room, each, used]).toEqual([room, each, true]);
    }
  }
});

test('no file leads back to itself, be it by types alone', () => {
  const inner = new Map(files.map((file) => [file, new Set<string>()]));
  for (const { from, to } of imports.filter(isInternal)) inner.get(from)?.add(to);
  for (let size = -1; size !== inner.size;) {
    size = inner.size;
    for (const [file, targets] of inner) {
      for (const target of targets) if (!inner.has(target)) targets.delete(target);
      if (targets.size === 0) inner.delete(file);
    }
  }
  expect([...inner.keys()]).toEqual([]);
});

test('each package is imported in its one home', () => {
  const packages = imports.filter((each) => !isInternal(each) && !/^node:|\.css$/.test(each.to));
  const homes = new Set(packages.map(({ from, to }) => `${to.split('/')[0]} in ${from}`));
  expect([...homes].sort()).toEqual(
    Object.entries(homeOfPackage).map(([name, home]) => `${name} in ${home}`),
  );
});

test('the side of the browser takes nothing of Node, be it by types alone', () => {
  const seen = new Set(
    files.filter((file) => isIn(roomOf(file), 'page/view') && !file.endsWith('config.ts')),
  );
  for (const file of seen) for (const { from, to } of imports) if (from === file) seen.add(to);
  const isAllowedThere = (name: string): boolean => isSource(name) || /\.css$|^preact\b/.test(name);
  expect([...seen].filter((name) => !isAllowedThere(name))).toEqual([]);
  expect(seen).toContain('report/summary.ts');
});

/** What a file loads before it does anything: types are gone by then, and what is imported lazily comes later. */
function loadedBy(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  if (!file.endsWith('.ts')) return seen;
  const text = readFileSync(path.join(root, file), 'utf8');
  for (const [, from = ''] of text.matchAll(/^(?:import|export) (?!type\b)(?:[^;]*?from )?'([^']+)'/gms)) {
    loadedBy(from.startsWith('.') ? path.join(path.dirname(file), from) : from, seen);
  }
  return seen;
}

const isOfNetwork = (name: string): boolean => /^(undici\b|genauth\/(client|transport)|execute\/)/.test(name);

test('check loads nothing that goes to a network, which would take longer than to read a small file', () => {
  expect([...loadedBy('workflow/run.ts')].filter(isOfNetwork).length).toBeGreaterThan(10);
  const loaded = [...loadedBy('commands/check.ts')];
  expect(loaded).toContain('csv-parse');
  expect(loaded.filter(isOfNetwork)).toEqual([]);
});

test('the checks above see the imports', () => {
  expect(imports.length).toBeGreaterThan(100);
  expect(imports).toContainEqual({ from: 'commands/commands.ts', to: 'commands/check.ts' });
  expect(isAllowed({ from: 'plan/a.ts', to: 'report/b.ts' })).toBe(false);
  expect(isAllowed({ from: 'simulator/a.ts', to: 'genauth/b.ts' })).toBe(false);
  expect(isAllowed({ from: 'input/text/a.ts', to: 'input/cell/b.ts' })).toBe(false);
  expect(isAllowed({ from: 'report/a.ts', to: 'plan/b.ts' })).toBe(true);
});
