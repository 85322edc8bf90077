/** Rounded up to two digits, so that it never claims too much; but for what a tenth of a percent of it makes. */
export function percent(share: number): string {
  const inPercent = share * 100;
  const digits = Math.max(0, 1 - Math.floor(Math.log10(inPercent)));
  const step = 10 ** -digits;
  const rounded = Math.ceil(inPercent / step - 1e-9) * step;
  return `${Number(rounded.toFixed(digits))} %`;
}
