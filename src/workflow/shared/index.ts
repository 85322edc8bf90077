/**
 * Runs that many machines share, through a PostgreSQL database: `genauth-offboard/queue`. It needs the packages `bullmq` and `pg` beside
 * this one; `docs/many-machines.md` tells how the database is set up and what stands in it.
 */
export type { ListedRun } from '../../queue/shared-runs.ts';
export type { Sharing } from '../session.ts';
export { openSharing } from './open-sharing.ts';
export { reportShared } from './report-shared.ts';
export { resumeShared } from './resume-shared.ts';
export { forgetRun, listRuns, stopRun, type Forgotten } from './runs-of-queue.ts';
export { verifyShared } from './verify-shared.ts';
export { work, type Worked, type WorkOptions } from './work.ts';
