import { findEvidenceAgainst, withEvidence, type Evidence } from './evidence.ts';
import { withoutSeparators } from './phone.ts';
import type { ProblemKind } from '../words/problem-kinds.ts';
import { trimSpaces } from '../words/trim-spaces.ts';
import { clear, type Damage, type Found, type IdKind } from './damage.ts';
import { findDate } from './dates.ts';
import { findEmailSlip } from './email-slips.ts';
import { findError, findFormula } from './formulas.ts';
import { findControl, findFullWidth, findInvisible } from './hidden-characters.ts';
import { findLostCharacters, findMisreadText } from './lost-characters.ts';
import { findHeaderName, findNothing, isEmailOfNobody } from './nothing.ts';
import { findDecimal, findShortened, findShortenedPhone } from './numbers.ts';
import { findSeveral } from './several.ts';
import { signs, signsOf } from './signs.ts';
import { findTotal } from './totals.ts';
import { findApostrophe, findWrapping } from './wrapped.ts';

/** What is known beyond the text itself. */
export interface CellContext {
  /** What the whole file says; without it, only what the text shows by itself is found. */
  readonly evidence?: Evidence | undefined;
  /** All cells of the row. */
  readonly beside?: readonly string[] | undefined;
}

/** One kind of damage. */
interface Rule {
  readonly kind: ProblemKind;
  /** Of which signs a text has to hold one, so that it can be so. */
  readonly needs: number;
  readonly find: (text: string, kind: IdKind, beside: readonly string[]) => Found | undefined;
}

const { digit, letter, underscore, dot, other, wide, control } = signs;
const anySign = ~0;

/** In the order in which they count: what is around an ID before what is within it. */
const rules: readonly Rule[] = [
  { kind: 'control_character', needs: control | wide, find: findControl },
  { kind: 'invisible_character', needs: wide, find: findInvisible },
  { kind: 'spreadsheet_error', needs: other, find: findError },
  { kind: 'nothing', needs: anySign, find: findNothing },
  { kind: 'total', needs: letter | wide, find: findTotal },
  { kind: 'header', needs: letter | wide, find: findHeaderName },
  { kind: 'formula', needs: other | wide, find: findFormula },
  { kind: 'apostrophe', needs: other | wide, find: findApostrophe },
  { kind: 'wrapped', needs: other | wide, find: findWrapping },
  { kind: 'lost_characters', needs: other | wide, find: findLostCharacters },
  { kind: 'lost_characters', needs: wide, find: findMisreadText },
  { kind: 'full_width', needs: wide, find: findFullWidth },
  { kind: 'shortened_number', needs: dot | other | wide, find: findShortened },
  { kind: 'shortened_number', needs: letter, find: findShortenedPhone },
  { kind: 'date', needs: digit | wide, find: findDate },
  { kind: 'decimal', needs: dot | other | wide, find: findDecimal },
  { kind: 'email_form', needs: other | wide, find: findEmailSlip },
  { kind: 'several', needs: other | wide, find: findSeveral },
  { kind: 'phone_separators', needs: anySign, find: findSeparators },
];

/** What is looked for in a whole cell of apps; the rest shows in each of them. */
const ofWholeCells: ReadonlySet<ProblemKind> = new Set([
  'spreadsheet_error',
  'nothing',
  'total',
  'header',
  'formula',
  'wrapped',
  'shortened_number',
  'date',
  'decimal',
]);

/** Repairs can bring another damage to light; nobody wraps an ID more often than so. */
const maxDepth = 8;
/** Longer than any ID. */
const maxLength = 1000;

const plainPhone = /^(?!0+$)\d{5,}$/;
const plainEmail = /^[\w.+-]+@[\w-]+(?:\.[\w-]+)*$/;

/**
 * Whether a cell, or one app of it, names what belongs into it: the one judgement for user IDs, app IDs and protected users.
 * The repair is there only where what comes out shows no damage any more.
 * @param text not empty, without spaces at its ends.
 */
export function judgeCell(
  text: string,
  kind: IdKind,
  context: CellContext = {},
  depth = 0,
): Damage | undefined {
  const found = firstDamage(text, kind, context);
  if (found?.repair === undefined) return found;
  const repair = trimSpaces(found.repair);
  if (repair === '' || depth === maxDepth) return { ...found, repair: undefined };
  const further = judgeCell(repair, kind, context, depth + 1);
  if (further === undefined || !further.isClear) return { ...found, repair };
  if (further.repair !== undefined) return { ...found, repair: further.repair };
  return { ...further, says: `${found.says}; what remains then ${further.says}` };
}

function firstDamage(text: string, kind: IdKind, { evidence, beside }: CellContext): Damage | undefined {
  if (kind === 'email' && plainEmail.test(text) && !isEmailOfNobody(text)) return undefined;
  if (kind === 'phone' && plainPhone.test(text)) return findEvidenceAgainst(text, kind, evidence);
  const made = signsOf(text);
  // Nearly all IDs look so, and then nothing can be wrong with them.
  if ((made & ~(digit | letter | underscore)) === 0 && (made & digit) !== 0 && kind !== 'phone') {
    if ((made & letter) !== 0) return findEvidenceAgainst(text, kind, evidence);
    if (text.charCodeAt(0) !== 0x30) return findEvidenceAgainst(text, kind, evidence);
  }
  if (text.length > maxLength && kind !== 'app_ids') {
    const control = findControl(text);
    if (control !== undefined) return { kind: 'control_character', ...control };
    return {
      kind: 'too_long',
      ...clear(`is longer than the ${maxLength} characters that an ID has at most`),
    };
  }
  for (const rule of rules) {
    if ((rule.needs & made) === 0 || (kind === 'app_ids' && !ofWholeCells.has(rule.kind))) continue;
    const found = rule.find(text, kind, beside ?? []);
    if (found !== undefined) return withEvidence({ kind: rule.kind, ...found }, text, kind, evidence);
  }
  return findEvidenceAgainst(text, kind, evidence);
}

function findSeparators(text: string, kind: IdKind): Found | undefined {
  const digits = kind === 'phone' ? withoutSeparators(text) : undefined;
  if (digits === undefined) return undefined;
  const says = 'holds spaces or signs between its digits; expected digits only, as GenAuth stores them';
  return clear(says, digits === '' ? undefined : digits);
}
