import type { ReportData } from '../report/data.ts';
import { stopKey } from '../report/ended.ts';
import { chartOf, type Bar, type Chart, type ChartEvent } from './chart.ts';
import { useMemo } from './preact.ts';
import { useSpeaker } from './speaking.ts';

const size = { width: 960, height: 200, left: 56, right: 8, top: 20, bottom: 24 };
const plot = { width: size.width - size.left - size.right, height: size.height - size.top - size.bottom };

/** From the ground up, as they are stacked; where they stand in a bucket. */
const kinds = [
  ['succeeded', 1],
  ['rejected', 3],
  ['throttled', 2],
  ['other', 4],
] as const;

/** How it went: attempts over time. */
export function ChartPart({ data }: { data: ReportData }) {
  const { say, duration, number } = useSpeaker();
  const { numbers, timeline } = data;
  const chart = useMemo(() => chartOf(timeline), [timeline]);
  const present = kinds.filter(([, place]) => timeline.buckets.some((bucket) => bucket[place] > 0));
  return (
    <section aria-labelledby="chart">
      <h2 id="chart">{say('chart.title')}</h2>
      {numbers.attempts === 0 ? (
        <p>{say('chart.nothing')}</p>
      ) : (
        <>
          <p>
            {say('chart.summary', {
              attempts: numbers.attempts,
              calls: numbers.calls.planned,
              duration: duration(numbers.seconds * 1000),
              rate: numbers.attemptsPerSecond,
              p50: numbers.latencyMs.p50 ?? 0,
            })}
          </p>
          <ul class="legend">
            {present.map(([kind, place]) => (
              <li key={kind}>
                <svg class="swatch" viewBox="0 0 12 12" aria-hidden="true">
                  <rect class={`bar-${kind}`} width={12} height={12} />
                </svg>
                {say(`chart.${kind}`)}{' '}
                {number(timeline.buckets.reduce((sum, bucket) => sum + bucket[place], 0))}
              </li>
            ))}
          </ul>
          <Bars chart={chart} width={timeline.width} />
          <Events events={chart.events} />
        </>
      )}
    </section>
  );
}

function Bars({ chart, width }: { chart: Chart; width: number }) {
  const { say, number, duration, clock } = useSpeaker();
  const slotWidth = plot.width / chart.slots;
  const x = (slot: number): number => size.left + slot * slotWidth;
  const [first, last] = [chart.bars[0]?.bucket[0] ?? 0, (chart.bars.at(-1)?.bucket[0] ?? 0) + width];
  return (
    <svg
      class="chart"
      viewBox={`0 0 ${size.width} ${size.height}`}
      role="img"
      aria-label={say('chart.label', { width: duration(width), most: chart.most })}
    >
      <defs>
        <Hatching kind="throttled" angle={45} width={3} />
        <Hatching kind="other" angle={-45} width={2} />
      </defs>
      <text x={size.left - 6} y={size.top + 4} class="end">
        {number(chart.most)}
      </text>
      <text x={size.left - 6} y={size.top + plot.height} class="end">
        0
      </text>
      <line class="axis" x1={size.left} x2={size.width - size.right} y1={size.top} y2={size.top} />
      {chart.outages.map(({ slot, slots }) => (
        <rect
          key={slot}
          class="outage"
          x={x(slot)}
          y={size.top}
          width={slots * slotWidth}
          height={plot.height}
        />
      ))}
      {chart.bars.map((bar) => (
        <Stack key={bar.slot} bar={bar} x={x(bar.slot)} width={slotWidth} most={chart.most} />
      ))}
      {chart.gaps.map(({ slot, from, to, isRest }) => (
        <g key={slot}>
          <rect class="gap" x={x(slot)} y={size.top} width={3 * slotWidth} height={plot.height} />
          <text x={x(slot + 1.5)} y={size.top - 6} class="middle">
            {say(isRest ? 'chart.rest' : 'chart.gap', { duration: duration(to - from) })}
          </text>
        </g>
      ))}
      <line
        class="axis"
        x1={size.left}
        x2={size.width - size.right}
        y1={size.top + plot.height}
        y2={size.top + plot.height}
      />
      <text x={size.left} y={size.height - 6}>
        {clock(first)} UTC
      </text>
      <text x={size.width - size.right} y={size.height - 6} class="end">
        {clock(last)} UTC
      </text>
    </svg>
  );
}

/** Refusals are told by their hatching, too. */
function Hatching({ kind, angle, width }: { kind: 'throttled' | 'other'; angle: number; width: number }) {
  return (
    <pattern
      id={`hatch-${kind}`}
      width={6}
      height={6}
      patternUnits="userSpaceOnUse"
      patternTransform={`rotate(${angle})`}
    >
      <rect class="hatch-ground" width={6} height={6} />
      <rect class={`hatch-${kind}`} width={width} height={6} />
    </pattern>
  );
}

function Stack({ bar, x, width, most }: { bar: Bar; x: number; width: number; most: number }) {
  let top = size.top + plot.height;
  return (
    <g>
      {kinds.map(([kind, place]) => {
        const height = (bar.bucket[place] / most) * plot.height;
        top -= height;
        return (
          height > 0 && <rect key={kind} class={`bar-${kind}`} x={x} y={top} width={width} height={height} />
        );
      })}
    </g>
  );
}

const mostEvents = 50;

function Events({ events }: { events: readonly ChartEvent[] }) {
  const { say, time, duration } = useSpeaker();
  if (events.length === 0) return null;
  const why = (reason: string): string => {
    const key = stopKey(reason);
    return key === undefined ? reason : say(key);
  };
  return (
    <>
      <h3>{say('chart.events')}</h3>
      <ul>
        {events.slice(0, mostEvents).map(({ kind, from, to, reason }) => (
          <li key={`${kind}-${from}`}>
            {say(`chart.event_${kind}`, {
              from: time(from),
              to: time(to),
              duration: duration(to - from),
              reason: why(reason),
            })}
          </li>
        ))}
      </ul>
    </>
  );
}
