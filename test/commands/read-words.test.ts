import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { commandsFor } from '../../src/commands/commands.ts';
import { readWords } from '../../src/commands/read-words.ts';

const commands = await commandsFor([]);

function read(line: string) {
  return readWords(line === '' ? [] : line.split(' '), commands);
}

/** What is proposed, as one would type it. */
function proposed(line: string): string[] {
  return read(line).instead.map((words) => words.join(' '));
}

test.each([
  ['rnu leavers.csv', 'run leavers.csv'],
  ['chekc leavers.csv', 'check leavers.csv'],
  ['RUN leavers.csv', 'run leavers.csv'],
  ['resum out', 'resume out'],
  ['reports out', 'report out'],
  ['dmeo', 'demo'],
  ['simulator', 'simulate'],
  ['validate leavers.csv', 'check leavers.csv'],
  ['kick leavers.csv', 'run leavers.csv'],
  ['continue out', 'resume out'],
  ['status out', 'report out'],
  ['run leavers.csv --concurency 4', 'run leavers.csv --concurrency 4'],
  ['run leavers.csv --Concurrency 4', 'run leavers.csv --concurrency 4'],
  ['run leavers.csv -concurrency 4', 'run leavers.csv --concurrency 4'],
  ['run leavers.csv –concurrency 4', 'run leavers.csv --concurrency 4'],
  ['run leavers.csv —-rate 50', 'run leavers.csv --rate 50'],
  ['run leavers.csv --rate50', 'run leavers.csv --rate=50'],
  ['run leavers.csv --rate:50', 'run leavers.csv --rate=50'],
  ['run leavers.csv rate=50', 'run leavers.csv --rate=50'],
  ['run leavers.csv rate 50', 'run leavers.csv --rate 50'],
  ['run leavers.csv yes', 'run leavers.csv --yes'],
  ['run leavers.csv -y', 'run leavers.csv --yes'],
  ['run leavers.csv -y -o friday', 'run leavers.csv --yes --out friday'],
  ['run leavers.csv --appIds a,b', 'run leavers.csv --app-ids a,b'],
  ['run leavers.csv --app_ids=a,b', 'run leavers.csv --app-ids=a,b'],
  ['run leavers.csv --apps a,b', 'run leavers.csv --app-ids a,b'],
  ['run leavers.csv --skip-invald --yes', 'run leavers.csv --skip-invalid --yes'],
  ['run leavers.csv --threads 8', 'run leavers.csv --concurrency 8'],
  ['run leavers.csv --url https://api.genauth.ai', 'run leavers.csv --host https://api.genauth.ai'],
  ['run leavers.csv --retry 3', 'run leavers.csv --retries 3'],
  ['resume out --retry', 'resume out --retry-failed'],
  ['run leavers.csv --yes=true', 'run leavers.csv --yes'],
  ['run leavers.csv --json=false', 'run leavers.csv'],
  ['run leavers.csv --dry-run --rate 5 --out x', 'check leavers.csv --rate 5'],
  ['check leavers.csv --yes', 'check leavers.csv'],
  ['check leavers.csv --retries 3', 'check leavers.csv'],
  ['run my leavers.csv --yes', 'run my leavers.csv --yes'],
  ['simulate 8787', 'simulate'],
  ['rnu leavers.csv --concurency 4 -y', 'run leavers.csv --concurrency 4 --yes'],
  ['--verison', '--version'],
  ['--hlep', '--help'],
])('for `%s` the line that is proposed is `%s`', (line, expected) => {
  expect(proposed(line)).toEqual([expected]);
});

test('a proposal is right in itself', () => {
  for (const line of ['rnu leavers.csv -y –rate 5', 'check a.csv --yes --jsno', 'run a.csv --dry-run --yes'])
    for (const words of read(line).instead) expect(readWords(words, commands).faults).toEqual([]);
});

test.each([
  ['leavers.csv', ['check leavers.csv', 'run leavers.csv'], /A command is missing before leavers\.csv/],
  ['a.xlsx --sheet x', ['check a.xlsx --sheet x', 'run a.xlsx --sheet x'], /A command is missing/],
  [
    'offboard-a-20261124T170000Z',
    ['resume offboard-a-20261124T170000Z', 'report offboard-a-20261124T170000Z'],
    /A command is missing/,
  ],
  ['', [], /A command is missing/],
  ['--json', [], /A command is missing/],
  ['frobnicate leavers.csv', [], /"frobnicate" is no command/],
  ['run leavers.csv --frobnicate 3', [], /--frobnicate is no flag of run\./],
  ['run leavers.csv --user-id x', [], /perhaps --user-id-column or --user-id-type/],
  ['run leavers.csv --rate', [], /--rate needs a value: --rate <n>\./],
  ['run leavers.csv --rate --yes', [], /--rate needs a value: --rate <n>\./],
  ['run --rate leavers.csv', [], /run needs <input>.*leavers\.csv is taken for the value of --rate\./],
  ['resume', [], /resume needs <run-folder>/],
  ['run a.csv b.csv', ['run a.csv'], /run takes one <input>, and there are 2: a\.csv, b\.csv\./],
  ['run my leavers.csv', ['run my leavers.csv'], /in quotation marks: "my leavers\.csv"/],
  ['run a.csv --access-key-id AK', [], /in the environment, as GENAUTH_ACCESS_KEY_ID/],
  [
    'check leavers.csv --yes',
    ['check leavers.csv'],
    /--yes is no flag of check, but of run, resume, forget\./,
  ],
  [
    'rnu leavers.csv --concurency 4 --yse',
    ['run leavers.csv --concurrency 4 --yes'],
    /"rnu" is no command\. --concurency is no flag of run\. --yse is no flag of run\./,
  ],
] as const)('`%s` is told with all that is wrong', (line, instead, fault) => {
  expect(read(line).faults.join(' ')).toMatch(fault);
  expect(proposed(line)).toEqual(instead);
});

