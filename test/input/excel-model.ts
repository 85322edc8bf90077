const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** How the cells of a column are shown: as Excel chooses, or all numbers as whole ones. */
export type NumberFormat = 'General' | '0';

/**
 * What Excel writes into a CSV file for a cell that it has read from one. From its documented limits (15 digits are kept;
 * General shows up to 11) and the text that it shows for numbers and dates.
 */
export function throughExcel(cell: string, format: NumberFormat = 'General'): string {
  return asDate(cell) ?? asNumber(cell, format) ?? cell;
}

function asDate(cell: string): string | undefined {
  const dayAndMonth = /^(\d{1,2})[-/](\d{1,2})$/.exec(cell);
  if (dayAndMonth !== null) {
    const [month, day] = [Number(dayAndMonth[1]), Number(dayAndMonth[2])];
    return month >= 1 && month <= 12 && day >= 1 && day <= 28 ? `${day}-${months[month - 1]}` : undefined;
  }
  const named = /^([A-Za-z]{3})-?(\d{1,2})$/.exec(cell);
  const month = months.find((name) => name.toLowerCase() === named?.[1]?.toLowerCase());
  const number = Number(named?.[2]);
  if (month === undefined || number < 1 || number > 28) return undefined;
  return `${number}-${month}`;
}

function asNumber(cell: string, format: NumberFormat): string | undefined {
  if (/^\d+$/.test(cell)) {
    const digits = cell.replace(/^0+(?=\d)/, '');
    const kept = digits.slice(0, 15).padEnd(digits.length, '0');
    return format === '0' || digits.length < 12 ? kept : scientific(kept, 5);
  }
  const typed = /^(\d+)[eE](\d{1,3})$/.exec(cell);
  if (typed === null || !Number.isFinite(Number(cell)) || Number(cell) === 0) return undefined;
  const exponent = Number(typed[2]);
  const digits = (typed[1] ?? '').replace(/^0+/, '');
  return `${mantissa(digits, 2, false)}E+${String(digits.length - 1 + exponent).padStart(2, '0')}`;
}

function scientific(digits: string, decimals: number): string {
  return `${mantissa(digits, decimals, true)}E+${String(digits.length - 1).padStart(2, '0')}`;
}

function mantissa(digits: string, decimals: number, isTrimmed: boolean): string {
  const text = Number(`${digits.slice(0, 1)}.${digits.slice(1, 16)}`).toFixed(decimals);
  return isTrimmed ? text.replace(/\.?0+$/, '') : text;
}
