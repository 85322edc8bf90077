import { clear, type Found, type IdKind } from './damage.ts';

/** `="00123"`, which keeps a spreadsheet from changing the ID; `=A1` and the like name a cell of a file that is not here. */
export function findFormula(text: string, kind: IdKind): Found | undefined {
  if (!/^[=＝]/.test(text)) return undefined;
  const inner = unwrapFormula(text);
  if (inner !== undefined) return clear('is wrapped in a formula, ="..."', inner);
  // Each app may be wrapped for itself.
  if (kind === 'app_ids') return undefined;
  const bare = /^[=＝]\s*(\d+)$/.exec(text)?.[1];
  return clear('is a formula of a spreadsheet, not an ID', bare);
}

/** What stands in `="..."`. */
function unwrapFormula(text: string): string | undefined {
  return /^[=＝]\s*"([^"]*(?:""[^"]*)*)"$/.exec(text)?.[1]?.replaceAll('""', '"');
}

/** In the languages that spreadsheets speak: `#N/A`, `#NV`, `#BEZUG!`, `#¡VALOR!`, `Err:502` */
const error = /^#(?:N\/[AVDF]|N[VD]|[¡¿]?[\p{L}/]+[!?？！]|DIV\/0!|#{2,})$|^(?:Err|Fehler|Erreur):\d{3}$/iu;

export function findError(text: string): Found | undefined {
  return error.test(text) ? clear("is a spreadsheet's error message, not an ID") : undefined;
}