test('a name with spaces is proposed as one word', () => {
  expect(read('run my leavers.csv').instead).toEqual([['run', 'my leavers.csv']]);
});

test.each([
  ['-h', ['--help']],
  ['--help', ['--help']],
  ['help', ['--help']],
  ['/?', ['--help']],
  ['run -h', ['run', '--help']],
  ['run leavers.csv -h', ['run', '--help']],
  ['run --concurency 4 leavers.csv -h', ['run', '--help']],
  ['-h run', ['run', '--help']],
  ['help run', ['run', '--help']],
  ['run help', ['run', '--help']],
  ['run --out -h', ['run', '--help']],
  ['resume -?', ['resume', '--help']],
  ['-V', ['--version']],
  ['-v', ['--version']],
  ['version', ['--version']],
])('`%s` is understood as %j', (line, words) => {
  expect(read(line)).toMatchObject({ words, faults: [] });
});

test.each([
  ['--json check leavers.csv', ['check', 'leavers.csv', '--json']],
  ['--rate 5 run leavers.csv', ['run', 'leavers.csv', '--rate', '5']],
  ['run - --yes', ['run', '-', '--yes']],
  ['run --yes -- -odd.csv', ['run', '-odd.csv', '--yes']],
  ['simulate --clock-offset=-10m', ['simulate', '--clock-offset=-10m']],
  ['demo', ['demo']],
  ['run --allow-damaged-ids leavers.csv', ['run', 'leavers.csv', '--allow-damaged-ids=']],
  ['run leavers.csv --allow-damaged-ids nan', ['run', 'leavers.csv', '--allow-damaged-ids', 'nan']],
  ['run leavers.csv --allow-damaged-ids', ['run', 'leavers.csv', '--allow-damaged-ids']],
  ['run check', ['run', 'check']],
])('`%s` is right, and means %j', (line, words) => {
  expect(read(line)).toMatchObject({ words, faults: [], instead: [] });
});

describe('a secret on the command line', () => {
  const secret = 'not-a-real-secret-5f1c';

  test.each([
    `run a.csv --access-key-secret ${secret} --concurency 4`,
    `run a.csv --access-key-secret=${secret} --concurency 4`,
    `run a.csv --acces-key-secret ${secret} --concurency 4`,
    `run a.csv --secret=${secret} -y`,
    `run a.csv -password ${secret} -y`,
    `report out --secret ${secret}`,
    `run a.csv --sk ${secret} -y`,
  ])('is in no fault and no proposal: %s', (line) => {
    const { faults, instead } = read(line);
    expect(faults).not.toEqual([]);
    expect(JSON.stringify([faults, instead])).not.toContain(secret);
  });

  test('under another name is refused as such', () => {
    expect(read(`run a.csv --secret ${secret}`)).toMatchObject({
      words: ['run', 'a.csv', '--access-key-secret=***'],
      faults: [],
    });
  });
});

test('one letter that is wrong in any flag of any command is put right', () => {
  const flags = commands.flatMap((command) =>
    Object.entries(command.flags)
      .filter(([flag, { hidden }]) => hidden !== true && flag.length > 4)
      .map(([flag]) => ({ command, flag })),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...flags),
      fc.nat(),
      fc.constantFrom('left out', 'doubled', 'changed', 'swapped'),
      ({ command, flag }, place, how) => {
        const at = 1 + (place % (flag.length - 2));
        const [before, letter, after] = [flag.slice(0, at), flag[at] ?? '', flag.slice(at + 1)];
        const typed = {
          'left out': before + after,
          doubled: before + letter + letter + after,
          changed: `${before}x${after}`,
          swapped: before + (after[0] ?? '') + letter + after.slice(1),
        }[how];
        const line = [command.name, ...(command.argument === undefined ? [] : ['a.csv']), `--${typed}=1`];
        const { words, instead, faults } = readWords(line, commands);
        const texts = [words, ...instead].flat().concat(faults).join(' ');
        expect(texts).toContain(`--${flag}`);
      },
    ),
    { numRuns: 400 },
  );
});

test('whatever is typed, something is said or understood, and nothing breaks', () => {
  const word = fc.oneof(
    fc.constantFrom(
      'run',
      'check',
      '--yes',
      '-',
      '--',
      '--rate',
      'leavers.csv',
      '-x',
      '--out=',
      '–',
      '=',
      '-5',
      'constructor',
      '--constructor',
      '-toString',
      '--__proto__=1',
    ),
    fc.string({ maxLength: 8 }),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 6 }), (argv) => {
      const { words, faults, instead } = readWords(argv, commands);
      expect(words.length + faults.length).toBeGreaterThan(0);
      for (const line of instead) expect(readWords(line, commands).faults).toEqual([]);
    }),
    { numRuns: 500 },
  );
});
