/** Stand in a command for what only the user knows. No shell takes the signs around them for a part of a word that it runs. */

export const appPlaceholder = '<app ID>';
export const appsPlaceholder = `${appPlaceholder},${appPlaceholder}`;
export const filePlaceholder = '<file>';
export const hostPlaceholder = 'https://<host>';

const meanings: readonly (readonly [placeholder: string, stands: string])[] = [
  [appPlaceholder, 'the ID of an app (24 hexadecimal digits)'],
  ['<host>', 'the name of the host'],
];

/** What a value that was pasted as it stood still lacks, as in "the ID of an app"; undefined where it is whole. */
export function unfilled(
  value: string,
): { readonly placeholder: string; readonly stands: string } | undefined {
  const found = meanings.find(([placeholder]) => value.includes(placeholder));
  return found === undefined ? undefined : { placeholder: found[0], stands: found[1] };
}
