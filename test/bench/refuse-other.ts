import type { RunSummary } from './run-program.ts';

/** A contestant that does less than it should would win. */
export function refuseOther(name: string, stdout: string, rows: number): void {
  const said: unknown = JSON.parse(stdout);
  const succeeded = typeof said === 'number' ? said : (said as RunSummary).rows.succeeded;
  if (succeeded !== rows) throw new Error(`${name}: ${succeeded} of ${rows} calls succeeded`);
}
