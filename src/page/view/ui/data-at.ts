/** Kept for this address and port alone, so that a reload and a second tab have it, and no other server of this machine. */
const keptAs = 'genauth-offboard';

function takeKey(): string {
  const given = /^#([\w-]{43})$/.exec(location.hash)?.[1];
  if (given === undefined) return localStorage.getItem(keptAs) ?? '';
  localStorage.setItem(keptAs, given);
  history.replaceState(null, '', location.pathname);
  return given;
}

const key = takeKey();

/** Where data stands for this browser. @param place such as `/api/runs`. */
export function dataAt(place: string): string {
  return place.replace(/^\/api\//, `/api/${key}/`);
}
