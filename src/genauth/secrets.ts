/** Blotting out every "a" would say more about a one-letter secret than it hides. */
const shortest = 6;

/** A secret as it stands, and in base64: what {@link blot} looks for. */
export function formsOf(secret: string): readonly string[] {
  return secret.length < shortest ? [] : [...new Set([secret, ...base64FormsOf(secret)])];
}

/**
 * The characters that the secret alone decides, at each of the three places in which it can stand in what was encoded, as after a
 * user name.
 */
function base64FormsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const sure = text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
    return [sure, sure.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

/**
 * Takes secrets out of what a server said, also where it wrote them as JSON, a URL or HTML has them, and cuts it to so many
 * characters.
 * @param forms of the secrets, see {@link formsOf}.
 */
export function blot(text: string, forms: readonly string[], longest: number): string {
  let clean = blotPlain(text, forms);
  if (/[\\%&]/.test(clean)) {
    const telling = decodings(clean, 2).find((decoded) => forms.some((form) => decoded.includes(form)));
    if (telling !== undefined) clean = blotPlain(telling, forms);
  }
  if (clean.length <= longest) return clean;
  // Not through the middle of a surrogate pair.
  return clean.slice(0, longest).replace(/[\uD800-\uDBFF]$/, '');
}

function blotPlain(text: string, forms: readonly string[]): string {
  let clean = text;
  for (const form of forms) {
    if (clean.includes(form)) clean = clean.replaceAll(form, '***');
  }
  return clean;
}

/** What a text says once its escapes are read, in each of the ways in which it may be meant. @param depth escapes within escapes. */
function decodings(text: string, depth: number): string[] {
  const found = [fromJson, fromUrl, fromHtml].map((decode) => decode(text)).filter((each) => each !== text);
  return depth === 1 ? found : [...found, ...found.flatMap((each) => decodings(each, depth - 1))];
}

const controls: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

function fromJson(text: string): string {
  return text.replaceAll(/\\(?:u([\da-f]{4})|(.))/gi, (_, hex: string | undefined, letter: string) =>
    hex === undefined ? (controls[letter] ?? letter) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function fromUrl(text: string): string {
  return text.replaceAll(/(?:%[\da-f]{2})+/gi, (bytes) => {
    try {
      return decodeURIComponent(bytes);
    } catch {
      return bytes;
    }
  });
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function fromHtml(text: string): string {
  return text.replaceAll(
    /&(?:#x([\da-f]{1,5})|#(\d{1,6})|([a-z]+));/gi,
    (entity, hex: string | undefined, decimal: string | undefined, name: string | undefined) => {
      if (name !== undefined) return entities[name] ?? entity;
      return String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16));
    },
  );
}
