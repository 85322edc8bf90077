import { damage, type Damage, type IdKind } from './damage.ts';
import { type CutDigits, type DigitEvidence, isCut, isShort, objectIdWidth } from './digit-evidence.ts';
import { findControl, findFullWidth, findInvisible } from './hidden-characters.ts';
import { withoutSeparators } from './phone.ts';
import {
  findApostrophe,
  findDate,
  findDecimal,
  findError,
  findFormula,
  findShortened,
} from './spreadsheet-shapes.ts';
import { trimSpaces } from './trim-spaces.ts';

// Nearly all IDs look so, and then can be a date or a number at most. That spares ten searches, or a microsecond an ID.
const plain = /^[0-9A-Za-z_@:-]+$/;
const plainPhone = /^\d+$/;
const plainEmail = /^[\w.+-]+@[\w.-]+$/;

/** Repairs can bring another damage to light; nobody wraps an ID more often than so. */
const maxDepth = 8;

/**
 * The damage of an ID, with a repair only where what comes out shows no damage any more.
 * @param id not empty, without spaces at its ends.
 * @param evidence what the whole file says; without it, only what the ID shows by itself is found.
 */
export function findDamage(
  id: string,
  kind: IdKind,
  evidence?: DigitEvidence,
  depth = 0,
): Damage | undefined {
  const found = firstDamage(id, kind, evidence);
  if (found?.repair === undefined) return found;
  const repair = trimSpaces(found.repair);
  if (repair === '' || depth === maxDepth) return { ...found, repair: undefined };
  const further = findDamage(repair, kind, evidence, depth + 1);
  if (further === undefined || !further.isClear) return { ...found, repair };
  if (further.repair !== undefined) return { ...found, repair: further.repair };
  return { ...further, says: `${found.says}; what remains then ${further.says}` };
}

function firstDamage(id: string, kind: IdKind, evidence: DigitEvidence | undefined): Damage | undefined {
  if (kind === 'email' && plainEmail.test(id)) return undefined;
  if ((kind === 'phone' ? plainPhone : plain).test(id)) {
    return (
      findDate(id, kind) ?? (evidence === undefined ? undefined : findNumber(id, evidence[kind] ?? {}, kind))
    );
  }
  return (
    findControl(id) ??
    findFormula(id) ??
    findApostrophe(id) ??
    findInvisible(id, kind) ??
    findFullWidth(id, kind) ??
    findError(id) ??
    findShortened(id, kind) ??
    findDate(id, kind) ??
    findDecimal(id, kind) ??
    findSeparators(id, kind)
  );
}

function findSeparators(id: string, kind: IdKind): Damage | undefined {
  const digits = kind === 'phone' ? withoutSeparators(id) : undefined;
  if (digits === undefined) return undefined;
  const says = 'holds spaces or signs between its digits; expected digits only, as GenAuth stores them';
  return damage('phone_separators', says, digits === '' ? undefined : digits);
}

function findNumber(
  id: string,
  { lostZeros, cutDigits }: NonNullable<DigitEvidence[IdKind]>,
  kind: IdKind,
): Damage | undefined {
  if (lostZeros !== undefined && isShort(id, lostZeros.width, kind)) {
    const { width, ids, withZeros, isClear } = lostZeros;
    const says = `has ${id.length} digits, where ${ids} others of its kind have ${width}, of which ${withZeros} begin with 0: it seems to have lost its leading zeros`;
    return { kind: 'lost_zeros', says, repair: id.padStart(width, '0'), isClear };
  }
  if (cutDigits !== undefined && isCut(id)) {
    const isObjectId = id.length === objectIdWidth;
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
