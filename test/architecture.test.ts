import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../src');

/**
 * What each folder may import from, itself aside. A stage may use the stages before it, never one after it;
 * `terminal` only listens, and `simulator` shares nothing, as a client and a server that share their
 * signing code are wrong together. `.` are the files directly in `src`, which join the stages.
 */
const mayImport: Record<string, string[]> = {
  settings: ['errors.ts'],
  input: ['errors.ts', 'settings/nearest.ts', 'settings/placeholders.ts'],
  genauth: ['input'],
  plan: ['errors.ts', 'input', 'genauth/kick-users.ts', 'journal/private-file.ts'],
  journal: ['errors.ts', 'genauth'],
  execute: ['genauth', 'plan', 'journal'],
  report: ['errors.ts', 'input', 'plan', 'genauth/advice.ts', 'journal'],
  terminal: [
    'errors.ts',
    'events.ts',
    'options.ts',
    'settings',
    'input',
    'plan',
    'journal/private-file.ts',
    'journal/run-folder.ts',
    'genauth/identity.ts',
    'report',
  ],
  simulator: [],
  commands: [
    '.',
    'settings',
    'genauth/identity.ts',
    'input',
    'journal',
    'execute/stop/stop-message.ts',
    'report',
    'simulator',
    'terminal',
  ],
  '.': ['settings', 'input', 'plan', 'genauth', 'execute', 'journal', 'report'],
};

/** Only `cli.ts` knows the commands and the process. */
const exceptions: Record<string, string[]> = { 'cli.ts': ['commands', 'terminal'] };

/** Each runtime package is imported in one place. */
const homeOfPackage: Record<string, string> = {
  'csv-parse': 'input/read-csv.ts',
  'csv-stringify': 'report/write-csv.ts',
  'log-update': 'terminal/screen.ts',
  ms: 'settings/kinds.ts',
  numfmt: 'input/workbook/number-format.ts',
  'p-limit': 'execute/sending.ts',
  'p-retry': 'execute/send-call.ts',
  pino: 'terminal/log.ts',
  'pretty-ms': 'terminal/wording.ts',
  saxes: 'input/workbook/parse-xml.ts',
  undici: 'genauth/undici.ts',
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

const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const imports = files.flatMap((file) => importsOf(path.join(root, file)));

function folderOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.indexOf('/')) : '.';
}

function isAllowed({ from, to }: Import): boolean {
  const [home, target] = [folderOf(from), folderOf(to)];
  const allowed = [...(mayImport[home] ?? []), ...(exceptions[from] ?? [])];
  return home === target || allowed.includes(target) || allowed.includes(to);
}

const isInternal = ({ to }: Import): boolean => to.endsWith('.ts');

test('imports between folders point the way the table says', () => {
  const wrong = imports.filter((each) => isInternal(each) && !isAllowed(each));
  expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
});

test('every folder of src stands in the table', () => {
  expect(new Set(files.map(folderOf))).toEqual(new Set(Object.keys(mayImport)));
});

test('each package is imported in its one home', () => {
  const packages = imports.filter((each) => !isInternal(each) && !each.to.startsWith('node:'));
  const homes = new Set(packages.map(({ from, to }) => `${to.split('/')[0]} in ${from}`));
  expect([...homes].sort()).toEqual(
    Object.entries(homeOfPackage).map(([name, home]) => `${name} in ${home}`),
  );
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
  expect([...loadedBy('offboard.ts')].filter(isOfNetwork).length).toBeGreaterThan(10);
  const loaded = [...loadedBy('commands/check.ts')];
  expect(loaded).toContain('csv-parse');
  expect(loaded.filter(isOfNetwork)).toEqual([]);
});

test('the checks above see the imports', () => {
  expect(imports.length).toBeGreaterThan(100);
  expect(imports).toContainEqual({ from: 'commands/commands.ts', to: 'commands/check.ts' });
  expect(isAllowed({ from: 'plan/a.ts', to: 'report/b.ts' })).toBe(false);
  expect(isAllowed({ from: 'simulator/a.ts', to: 'genauth/b.ts' })).toBe(false);
  expect(isAllowed({ from: 'report/a.ts', to: 'plan/b.ts' })).toBe(true);
});
