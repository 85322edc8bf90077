/** `npm run bench`: measures the built program beside a bare loop and beside what a user would otherwise write. */
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir, totalmem, type } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { measureCheck, showCheck, type Check } from './check.ts';
import { compare, showComparison } from './compare.ts';
import { measureJournal, showJournal } from './journal-cost.ts';
import { measureLatency, showLatency } from './latency.ts';
import { measureMerging, showMerging } from './merging.ts';
import { measureScale, showScale } from './scale.ts';
import { measureStartup, showStartup } from './startup.ts';
import { table } from './table.ts';
import { writeFigures } from './write-figures.ts';

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    'write-figures': { type: 'boolean', default: false },
  },
});

/**
 * The search for the rate begins at 100 calls a second, so a short run says little about a long one: under latency each takes 80 s.
 * Single rounds differ by a fifth and more on a machine with neighbours, hence five.
 */
const full = {
  rounds: 5,
  rows: 100_000,
  scale: [10_000, 100_000, 1_000_000],
  checkRows: [1_000_000, 250_000],
  latency: [
    { concurrency: 16, calls: 12_800 },
    { concurrency: 64, calls: 51_200 },
    { concurrency: 256, calls: 204_800 },
  ],
};
const quick = {
  rounds: 1,
  rows: 10_000,
  scale: [10_000, 50_000],
  checkRows: [100_000, 50_000],
  latency: [{ concurrency: 64, calls: 6_400 }],
};
const size = flags.quick ? quick : full;

/** Parts by name, such as `--only check,startup`; all without it. */
const isWanted = (part: string): boolean => flags.only === undefined || flags.only.split(',').includes(part);
const folder = await mkdtemp(path.join(tmpdir(), 'genauth-offboard-bench-'));

/** Measures a part, if it is wanted. */
async function part<T>(name: string, measure: () => T | Promise<T>): Promise<T | undefined> {
  if (!isWanted(name)) return undefined;
  console.error(`Measuring: ${name}`);
  return measure();
}

try {
  const results = {
    machine: machine(),
    command: ['npm run bench', ...(flags.quick ? ['-- --quick'] : [])].join(' '),
    comparison: await part('comparison', () => compare(folder, size.rows, size.rounds)),
    scale: await part('scale', () => measureScale(folder, size.scale)),
    latency: await part('latency', () => measureLatency(folder, size.latency)),
    check: await part('check', checks),
    startup: await part('startup', () => measureStartup()),
    journal: await part('journal', () => measureJournal(folder, size.rows, size.rounds)),
    merging: await part('merging', () => measureMerging(folder)),
  };
  const text = show(results);
  if (flags['write-figures']) await writeFigures(text);
  console.log(flags.json ? JSON.stringify(results, undefined, 2) : text);
} finally {
  await rm(folder, { recursive: true });
}

async function checks(): Promise<Check[]> {
  const rounds = size.rounds;
  const [plain = 0, quoted = 0] = size.checkRows;
  return [
    await measureCheck(folder, { rows: plain, quoted: false }, rounds),
    await measureCheck(folder, { rows: quoted, quoted: true }, rounds),
  ];
}

interface Results {
  readonly machine: string;
  readonly command: string;
  readonly comparison: Awaited<ReturnType<typeof compare>> | undefined;
  readonly scale: Awaited<ReturnType<typeof measureScale>> | undefined;
  readonly latency: Awaited<ReturnType<typeof measureLatency>> | undefined;
  readonly check: readonly Check[] | undefined;
  readonly startup: ReturnType<typeof measureStartup> | undefined;
  readonly journal: Awaited<ReturnType<typeof measureJournal>> | undefined;
  readonly merging: Awaited<ReturnType<typeof measureMerging>> | undefined;
}

function show(results: Results): string {
  const { comparison, scale, latency, check, startup, journal, merging } = results;
  const single = [
    ...(check ?? []).map(showCheck),
    ...(startup === undefined ? [] : [showStartup(startup)]),
    ...(journal === undefined ? [] : [showJournal(journal)]),
    ...(merging === undefined ? [] : [showMerging(merging)]),
  ];
  return [
    `\`${results.command}\` on ${results.machine}.`,
    ...(comparison === undefined ? [] : [showComparison(comparison, size.rows, size.rounds)]),
    ...(scale === undefined ? [] : [showScale(scale)]),
    ...(latency === undefined ? [] : [showLatency(latency)]),
    ...(single.length === 0 ? [] : [table(['', 'measured', 'beside', 'ratio'], single)]),
  ].join('\n\n');
}

function machine(): string {
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 1024 ** 3);
  return `${cpus().length} cores (${cpu?.model.trim() ?? 'unknown'}), ${memory} GiB, ${type()}, Node ${process.versions.node}`;
}
