import { judgeCell } from '../../src/input/cell/judge-cell.ts';
import { createDraw, goodId, goodIdMakers } from '../input/many-good-ids.ts';

/** How many of a million good IDs of each kind are called damaged: `npm run bench:alarms [-- <IDs> <seed>]`. */
const [, , ids = '1000000', seed = '1'] = process.argv;

for (const kind of Object.keys(goodIdMakers) as (keyof typeof goodIdMakers)[]) {
  const draw = createDraw(Number(seed));
  let [refused, warned] = [0, 0];
  const examples: string[] = [];
  for (let at = 0; at < Number(ids); at += 1) {
    const id = goodId(kind, at, draw);
    const damage = judgeCell(id, kind);
    if (damage === undefined) continue;
    if (damage.isClear) refused += 1;
    else warned += 1;
    if (examples.length < 5) examples.push(`${id} (${damage.kind})`);
  }
  console.log(`${kind}: of ${ids} refused ${refused}, warned of ${warned} ${examples.join(', ')}`);
}
