import type { ReportData } from '../report/data.ts';
import { rowsOfPeople, seenOf, seenValues, type SeenName } from '../report/verdict.ts';
import type { ComponentChildren } from './preact.ts';
import { Command, Sign } from './signs.tsx';
import { useSpeaker } from './speaking.ts';

type Reach = 'reached' | 'partly' | 'missed';

const reachOf: Readonly<Record<SeenName, Reach>> = {
  all: 'reached',
  sample: 'partly',
  some: 'partly',
  not_looked: 'missed',
  none_said: 'missed',
  blind: 'missed',
  nobody: 'missed',
};

const toneOf = { reached: 'good', partly: 'doubtful', missed: 'still' } as const;

/** How sure is that? Said, seen, sealed; none claims the next. */
export function SurenessPart({ data }: { data: ReportData }) {
  const { say } = useSpeaker();
  const { rows } = data.numbers;
  const said = rows.succeeded + rows.partial;
  const total = rowsOfPeople(data);
  const ofSaid = said === 0 ? 'missed' : said === total ? 'reached' : 'partly';
  return (
    <section aria-labelledby="sure">
      <h2 id="sure">{say('sure.title')}</h2>
      <ol class="steps">
        <Step name="said" reach={ofSaid}>
          <p>{said === 0 ? say('said.none') : say('said.some', { count: said, total })}</p>
        </Step>
        <SeenStep data={data} />
        <Step name="sealed" reach="missed">
          <p>{say('sealed.no')}</p>
        </Step>
      </ol>
      {said > 0 && (
        <p class="limits">
          {say('limits.tokens')} {say('limits.account')}
        </p>
      )}
    </section>
  );
}

function Step(props: { name: 'said' | 'seen' | 'sealed'; reach: Reach; children: ComponentChildren }) {
  const { say } = useSpeaker();
  return (
    <li class={`step tone-${toneOf[props.reach]}`}>
      <h3>
        <Sign tone={toneOf[props.reach]} /> {say(`sure.${props.name}`)}
        <span class="reach">{say(`sure.${props.reach}`)}</span>
      </h3>
      {props.children}
    </li>
  );
}

function SeenStep({ data }: { data: ReportData }) {
  const { say, time } = useSpeaker();
  const { verification } = data.numbers;
  const name = seenOf(data);
  const values = seenValues(data);
  const isUnfinished = verification !== null && verification.ended !== 'finished';
  return (
    <Step name="seen" reach={reachOf[name]}>
      <p>
        {say(`seen.${name}`, values)}
        {(name === 'blind' || name === 'nobody') && <> {say('seen.some', values)}</>}
        {verification?.control === 'partly' && <> {say('seen.partly')}</>}
        {verification !== null && (
          <> {say('seen.at', { time: time(verification.finishedAt ?? verification.startedAt) })}</>
        )}
      </p>
      {isUnfinished && <p>{say('seen.unfinished')}</p>}
      {(name === 'not_looked' || isUnfinished) && <Command line={data.run.commands.verify} />}
    </Step>
  );
}
