import { execFile } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { run } from '../src/index.ts';
import { guardRules } from '../src/settings/guard-options.ts';
import { networkRules } from '../src/settings/network.ts';
import { columnRules, planRules } from '../src/settings/plan-options.ts';
import { paceRules } from '../src/settings/pace-options.ts';
import { serverRules } from '../src/settings/server-options.ts';
import type { Simulator } from '../src/simulator/simulator.ts';
import { against, credentialsOf, simulator } from './start-simulator.ts';
import { temporaryFolder } from './temporary-folder.ts';

const root = path.resolve(import.meta.dirname, '..');
const page = readFileSync(path.join(root, 'docs/library.md'), 'utf8');
const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
const examples = [...page.matchAll(/^## ([^\n]+)$|^```ts\n(.*?)^```/gms)].reduce<Map<string, string>>(
  (found, [, title, code]) => {
    if (title !== undefined) return found.set(title, '');
    return found.set([...found.keys()].at(-1) ?? '', code ?? '');
  },
  new Map(),
);
const exec = promisify(execFile);
const app = '66a1bb000000000000000001';

let project: string;

/** A program of somebody who has this package installed, as strict as TypeScript can be. */
beforeAll(async () => {
  project = mkdtempSync(path.join(tmpdir(), 'offboard-test-'));
  mkdirSync(path.join(project, 'node_modules/@types'), { recursive: true });
  mkdirSync(path.join(project, 'src'));
  for (const name of ['authing-node-sdk', '@types/node']) {
    symlinkSync(path.join(root, 'node_modules', name), path.join(project, 'node_modules', name));
  }
  symlinkSync(root, path.join(project, 'node_modules/genauth-offboard'));
  writeFileSync(
    path.join(project, 'package.json'),
    '{ "name": "a-project", "private": true, "type": "module" }',
  );
  for (const [title, code] of programs()) writeFileSync(path.join(project, 'src', `${title}.ts`), code);
  const compilerOptions = {
    target: 'es2023',
    module: 'nodenext',
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noPropertyAccessFromIndexSignature: true,
    rootDir: 'src',
    outDir: 'out',
  };
  writeFileSync(path.join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
  await exec(process.execPath, [tsc, '-p', project]).catch(({ stdout }: { stdout: string }) => {
    throw new Error(stdout);
  });
});

afterAll(() => rmSync(project, { recursive: true, force: true }));

function programs(): [string, string][] {
  const ofReadme = /^```ts\n(.*?)^```/ms.exec(readme)?.[1] ?? '';
  return [...[...examples].filter(([, code]) => code !== ''), ['README', ofReadme]];
}

/** Runs an example on a file of two users, one of whom does not exist. */
async function runExample(title: string, server: Simulator, cwd = temporaryFolder()): Promise<string> {
  writeFileSync(path.join(cwd, 'leavers.csv'), `user_id,app_ids\nuser-1,${app}\ndeleted-2,${app}\n`);
  const env = { PATH: process.env['PATH'] ?? '', ...credentialsOf(server) };
  const { stdout } = await exec(process.execPath, [path.join(project, 'out', `${title}.js`)], { cwd, env });
  return stdout;
}

const folder = String.raw`offboard-leavers-\d{8}T\d{6}Z`;

test.each([
  ['Check, then run', `^2 users, 2 calls, 0 invalid rows\n1 of 2 rows succeeded \\(3\\), see ${folder}\n$`],
  ['Watch it, and stop it', `^1 of 2 calls\n2 of 2 calls\n${folder}\n$`],
  ['A client of your own', '^\\{\n  planned: 2,\n  succeeded: 1,'],
  ['A client for single calls', '^signed out\n$'],
  ['README', `^2 users, 2 calls\n1 of 2 rows succeeded, see ${folder}\n$`],
])('the example "%s" compiles as strictly as can be, and works as it stands', async (title, says) => {
  expect(await runExample(title, await simulator())).toMatch(new RegExp(says));
});

test('the example "Go on with it" does, and says why it cannot', async () => {
  const server = await simulator();
  const cwd = temporaryFolder();
  expect(await runExample('Go on with it', server, cwd)).toBe(
    'There is no folder friday. Give the folder that `run` printed.\n',
  );
  await run(path.join(cwd, 'leavers.csv'), against(server, { folder: path.join(cwd, 'friday') }));
  expect(await runExample('Go on with it', server, cwd)).toBe('1 rows succeeded\n');
});

test('every example of the page is run by a test, and every option stands there', () => {
  expect(programs().map(([title]) => title)).toEqual([
    'Check, then run',
    'Watch it, and stop it',
    'Go on with it',
    'A client of your own',
    'A client for single calls',
    'README',
  ]);
  const groups = {
    plan: planRules,
    server: serverRules,
    pace: paceRules,
    guards: guardRules,
    network: networkRules,
  };
  for (const [group, rules] of Object.entries(groups)) {
    for (const key of Object.keys(rules)) expect(page).toContain(`\`${group}.${key}\``);
  }
  for (const key of Object.keys(columnRules)) expect(page).toContain(`\`${key}\``);
});

/** Declarations of the built library: by file, what each declares, and where the names in it come from. */
interface Declarations {
  readonly declared: ReadonlyMap<string, string>;
  readonly imported: ReadonlyMap<string, readonly [file: string, name: string]>;
  readonly passedOn: ReadonlyMap<string, readonly [file: string, name: string]>;
}

function declarationsOf(file: string): Declarations {
  const text = readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
  const [imported, passedOn] = [new Map<string, [string, string]>(), new Map<string, [string, string]>()];
  for (const [, kind, names = '', from = ''] of text.matchAll(
    /^(import|export) (?:type )?\{([^}]*)\} from '(\.[^']+)'/gm,
  )) {
    const target = path.resolve(path.dirname(file), from.replace(/\.[jt]s$/, '.d.ts'));
    for (const each of names.split(',').filter((name) => name.trim() !== '')) {
      const [name = '', as = name] = each
        .trim()
        .replace(/^type /, '')
        .split(' as ');
      (kind === 'import' ? imported : passedOn).set(as, [target, name]);
    }
  }
  const parts = text.split(/^(?=(?:export )?(?:declare )?(?:interface|type|class|function|const) )/m);
  const declared = new Map(
    parts.map((part) => [/^(?:export )?(?:declare )?[a-z]+ (\w+)/.exec(part)?.[1] ?? '', part]),
  );
  return { declared, imported, passedOn };
}

