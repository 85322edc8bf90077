import type { Command } from './command.ts';

/** In the order of the help. Each brings its own part of the program, and loading all would take longer than most of them run. */
const loaders: Readonly<Record<string, () => Promise<Command>>> = {
  check: async () => (await import('./check.ts')).checkCommand,
  run: async () => (await import('./run.ts')).runCommand,
  resume: async () => (await import('./resume.ts')).resumeCommand,
  report: async () => (await import('./report.ts')).reportCommand,
  verify: async () => (await import('./verify.ts')).verifyCommand,
  ui: async () => (await import('./ui.ts')).uiCommand,
  work: async () => (await import('./work.ts')).workCommand,
  runs: async () => (await import('./runs.ts')).runsCommand,
  stop: async () => (await import('./stop.ts')).stopCommand,
  forget: async () => (await import('./forget.ts')).forgetCommand,
  apps: async () => (await import('./apps.ts')).appsCommand,
  simulate: async () => (await import('./simulate.ts')).simulateCommand,
  demo: async () => (await import('./demo.ts')).demoCommand,
};

/** The commands that the line names anywhere, as only these can be meant; all when it names none. */
export function commandsFor(argv: readonly string[]): Promise<Command[]> {
  const named = Object.keys(loaders).filter((name) => argv.includes(name));
  const wanted = named.length === 0 ? Object.keys(loaders) : named;
  return Promise.all(wanted.flatMap((name) => loaders[name]?.() ?? []));
}
