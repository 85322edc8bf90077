import type { Requests } from '../api.ts';
import type { State } from '../state.ts';

/** What changes something. */
export type Doing = Exclude<keyof Requests, `GET ${string}`>;

/** Whether a request has a place in the current step: of two tabs the second one finds that the first was faster. */
export function mayDo(state: State, doing: Doing): boolean {
  if (state.isClosing) return doing === 'POST /api/stop' && isUnderWay(state);
  switch (doing) {
    case 'POST /api/connection':
      return state.step === 'connection' && !state.isTrying;
    case 'PUT /api/file':
      return (state.step === 'file' || state.step === 'plan') && state.upload === null;
    case 'PUT /api/protect':
    case 'DELETE /api/protect':
      return state.step === 'plan' && state.upload === null;
    case 'PATCH /api/settings':
      return state.step === 'plan';
    case 'POST /api/start':
      return state.step === 'plan' && state.upload === null && state.survey.is === 'ready';
    case 'POST /api/canary':
      return state.step === 'run' && state.canary !== null;
    case 'POST /api/stop':
      return isUnderWay(state);
    case 'POST /api/step':
    case 'POST /api/runs/:run/report':
      return !isUnderWay(state) && !(state.step === 'connection' && state.isTrying) && !isUploading(state);
    case 'POST /api/resume':
    case 'POST /api/verify':
      return state.step === 'report' && state.connection !== null;
  }
}

function isUnderWay({ step }: State): boolean {
  return step === 'run' || step === 'look' || step === 'making';
}

function isUploading(state: State): boolean {
  return (state.step === 'file' || state.step === 'plan') && state.upload !== null;
}
