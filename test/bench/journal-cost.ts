import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';

import { makeInput } from './make-input.ts';
import { benchFile, measure } from './measure.ts';
import { refuseOther } from './refuse-other.ts';
import { withServer } from './server.ts';
import { spreadOf, type Spread } from './spread.ts';
import { spread, us } from './table.ts';

export interface JournalCost {
  readonly withUsPerCall: Spread;
  readonly withoutUsPerCall: Spread;
  readonly differenceUsPerCall: Spread;
}

/** CPU of sending the calls of a file, with the journal and without it. */
export async function measureJournal(folder: string, rows: number, rounds: number): Promise<JournalCost> {
  const input = path.join(folder, 'journal.csv');
  await makeInput(input, rows);
  const cpu: { with: number[]; without: number[] } = { with: [], without: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const kind of ['with', 'without'] as const) {
      const place = path.join(folder, 'journal');
      await mkdir(place);
      const args = [benchFile('send.js'), input, place, kind, String(rows)];
      const { cpuUs, stdout } = await withServer([], (settings) => measure(args, folder, settings));
      refuseOther(`send ${kind}`, stdout, rows);
      cpu[kind].push(cpuUs / rows);
      await rm(place, { recursive: true });
    }
  }
  return {
    withUsPerCall: spreadOf(cpu.with),
    withoutUsPerCall: spreadOf(cpu.without),
    differenceUsPerCall: spreadOf(cpu.with.map((us, round) => us - (cpu.without[round] ?? Number.NaN))),
  };
}

export function showJournal(journal: JournalCost): string[] {
  return [
    'CPU a call, sending with the journal',
    spread(journal.withUsPerCall, us),
    `without it ${spread(journal.withoutUsPerCall, us)}`,
    `difference ${spread(journal.differenceUsPerCall, us)}`,
  ];
}
