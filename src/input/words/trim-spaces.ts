const space = 0x20;

/**
 * Without the ASCII spaces at both ends. Nothing else is taken off: a TAB or a no-break space around an ID is a sign
 * that something happened to it on the way.
 */
export function trimSpaces(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text.charCodeAt(start) === space) start += 1;
  while (end > start && text.charCodeAt(end - 1) === space) end -= 1;
  return end - start === text.length ? text : text.slice(start, end);
}
