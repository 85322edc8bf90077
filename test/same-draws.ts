import fc from 'fast-check';

/*
 * A change is refused for what it changed, and not for a value that was drawn today: properties draw the same values in each run.
 * `SEED=$RANDOM npm run unit` draws others; the simulated world is where new ones are looked for night by night.
 */
fc.configureGlobal({ seed: Number(process.env['SEED'] ?? 20_260_101) });