test('every type that can be reached from the library’s functions is exported', () => {
  const door = path.join(root, 'dist/index.d.ts');
  const exported = new Set<string>();
  const unexported: string[] = [];
  const seen = new Set<string>();
  const left: (readonly [file: string, name: string])[] = [];
  /** Where a name is declared that a file only passes on. */
  function homeOf(file: string, name: string): readonly [file: string, name: string] {
    const next = declarationsOf(file).passedOn.get(name);
    return next === undefined ? [file, name] : homeOf(...next);
  }
  const { passedOn, declared } = declarationsOf(door);
  for (const [file, name] of [
    ...passedOn.values(),
    ...[...declared.keys()].map((name) => [door, name] as const),
  ]) {
    const home = homeOf(file, name);
    exported.add(home.join(' '));
    left.push(home);
  }
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const [file, name] = next;
    if (seen.has(next.join(' '))) continue;
    seen.add(next.join(' '));
    const { declared, imported } = declarationsOf(file);
    if (!exported.has(next.join(' '))) unexported.push(`${name} of ${path.relative(root, file)}`);
    // A part of a type, as in `Stop['reason']`, is seen without the whole.
    for (const [, used = ''] of (declared.get(name) ?? '').matchAll(/\b([A-Z]\w*)\b(?!\[)/g)) {
      const from = imported.get(used) ?? (declared.has(used) ? ([file, used] as const) : undefined);
      if (from !== undefined) left.push(homeOf(...from));
    }
  }
  expect(seen.size).toBeGreaterThan(60);
  expect(unexported).toEqual([]);
});

test('no page names a file or a heading that is not there', () => {
  const pages = readdirSync(path.join(root, 'docs')).filter((name) => name.endsWith('.md'));
  const names = ['README.md', ...pages.map((name) => path.join('docs', name))].flatMap((from) => {
    const text = readFileSync(path.join(root, from), 'utf8');
    return [...text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)].map(([, to = '', heading]) => ({
      file: to === '' ? from : path.join(path.dirname(from), to),
      heading,
    }));
  });
  expect(names.map(({ file }) => file)).toContain('docs/library.md');
  for (const { file, heading } of names) {
    expect(readdirSync(path.join(root, path.dirname(file)))).toContain(path.basename(file));
    if (heading === undefined) continue;
    const titles = [...readFileSync(path.join(root, file), 'utf8').matchAll(/^#+ (.*)$/gm)];
    const anchors = titles.map(([, title = '']) =>
      title
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} -]/gu, '')
        .replaceAll(' ', '-'),
    );
    expect(anchors).toContain(heading);
  }
});
