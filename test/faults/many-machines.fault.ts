import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { startPostgres, type Postgres } from '../queue/postgres.ts';
import {
  readTables,
  sentUnderOthersClaims,
  startMachine,
  takeovers,
  type Machine,
} from '../queue/shared-scene.ts';
import { readCsvFile } from '../read-report.ts';
import { simulator } from '../start-simulator.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** `LIMIT=1500 npx vitest run --config test/faults/vitest.config.ts test/faults/many-machines.fault.ts`: over 200,000 calls and fifty kills. */
const perSecond = Number(process.env['LIMIT'] ?? 300);
const concurrency = 32;

let postgres: Postgres;
beforeEach(async () => {
  postgres = await startPostgres();
});
afterEach(() => postgres.stop());

type Fault = 'kill' | 'freeze' | 'database' | 'away' | 'gone' | 'clock';

/** All in the order of a seed; `CALLS` and `LIMIT` long enough for all of them. */
const faults: Record<string, readonly Fault[]> = {
  'each fault once or twice': ['kill', 'database', 'freeze', 'kill', 'gone', 'away', 'clock', 'kill'],
  'fifty kills': Array.from({ length: 50 }, () => 'kill' as const),
  'ten kills of the database': Array.from({ length: 10 }, () => 'database' as const),
  'sixteen freezes': Array.from({ length: 16 }, () => 'freeze' as const),
};
const lasting: Record<Fault, number> = { kill: 3, freeze: 15, database: 5, away: 24, gone: 3, clock: 3 };
const secondsOf = (order: readonly Fault[]): number => order.reduce((sum, fault) => sum + lasting[fault], 10);

const faketime = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';

test.each(Object.entries(faults))(
  '%s: exact, and nothing goes under a claim that was not its own',
  async (_, order) => {
    const server = await simulator({ faults: { rate: { kind: 'bucket', perSecond } } });
    // Longer than the faults last.
    const calls = perSecond * secondsOf(order);
    const place = temporaryFolder();
    const file = path.join(place, 'leavers.csv');
    const users = Array.from(
      { length: calls },
      (_, at) => `65f0aa${String(at).padStart(18, '0')},app-${at % 9}`,
    );
    writeFileSync(file, ['user_id,app_ids', ...users, ''].join('\n'));
    const pace = ['--concurrency', String(concurrency)];
    const run = ['run', file, '--out', 'shared', '--yes', '--no-look-up', ...pace];
    const first = startMachine(path.join(place, 'm0'), run, server, postgres.url);
    let number = 0;
    const another = (folder?: string, environment?: Record<string, string>): Machine => {
      number += 1;
      return startMachine(
        folder ?? path.join(place, `m${number}`),
        ['work', ...pace],
        server,
        postgres.url,
        environment,
      );
    };
    const machines = [first, another(), another(), another()];
    const ended: { readonly pid: number; readonly at: number }[] = [];
    while (server.log.length < 200) await delay(100);
    for (const fault of order) {
      await delay(2000 + Math.random() * 2000);
      // The first one holds the question's place, and is killed as others are.
      const at = Math.floor(Math.random() * machines.length);
      const victim = machines[at];
      if (victim === undefined) continue;
      if (fault === 'database') {
        await postgres.kill();
        await delay(500 + Math.random() * 2000);
        await postgres.start();
      } else if (fault === 'away') {
        await postgres.kill();
        await delay(20_000);
        await postgres.start();
      } else if (fault === 'freeze') {
        victim.signal('SIGSTOP');
        await delay(12_000);
        victim.signal('SIGCONT');
      } else if (fault === 'clock') {
        machines.push(
          another(undefined, { LD_PRELOAD: faketime, FAKETIME: '+60s', FAKETIME_DONT_FAKE_MONOTONIC: '1' }),
        );
      } else {
        victim.signal('SIGKILL');
        await victim.exited;
        ended.push({ pid: victim.process.pid ?? 0, at: Date.now() });
        if (fault === 'gone') rmSync(victim.folder, { recursive: true, force: true });
        machines[at] = another(fault === 'gone' ? undefined : victim.folder);
      }
    }
    const report = path.join(place, 'end');
    for (;;) {
      const listed = startMachine(report, ['runs'], server, postgres.url);
      await listed.exited;
      if (listed.said().includes('finished')) break;
      await delay(1000);
    }
    for (const machine of machines) {
      if (machine !== first && machine.isRunning()) machine.signal('SIGINT');
    }
    await Promise.all(machines.map(({ exited }) => exited));
    const reported = startMachine(report, ['report', 'shared'], server, postgres.url);
    expect([await reported.exited, reported.said()]).toEqual([0, expect.stringContaining('succeeded')]);

    const kicksOf = new Map<string, string[]>();
    for (const { userId, kicked, requestId } of server.log) {
      if (kicked) kicksOf.set(userId, [...(kicksOf.get(userId) ?? []), requestId ?? '']);
    }
    const rows = readCsvFile(path.join(report, 'shared'), 'report.csv');
    expect(rows).toHaveLength(calls);
    let lostIds = 0;
    for (const { user_id: userId = '', status, request_ids: ids = '' } of rows) {
      const kicks = kicksOf.get(userId) ?? [];
      const reportedIds = ids.split(/[;\s]+/).filter((id) => kicks.includes(id));
      lostIds += kicks.length - reportedIds.length;
      expect([userId, status, reportedIds.length > 0]).toEqual([userId, 'succeeded', true]);
    }
    const doubled = [...kicksOf.values()].reduce((sum, kicks) => sum + kicks.length - 1, 0);
    const tables = await readTables(postgres.url, 'shared');
    const times = takeovers(tables, ended);
    const summary = JSON.parse(readFileSync(path.join(report, 'shared', 'summary.json'), 'utf8')) as {
      readonly calls: { readonly repeated: number };
      readonly seconds: number;
      readonly throttled: number;
    };
    console.log(
      `${calls} calls, ${perSecond}/s: ${summary.seconds} s, ${summary.throttled} throttled; ${doubled} made twice, ${summary.calls.repeated} counted as repeated, ${lostIds} IDs lost with killed processes; ${times.length} chunks taken over, in ${times[Math.floor(times.length / 2)]} ms (median) to ${times.at(-1)} ms`,
    );
    expect(sentUnderOthersClaims(tables, server.log)).toEqual([]);
    // Each loses at most what was in flight, or had been answered and was not stored.
    const [stalls] = [order.length - order.filter((fault) => fault === 'clock').length];
    expect(doubled).toBeLessThanOrEqual(stalls * (concurrency + perSecond));
    // And few more are in doubt than that.
    expect(summary.calls.repeated).toBeLessThanOrEqual(stalls * (concurrency + perSecond));
    expect(times.at(-1) ?? 0).toBeLessThan(45_000);
  },
);
