import { execFileSync } from 'node:child_process';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { quoted, shellAtHand, type Shell } from '../src/settings/shell.ts';

const machineModules = String.raw`C:\Program Files\WindowsPowerShell\Modules;C:\Windows\system32\WindowsPowerShell\v1.0\Modules`;

test.each<[string, NodeJS.Platform, Record<string, string>, Shell]>([
  ['Linux', 'linux', { SHELL: '/bin/bash' }, 'sh'],
  ['macOS', 'darwin', {}, 'sh'],
  ['Linux with PowerShell in its path', 'linux', { PSModulePath: 'a:b:c' }, 'sh'],
  ['the command prompt', 'win32', { PROMPT: '$P$G', PSModulePath: machineModules }, 'cmd'],
  ['a command prompt that has lost its environment', 'win32', {}, 'cmd'],
  [
    'Windows PowerShell',
    'win32',
    { PSModulePath: String.raw`C:\Users\hr\Documents\WindowsPowerShell\Modules;${machineModules}` },
    'powershell',
  ],
  [
    'PowerShell 7',
    'win32',
    {
      PSModulePath: String.raw`C:\Users\hr\Documents\PowerShell\Modules;c:\program files\powershell\7\Modules`,
    },
    'powershell',
  ],
  [
    'PowerShell with its documents elsewhere',
    'win32',
    { PSModulePath: String.raw`H:\PowerShell\Modules;${machineModules}` },
    'powershell',
  ],
  ['Git Bash', 'win32', { MSYSTEM: 'MINGW64', PSModulePath: machineModules }, 'sh'],
  ['Cygwin', 'win32', { SHELL: '/bin/bash' }, 'sh'],
])('%s is known by its environment', (_, platform, environment, shell) => {
  expect(shellAtHand(platform, environment)).toBe(shell);
});

test.each<[word: string, sh: string, cmd: string, powershell: string]>([
  ['resume', 'resume', 'resume', 'resume'],
  ['--retry-failed', '--retry-failed', '--retry-failed', '--retry-failed'],
  ['20m', '20m', '20m', '20m'],
  ['https://api.genauth.ai', 'https://api.genauth.ai', 'https://api.genauth.ai', 'https://api.genauth.ai'],
  ['Friday leavers', "'Friday leavers'", '"Friday leavers"', '"Friday leavers"'],
  [String.raw`C:\HR\out`, String.raw`'C:\HR\out'`, String.raw`C:\HR\out`, String.raw`C:\HR\out`],
  ['C:\\HR files\\', "'C:\\HR files\\'", '"C:\\HR files\\\\"', '"C:\\HR files\\\\"'],
  ["O'Brien", `'O'\\''Brien'`, `"O'Brien"`, `"O'Brien"`],
  ['名单', "'名单'", '"名单"', '"名单"'],
  ['a,b', 'a,b', '"a,b"', '"a,b"'],
  ['--out=a,b', '--out=a,b', '"--out=a,b"', '"--out=a,b"'],
  ['a&del b', "'a&del b'", '"a&del b"', '"a&del b"'],
  ['$HOME', "'$HOME'", '"$HOME"', "'$HOME'"],
  ['a`b', "'a`b'", '"a`b"', "'a`b'"],
  ['100%PATH%', '100%PATH%', '"100"^%"PATH"^%""', "'100%PATH%'"],
  ['Friday 100%', "'Friday 100%'", '"Friday 100%"', '"Friday 100%"'],
  ['$(x) ’s', "'$(x) ’s'", '"$(x) ’s"', "'$(x) ’’s'"],
  ['@x', '@x', '@x', '"@x"'],
  ['a"b', `'a"b'`, '"a\\"b"', `'a\\"b'`],
  ['', "''", '""', '""'],
])('%j is quoted for each shell', (word, sh, cmd, powershell) => {
  expect([quoted(word, 'sh'), quoted(word, 'cmd'), quoted(word, 'powershell')]).toEqual([
    sh,
    cmd,
    powershell,
  ]);
});

const letters = ` \\"'%$^&|<>()!,;=@#{}\`-/ab名’`.split('');
const words = fc.array(fc.string({ unit: fc.constantFrom(...letters) }), {
  minLength: 1,
  maxLength: 40,
});

test.runIf(process.platform !== 'win32')('sh passes on every word as it is', () => {
  fc.assert(
    fc.property(words, (given) => {
      const line = `printf '%s\\n' ${given.map((word) => quoted(word, 'sh')).join(' ')}`;
      expect(execFileSync('sh', ['-c', line], { encoding: 'utf8' })).toBe(`${given.join('\n')}\n`);
    }),
    { numRuns: 50 },
  );
});

/** What the command prompt makes of a typed line: outside of quotation marks a caret takes the meaning from what follows. */
function afterCmd(line: string): string {
  let isQuoted = false;
  let passed = '';
  for (let at = 0; at < line.length; at += 1) {
    if (line[at] === '"') isQuoted = !isQuoted;
    if (line[at] === '^' && !isQuoted) at += 1;
    else if (!isQuoted && /[&|<>()]/.test(line[at] ?? '')) throw new Error(`${line} ends at ${at}`);
    passed += line[at] ?? '';
  }
  return passed;
}

/** How a program on Windows takes its command line apart, by Microsoft's rules for C programs. */
function wordsOf(line: string): string[] {
  const found: string[] = [];
  for (const [word] of line.matchAll(/(?:[^\s"]|"(?:\\.|[^"\\])*")+/g)) {
    found.push(
      word.replaceAll(/(\\*)("|$)/g, (_, slashes: string, mark: string, at: number) => {
        const isAtMark = mark === '"' || word[at + slashes.length] === '"';
        return (
          (isAtMark ? '\\'.repeat(slashes.length >> 1) : slashes) +
          (slashes.length % 2 === 1 && mark === '"' ? '"' : '')
        );
      }),
    );
  }
  return found;
}

test('the command prompt passes on every word as it is, but for quotation marks, which no file name can hold', () => {
  const withoutMarks = words.map((given) =>
    given.map((word) => word.replaceAll('"', '')).filter((word) => word !== ''),
  );
  fc.assert(
    fc.property(withoutMarks, (given) => {
      const line = afterCmd(given.map((word) => quoted(word, 'cmd')).join(' '));
      expect(wordsOf(line)).toEqual(given);
    }),
    { numRuns: 500 },
  );
});

/** What PowerShell would read otherwise than it stands there. */
function readByPowerShell(line: string): string {
  if (line.startsWith("'"))
    return line
      .slice(1, -1)
      .replaceAll(/(['‘’‚‛])\1/g, '')
      .replaceAll(/[^'‘’‚‛]/g, '');
  if (line.startsWith('"')) return line.slice(1, -1).replaceAll(/[^$`“”„]/g, '');
  return line.replaceAll(/[-\w+:./\\]|(?<!^)@/g, '');
}

test('PowerShell finds nothing to read otherwise in any word', () => {
  fc.assert(
    fc.property(words, (given) => {
      for (const word of given) expect(readByPowerShell(quoted(word, 'powershell'))).toBe('');
    }),
  );
});
