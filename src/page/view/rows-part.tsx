import type { ReportData, RowShown } from '../report/data.ts';
import type { RowState } from '../report/row-state.ts';
import type { TextKey } from '../texts/en.ts';
import type { View } from './address.ts';
import { createFinder, scopeOf, statesInNeed } from './filter.ts';
import { useEffect, useMemo, useState } from './preact.ts';
import { RowLines } from './row-lines.tsx';
import { StatesBar } from './states-bar.tsx';
import { Command } from './signs.tsx';
import { useSpeaker } from './speaking.ts';

/** So many are drawn at a time. */
const step = 200;
const atOnce = 20;
const restAfterMs = 100;

interface Props {
  readonly data: ReportData;
  readonly view: View;
  readonly onView: (change: Partial<View>) => void;
}

/** Who is not, and what to do: the rows, the worst first. */
export function RowsPart({ data, view, onView }: Props) {
  const { say } = useSpeaker();
  const finder = useMemo(() => createFinder(data), [data]);
  const found = useMemo(() => finder.find(view), [finder, view.search, view.states, view.isAll]);
  const [drawn, setDrawn] = useDrawn(found);
  // What is about to be drawn counts as drawn.
  const counted = Math.min(Math.max(drawn, step), found.length);
  const isWell = countOf(data, statesInNeed) === 0;
  return (
    <section id="rows" aria-labelledby="rows-title">
      <h2 id="rows-title">{isWell ? say('rows.title_all_out') : say('rows.title')}</h2>
      {isWell && <p>{say('rows.all_well')}</p>}
      <StatesBar states={data.states} view={view} onView={onView} />
      <Search view={view} onView={onView} />
      <HowMany data={data} view={view} found={found.length} drawn={counted} />
      {view.states.map((state) => (
        <WhatToDo key={state} state={state} data={data} />
      ))}
      {found.length > 0 && <RowTable data={data} rows={found.slice(0, drawn)} />}
      {found.length > counted && (
        <p class="more">
          <button type="button" onClick={() => setDrawn(counted + step)}>
            {say('rows.more', { count: Math.min(step, found.length - counted) })}
          </button>
          <button type="button" onClick={() => setDrawn(found.length)}>
            {say('rows.everything', { count: found.length })}
          </button>
        </p>
      )}
    </section>
  );
}

/** The first are there at once, however fast somebody types, and the others of {@link step} right after. */
function useDrawn(found: readonly RowShown[]): [number, (count: number) => void] {
  const [drawn, setDrawn] = useState({ found, count: atOnce });
  const count = drawn.found === found ? drawn.count : atOnce;
  useEffect(() => {
    const timer = setTimeout(() => {
      setDrawn((now) => (now.found === found && now.count > step ? now : { found, count: step }));
    }, restAfterMs);
    return () => clearTimeout(timer);
  }, [found]);
  return [count, (wanted) => setDrawn({ found, count: wanted })];
}

function Search({ view, onView }: Omit<Props, 'data'>) {
  const { say } = useSpeaker();
  return (
    <p class="search" role="search">
      <label for="search">{say('rows.search')}</label>
      <input
        id="search"
        type="search"
        value={view.search}
        placeholder={say('rows.search_hint')}
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => onView({ search: event.currentTarget.value })}
      />
      {(view.search !== '' || view.states.length > 0 || view.isAll) && (
        <button type="button" onClick={() => onView({ search: '', states: [], isAll: false })}>
          {say('rows.clear')}
        </button>
      )}
    </p>
  );
}

function HowMany(props: { data: ReportData; view: View; found: number; drawn: number }) {
  const { say } = useSpeaker();
  const { data, view, found, drawn } = props;
  const { total } = data.numbers.rows;
  const isWhole = data.rows.length === total;
  const inNeed = countOf(data, statesInNeed);
  const wanted = countOf(data, scopeOf(view));
  if (inNeed === 0 && wanted === 0) return null;
  return (
    <>
      <p role="status">
        {found > 0
          ? `${say('rows.found', { count: found })}${drawn < found ? ` ${say('rows.shown', { shown: drawn, count: found })}` : ''}`
          : view.search === '' && wanted > 0
            ? say('rows.not_inside', { count: wanted })
            : say('rows.none')}
      </p>
      {!isWhole && (
        <p class="note">
          {inNeed > data.rows.length
            ? say('rows.partly_inside', { inside: data.rows.length, count: inNeed, total })
            : say('rows.only_open_inside', { inside: data.rows.length, total })}
        </p>
      )}
    </>
  );
}

function countOf({ states }: ReportData, of: readonly RowState[]): number {
  return of.reduce((sum, state) => sum + states[state], 0);
}

function WhatToDo({ state, data }: { state: RowState; data: ReportData }) {
  const { say } = useSpeaker();
  const { verify, resume } = data.run.commands;
  const toDo: Partial<Record<RowState, readonly [text: TextKey, command?: string]>> = {
    survived: ['do.survived', `${verify} --rekick`],
    unclear: ['do.unclear', verify],
    not_attempted: ['do.not_attempted', resume],
    signed_in_again: ['do.signed_in_again'],
  };
  const [text, command] = toDo[state] ?? [];
  return (
    <div class="note">
      <p>
        <strong>{say(`state.${state}`)}</strong>: {say(`means.${state}`)}
      </p>
      {text !== undefined && (
        <p>
          {say(text)} {command !== undefined && <Command line={command} />}
        </p>
      )}
    </div>
  );
}

function RowTable({ data, rows }: { data: ReportData; rows: readonly RowShown[] }) {
  const { say } = useSpeaker();
  return (
    <table class="rows stacked" role="table" aria-labelledby="rows-title">
      <thead role="rowgroup">
        <tr role="row">
          {(['line', 'user', 'state', 'why', 'apps', 'details'] as const).map((name) => (
            <th key={name} scope="col" role="columnheader" class={`column-${name}`}>
              {say(`column.${name}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <RowLines key={row[0]} row={row} data={data} />
        ))}
      </tbody>
    </table>
  );
}
