import { expect, test } from 'vitest';

import { asChange } from '../../src/page/server/given-settings.ts';

test.each([
  [['--user-id-type', 'external_id'], { 'user-id-type': 'external_id' }],
  [['--app-ids=a,b', '--skip-invalid'], { 'app-ids': 'a,b', 'skip-invalid': true }],
  [['--allow-damaged-ids', '--canary', '5'], { 'allow-damaged-ids': true, canary: '5' }],
])('what the command line proposes as %j is a change of settings', (words, change) => {
  expect(asChange(words)).toEqual(change);
});

test.each([
  ['lacks what only the user knows', ['--app-ids', '<IDs>']],
  ['lacks it behind another one', ['--skip-invalid', '--max-users', '<n>']],
  ['is no setting of the page', ['--yes']],
  ['would name a file', ['--protect', 'list.csv']],
  ['says nothing', []],
])('what %s is not offered as a button', (_, words) => {
  expect(asChange(words)).toBeUndefined();
});
