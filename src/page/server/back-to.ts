import type { Job } from './job.ts';
import { connectionOf } from './report-of.ts';
import { forgetFiles } from './take-file.ts';

/** Back to an earlier step, which forgets what came after it; without a connection it is one that is asked for. */
export function backTo(job: Job, step: 'connection' | 'file'): void {
  const { memory, state, tell } = job;
  const connection = connectionOf(state);
  forgetFiles(job);
  if (step === 'file' && connection !== null) {
    tell({ is: 'file_wanted', connection });
    return;
  }
  memory.reach = undefined;
  tell({ is: 'connection', isTrying: false, refusal: null });
}
