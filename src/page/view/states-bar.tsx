import type { ReportData } from '../report/data.ts';
import { rowStates, type RowState } from '../report/row-state.ts';
import type { View } from './address.ts';
import { scopeOf, statesInNeed } from './filter.ts';
import { StateName, toneOfState } from './signs.tsx';
import { useSpeaker } from './speaking.ts';

interface Props {
  readonly states: ReportData['states'];
  readonly view: View;
  readonly onView: (change: Partial<View>) => void;
}

/** How many rows are how; each state filters. */
export function StatesBar({ states, view, onView }: Props) {
  const { say, number } = useSpeaker();
  const present = rowStates.filter((state) => states[state] > 0);
  const total = present.reduce((sum, state) => sum + states[state], 0);
  const inNeed = statesInNeed.reduce((sum, state) => sum + states[state], 0);
  const scope = scopeOf(view);
  const isAll = scope.length === rowStates.length;
  const toggled = (state: RowState): RowState[] =>
    rowStates.filter((each) => (each === state) !== view.states.includes(each));
  return (
    <div role="group" aria-label={say('rows.states')} class="states">
      <Proportions states={states} present={present} total={total} />
      <div class="buttons">
        {inNeed > 0 && (
          <button
            type="button"
            aria-pressed={!isAll && view.states.length === 0}
            onClick={() => onView({ states: [], isAll: false, search: '' })}
          >
            {say('rows.in_need')} <span class="count">{number(inNeed)}</span>
          </button>
        )}
        <button type="button" aria-pressed={isAll} onClick={() => onView({ states: [], isAll: true })}>
          {say('rows.all')} <span class="count">{number(total)}</span>
        </button>
        {present.map((state) => (
          <button
            key={state}
            type="button"
            aria-pressed={!view.isAll && view.states.includes(state)}
            title={say(`means.${state}`)}
            onClick={() => onView({ states: toggled(state), isAll: false })}
          >
            <StateName state={state} /> <span class="count">{number(states[state])}</span>
          </button>
        ))}
      </div>
    </div>
  );
}

const width = 1000;
/** However few rows, they can be seen. */
const least = 4;

function Proportions({
  states,
  present,
  total,
}: Pick<Props, 'states'> & { present: readonly RowState[]; total: number }) {
  const sizes = present.map((state) => Math.max(least, (states[state] / total) * width));
  const sum = sizes.reduce((all, size) => all + size, 0);
  let at = 0;
  return (
    <svg class="proportions" viewBox={`0 0 ${sum} 10`} preserveAspectRatio="none" aria-hidden="true">
      {present.map((state, number) => {
        const size = sizes[number] ?? 0;
        at += size;
        return (
          <rect
            key={state}
            class={`tone-${toneOfState[state]}`}
            x={at - size}
            y={0}
            width={size}
            height={10}
          />
        );
      })}
    </svg>
  );
}
