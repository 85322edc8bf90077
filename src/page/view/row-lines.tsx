import type { ReportData, RowShown } from '../report/data.ts';
import { useState, type ComponentChildren } from './preact.ts';
import { Detail, StateName } from './signs.tsx';
import { useSpeaker } from './speaking.ts';

interface Props {
  readonly row: RowShown;
  readonly data: ReportData;
}

/** A row, and below it on demand all that is known of it. */
export function RowLines({ row, data }: Props) {
  const { say, translate, reason } = useSpeaker();
  const [isOpen, setOpen] = useState(false);
  const [line, userId, type, state, message, , , , codes, adviceAt, , , , , others, problems] = row;
  const advice = data.advice[adviceAt];
  const id = `details-${line}`;
  // What GenAuth said of a success is no reason for what was seen afterwards.
  const isWord = advice !== undefined;
  return (
    <>
      <tr role="row" class="row">
        <Cell name="line">{line}</Cell>
        <Cell name="user">
          <code class="id">{userId}</code>
          <span class="faint">
            {[type, others[0]].filter((text) => text !== '' && text !== undefined).join(' · ')}
          </span>
        </Cell>
        <Cell name="state">
          <StateName state={state} />
        </Cell>
        <Cell name="why">
          {isWord && message !== '' && (
            <span class="message">
              {reason(message, problems)}{' '}
              {codes !== '' && !message.includes(`(${codes})`) && <span class="codes">({codes})</span>}
            </span>
          )}
          <span class="advice">{advice === undefined ? say(`means.${state}`) : translate(advice)}</span>
        </Cell>
        <Cell name="apps">
          <AppsInShort row={row} />
        </Cell>
        <Cell name="details">
          <button
            type="button"
            aria-expanded={isOpen}
            aria-controls={isOpen ? id : undefined}
            aria-label={say('rows.details', { line: String(line) })}
            onClick={() => setOpen(!isOpen)}
          >
            {isOpen ? '−' : '+'}
          </button>
        </Cell>
      </tr>
      {isOpen && (
        <tr role="row" class="details" id={id}>
          <td role="cell" colSpan={6}>
            <RowDetails row={row} data={data} />
          </td>
        </tr>
      )}
    </>
  );
}

type Column = 'line' | 'user' | 'state' | 'why' | 'apps' | 'details';

/** On a phone each cell says itself what it is. */
function Cell({ name, children }: { name: Column; children: ComponentChildren }) {
  const { say } = useSpeaker();
  return (
    <td role="cell" class={`column-${name}`} data-label={say(`column.${name}`)}>
      <div>{children}</div>
    </td>
  );
}

function AppsInShort({ row }: Pick<Props, 'row'>) {
  const { say } = useSpeaker();
  const [, , , , , , appCount, open] = row;
  return open === null ? (
    <>{say('row.apps_count', { count: appCount })}</>
  ) : (
    <>{say('row.apps_open', { open: open.length, count: appCount })}</>
  );
}

function RowDetails({ row, data }: Props) {
  const { say, time, number } = useSpeaker();
  const [
    ,
    ,
    type,
    state,
    ,
    apps,
    appCount,
    open,
    codes,
    ,
    attempts,
    requestIds,
    startedAt,
    finishedAt,
    others,
  ] = row;
  return (
    <dl>
      <Detail name={say('row.means')}>{say(`means.${state}`)}</Detail>
      <Detail name={say('row.type')}>{type}</Detail>
      {open !== null && (
        <Detail name={say('row.open_apps')}>
          <Apps places={open} count={open.length} data={data} />
        </Detail>
      )}
      <Detail name={say('row.all_apps')}>
        <Apps places={apps} count={appCount} data={data} />
      </Detail>
      {codes !== '' && <Detail name={say('row.codes')}>{codes}</Detail>}
      {attempts > 0 && <Detail name={say('row.attempts')}>{number(attempts)}</Detail>}
      {requestIds.length > 0 && (
        <Detail name={say('row.requests')}>
          {requestIds.map((requestId) => (
            <code key={requestId} class="id">
              {requestId}
            </code>
          ))}
        </Detail>
      )}
      {startedAt !== null && <Detail name={say('row.first')}>{time(startedAt)}</Detail>}
      {finishedAt !== null && <Detail name={say('row.last')}>{time(finishedAt)}</Detail>}
      {others.map((cell, at) => cell !== '' && <Detail name={data.others[at] ?? ''}>{cell}</Detail>)}
    </dl>
  );
}

function Apps({ places, count, data }: { places: readonly number[]; count: number; data: ReportData }) {
  const { say } = useSpeaker();
  return (
    <>
      {places.map((place) => {
        const [appId = '', name = ''] = data.apps[place] ?? [];
        return (
          <span key={place} class="app">
            {name !== '' && <>{name} </>}
            <code class="id">{appId}</code>
          </span>
        );
      })}
      {count > places.length && (
        <span class="app">{say('row.more_apps', { count: count - places.length })}</span>
      )}
    </>
  );
}
