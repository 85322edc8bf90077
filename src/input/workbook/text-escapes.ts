/**
 * What XML cannot hold, such as a control character, stands in a workbook as `_x000B_`, and a text that looks so as
 * `_x005F_x000B_` (ECMA-376, ST_Xstring). Halves of surrogate pairs stay escaped: alone they are no text.
 */
export function unescapeText(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replaceAll(/_x([0-9A-Fa-f]{4})_/g, (escape, hex: string) => {
    const unit = Number.parseInt(hex, 16);
    return unit >= 0xd800 && unit <= 0xdfff ? escape : String.fromCharCode(unit);
  });
}
