import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { faultsFrom } from '../../src/commands/fault-flags.ts';
import { faultSets, faultSetWords } from '../../src/simulator/faults.ts';
import { genauthOffboard } from '../command-line.ts';
import { temporaryFolder } from '../temporary-folder.ts';

test('sets of faults can be had together, and single flags change them', () => {
  const flags = { faults: 'survivors, returns,blind', survivors: '0.2', missing: '0.1' };
  expect(faultsFrom(flags)).toEqual({
    survivors: 0.2,
    returns: { share: 0.05, afterMs: 2000 },
    blind: true,
    missing: 0.1,
  });
  expect(faultsFrom({ returns: '0.5,300ms', unreadable: '1' })).toEqual({
    returns: { share: 0.5, afterMs: 300 },
    unreadable: 1,
  });
  expect(faultsFrom({})).toEqual({});
});

test.each([
  [{ faults: 'blind,sirvivors' }, '--faults takes one of throttled,'],
  [{ returns: '0.5' }, '--returns takes a value such as 0.05,2s, not "0.5".'],
  [{ returns: '2,2s' }, '--returns takes'],
  [{ survivors: '1.5' }, '--survivors takes a number from 0 to 1'],
])('what makes no sense is refused: %j', (flags, message) => {
  expect(() => faultsFrom(flags)).toThrow(message);
});

test('every set has its words', () => {
  expect(Object.keys(faultSetWords)).toEqual(Object.keys(faultSets));
});

test('a directory that cannot be used is refused with what is wrong in it', async () => {
  const folder = temporaryFolder();
  const simulate = async (text: string) => {
    writeFileSync(path.join(folder, 'tenant.json'), text);
    return genauthOffboard(['simulate', '--directory', 'tenant.json'], { cwd: folder });
  };
  const broken = await simulate('{');
  expect([broken.code, broken.stderr]).toEqual([2, expect.stringContaining('cannot be read as JSON')]);
  const wrong = await simulate('{"apps":[],"users":[{"email":"a@example.com"}]}');
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('users[0] needs text as userId')]);
});
