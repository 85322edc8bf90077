import { isKnownName, typeByName } from '../words/known-names.ts';
import { clear, doubtful, hasTwoParts, type Found, type IdKind } from './damage.ts';

/** Written so by programs alone, never by or for somebody who is called so. */
const byPrograms =
  /^(?:NULL|null|NaN|NaT|None|undefined|\\+N|[#<]?N\/?A>|#?[Nn]\/[Aa]|-?1\.#(?:IND|QNAN|INF)|[-+]?[Ii]nf(?:inity)?|[<([{](?:null|nil|none|na|nan|blank|empty|n\/a|unknown|leer|undefined|空|空白|無|无)[>)\]}])$/iu;
const inTheirCase = /^(?:NULL|null|NaN|NaT|None|undefined)$/;

/** Folded as `bare` does. */
const words = new Set(
  [
    'na n/a null nil nan nat none nothing undefined undef unknown unspecified unassigned unavailable missing blank empty void',
    'notavailable notapplicable notset notassigned notfound notprovided notknown noid nouser noemail nophone nodata novalue noentry',
    'tbd tba tbc tobedetermined tobedefined tobeconfirmed tobeannounced todo placeholder xxx xxxx xxxxx xxxxxx',
    'keine keiner keines keineangabe keineangaben k/a nichtvorhanden nichtverfügbar nichtzutreffend unbekannt leer entfällt fehlt n/v',
    'aucun aucune néant neant inconnu inconnue vide nonrenseigné nonrenseigne nondisponible nonapplicable sansobjet n/d s/o',
    'ninguno ninguna desconocido desconocida vacío vacio nodisponible noaplica sindatos pordefinir s/d',
    'nessuno nessuna sconosciuto sconosciuta vuoto nondisponibile nonapplicabile dadefinire',
    'nenhum nenhuma desconhecido desconhecida vazio nãodisponível naodisponivel nãoaplicável naoaplicavel semdados adefinir',
    '无 無 空 空白 空值 暂无 暫無 没有 沒有 未知 未填 未填写 未填寫 未提供 未分配 未设置 未設置 待定 待补 待补充 待填 不详 不詳 不适用 不適用 无数据 缺失',
    'なし 無し ナシ 未定 未設定 未登録 未入力 不明 該当なし 該当無し 空欄 없음 미정',
  ].flatMap((list) => list.split(' ')),
);

/** `k. A.`, `N.N.`, `n.v.`: without the dots these are initials of somebody. */
const abbreviations = /^(?:k\. ?a|n\. ?[adnv])\.?$/i;

/** Only signs; those of emoji are none of these. */
const signsOnly = /^[\p{P}\p{Sm}\p{Sk}\p{Sc}\p{Z}\u2500-\u257f]+$/u;
const questionMarks = /^[?？]+$/;

/** `0`, `0.0`, `00000000-0000-0000-0000-000000000000` */
const zeros = /^[{(]?0[0.,-]*[})]?$/;

/** What people and programs write where there is no ID. */
export function findNothing(text: string, kind: IdKind): Found | undefined {
  if (hasTwoParts(kind)) {
    const colon = text.indexOf(':');
    const parts = colon === -1 ? [text] : [text.slice(0, colon), text.slice(colon + 1)];
    const nothings = parts.map((part) => nothingIn(part, colon === -1 ? kind : 'username'));
    return nothings.find((found) => found?.isClear) ?? nothings.find((found) => found !== undefined);
  }
  if (isEmailOfNobody(text)) {
    return doubtful('looks like an address that was made of a missing name');
  }
  return nothingIn(text, kind);
}

export function isEmailOfNobody(text: string): boolean {
  return /^(?:null|undefined|n\/a|-+)@/i.test(text);
}

function nothingIn(text: string, kind: IdKind): Found | undefined {
  // Nothing of the kind has a digit but 0 and what C makes of no number.
  if (text.length > 60 || (/[1-9]/.test(text) && !text.includes('#'))) return undefined;
  if (questionMarks.test(text)) return undefined;
  const isWritten = byPrograms.test(text) && (inTheirCase.test(text) || !/^[a-z]+$/i.test(text));
  if (isWritten || signsOnly.test(text)) {
    return clear('stands for nothing, and names nobody');
  }
  if (!zeros.test(text) && !words.has(bare(text)) && !abbreviations.test(text)) return undefined;
  return kind === 'username'
    ? doubtful('is what is written where there is no ID')
    : clear('stands for nothing: it is what is written where there is no ID');
}

function bare(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s._-]+/g, '');
}

/** A column's name in place of an ID: a header in the middle of a file. */
export function findHeaderName(text: string, kind: IdKind): Found | undefined {
  const isApp = kind === 'app_id' || kind === 'app_ids';
  if (
    text.length > 60 ||
    /\d/.test(text) ||
    !(isKnownName(text) || (!isApp && typeByName(text) !== undefined))
  )
    return undefined;
  return kind === 'username'
    ? doubtful('is what columns are called')
    : clear('is what a column is called, as in a header in the middle of the file');
}
