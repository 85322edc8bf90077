import { checkCommand } from './check.ts';
import type { Command } from './command.ts';
import { demoCommand } from './demo.ts';
import { reportCommand } from './report.ts';
import { resumeCommand } from './resume.ts';
import { runCommand } from './run.ts';
import { simulateCommand } from './simulate.ts';

/** In the order of the help. */
export const commands: readonly Command[] = [
  checkCommand,
  runCommand,
  resumeCommand,
  reportCommand,
  simulateCommand,
  demoCommand,
];
