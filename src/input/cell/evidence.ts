import type { Damage, IdKind } from './damage.ts';
import {
  createDigitCounts,
  isCut,
  isShort,
  objectIdWidth,
  type CutDigits,
  type DigitEvidence,
} from './digit-evidence.ts';
import type { ProblemKind } from '../words/problem-kinds.ts';

/** What the IDs of one kind say against some of them. */
export interface EvidenceOfKind extends DigitEvidence {
  /** What may be somebody's name, and stands on several rows: as a rule such a word stands for nothing. */
  readonly onSeveralRows?: readonly string[];
  /** How many have the form of GenAuth's own IDs, where others have not. */
  readonly objectIds?: number;
}

/**
 * What all IDs of the file together say against some of them; empty for a file without suspicion. Made before the first
 * call and kept with the run, so that a row is judged alike whenever it is read.
 */
export type Evidence = Readonly<Partial<Record<IdKind, EvidenceOfKind>>>;

export interface EvidenceCounts {
  /** Takes one ID, which is to be given once however many rows name it. */
  add(kind: IdKind, id: string): void;
  /** Takes an ID that may be no ID, for each row that names it. */
  addDoubtful(kind: IdKind, id: string): void;
  judge(): Evidence;
}

/** Of a username: what it is found to be, if it is no name. */
export const mayBeNames: ReadonlySet<ProblemKind> = new Set(['nothing', 'header', 'total', 'date']);

/** So many different words are watched; there are hardly more. */
const maxWords = 1000;

/** Counts in memory that does not grow with the file. */
export function createEvidenceCounts(): EvidenceCounts {
  const digits = createDigitCounts();
  const rows = new Map<IdKind, Map<string, number>>();
  const forms = { objectIds: 0, others: 0 };
  return {
    add(kind, id) {
      digits.add(kind, id);
      if (kind !== 'app_id') return;
      if (isObjectId(id)) forms.objectIds += 1;
      else forms.others += 1;
    },
    addDoubtful(kind, id) {
      const ofKind = rows.get(kind) ?? new Map<string, number>();
      rows.set(kind, ofKind);
      const count = ofKind.get(id);
      if (count !== undefined || ofKind.size < maxWords) ofKind.set(id, (count ?? 0) + 1);
    },
    judge() {
      const evidence: Partial<Record<IdKind, EvidenceOfKind>> = { ...digits.judge() };
      for (const [kind, ofKind] of rows) {
        const onSeveralRows = [...ofKind].filter(([, count]) => count > 1).map(([id]) => id);
        if (onSeveralRows.length > 0) evidence[kind] = { ...evidence[kind], onSeveralRows };
      }
      const { objectIds, others } = forms;
      if (objectIds > 0 && others > 0) evidence.app_id = { ...evidence.app_id, objectIds };
      return evidence;
    },
  };
}

/** Whether an ID has the form in which GenAuth gives them to users and apps. Asked of every row, where an expression would cost more. */
export function isObjectId(id: string): boolean {
  if (id.length !== objectIdWidth) return false;
  for (let at = 0; at < objectIdWidth; at += 1) if (isHex[id.charCodeAt(at)] !== 1) return false;
  return true;
}

const isHex = Uint8Array.from({ length: 128 }, (_, unit) =>
  /[\da-f]/i.test(String.fromCharCode(unit)) ? 1 : 0,
);

/** What was found in the text itself, made sure by what the file says. */
export function withEvidence(
  found: Damage,
  text: string,
  kind: IdKind,
  evidence: Evidence | undefined,
): Damage {
  if (found.isClear || evidence?.[kind]?.onSeveralRows?.includes(text) !== true) return found;
  return { ...found, says: `${found.says}, and stands on several rows`, isClear: true };
}

/** What the file says against an ID that shows no damage by itself. */
export function findEvidenceAgainst(
  text: string,
  kind: IdKind,
  evidence: Evidence | undefined,
): Damage | undefined {
  const ofKind = evidence?.[kind];
  if (ofKind === undefined) return undefined;
  const { lostZeros, cutDigits, objectIds } = ofKind;
  if (objectIds !== undefined && !isObjectId(text)) {
    const others =
      objectIds === 1 ? 'another app ID of the file has' : `${objectIds} other app IDs of the file have`;
    return {
      kind: 'app_form',
      says: `is not of 24 hexadecimal digits, as ${others}, and as GenAuth gives them`,
      repair: undefined,
      isClear: true,
    };
  }
  if (lostZeros !== undefined && isShort(text, lostZeros.width, kind)) {
    const { width, ids, withZeros, isClear } = lostZeros;
    const says = `has ${text.length} digits, where ${ids} others of its kind have ${width}, of which ${withZeros} begin with 0: it seems to have lost its leading zeros`;
    return { kind: 'lost_zeros', says, repair: text.padStart(width, '0'), isClear };
  }
  if (cutDigits !== undefined && isCut(text)) {
    const isObjectId = text.length === objectIdWidth;
    const like = isObjectId ? '' : likeOthers(cutDigits);
    const says = `ends in zeros from its sixteenth digit on${like}; spreadsheets put them in place of digits that they lose`;
    return { kind: 'cut_number', says, repair: undefined, isClear: cutDigits.isClear && !isObjectId };
  }
  return undefined;
}

function likeOthers({ ids, cut }: CutDigits): string {
  if (ids === 1) return ', and no other number of its kind is so long';
  return cut === ids
    ? `, like all ${ids} numbers of its kind that are so long`
    : `, like ${cut} of the ${ids} numbers of its kind that are so long`;
}
