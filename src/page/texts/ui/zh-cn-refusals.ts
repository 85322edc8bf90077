import { zhCnOfFiles } from './zh-cn-of-files.ts';
import { zhCnOfPlans } from './zh-cn-of-plans.ts';
import { zhCnOfRows } from './zh-cn-of-rows.ts';
import { zhCnOfRuns } from './zh-cn-of-runs.ts';
import { zhCnOfServers } from './zh-cn-of-servers.ts';
import type { Sayings } from '../sayings.ts';

/** All that the program may say on the page of `ui` when it does not do what it was asked, and what it finds odd. */
export const zhCnRefusals: Sayings = {
  ...zhCnOfFiles,
  ...zhCnOfRows,
  ...zhCnOfPlans,
  ...zhCnOfServers,
  ...zhCnOfRuns,
};
