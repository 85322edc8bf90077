/** A catalogue by what the program says in English; what stands in braces is filled in. */
export type Sayings = Readonly<Record<string, string>>;

interface Saying {
  readonly fits: RegExp;
  readonly own: string;
  readonly names: readonly string[];
  /** Its longest words in a row: what lacks them is soon passed over. */
  readonly core: string;
  /** How much of it is words, and not filled in. */
  readonly words: number;
  readonly holdsKnown: boolean;
}

/**
 * Finds sentences in a catalogue. `{name}` stands for whatever is filled in; `{=name}` for what the catalogue knows, too. What is filled in is
 * said in the own language where it is the program's, and stays where it is a file's, a person's or GenAuth's.
 * @param loosely for what is filled in and has words in it.
 * @returns what says one or several sentences, a command behind them included; undefined where it does not know one of them.
 */
export function createSayings(
  catalogue: Sayings,
  loosely: (value: string) => string = (value) => value,
): (said: string) => string | undefined {
  const whole = new Map(Object.entries(catalogue).filter(([english]) => !placeholder.test(english)));
  const filled = Object.entries(catalogue)
    .filter(([english]) => placeholder.test(english))
    .map(([english, own]) => sayingOf(english, own))
    // What holds a sentence that is known is surely meant; of others the one with the most words.
    .sort((a, b) => Number(b.holdsKnown) - Number(a.holdsKnown) || b.words - a.words);

  function oneSentence(said: string): string | undefined {
    const own = whole.get(said) ?? stopped(whole.get(said.replace(/\.$/, '')));
    if (own !== undefined) return own;
    for (const saying of filled) {
      const values = said.includes(saying.core) ? saying.fits.exec(said)?.groups : undefined;
      const found = values === undefined ? undefined : fillIn(saying, values);
      if (found !== undefined) return values?.['stop'] === undefined ? found : stopped(found);
    }
    return undefined;
  }

  function fillIn({ own, names }: Saying, values: Readonly<Record<string, string>>): string | undefined {
    const known = new Map<string, string>();
    for (const name of names) {
      const value = (values[`n${name.replace('=', '')}`] ?? '').trim();
      const said = value === '' ? '' : say(value);
      if (said === undefined && name.startsWith('=')) return undefined;
      known.set(name.replace('=', ''), said ?? loosely(value));
    }
    return own.replaceAll(/\{=?(\w+)\}/g, (_, name: string) => known.get(name) ?? '');
  }

  function say(given: string): string | undefined {
    const said = given.trim();
    return whole.get(said) ?? severalSentences(said) ?? oneSentence(said);
  }

  function severalSentences(said: string): string | undefined {
    for (const end of endsOf(said)) {
      const rest = said.slice(end).trim();
      const after = rest.startsWith('genauth-offboard ') ? ` ${rest}` : say(rest);
      const head = after === undefined ? undefined : oneSentence(said.slice(0, end));
      if (head !== undefined) return `${head}${after}`;
    }
    return undefined;
  }

  return say;
}

const placeholder = /\{=?\w+\}/;

function sayingOf(english: string, own: string): Saying {
  const names: string[] = [];
  const parts = english.split(/(\{=?\w+\})/);
  const pattern = parts
    .map((part) => {
      if (!placeholder.test(part)) return part.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
      const name = part.slice(1, -1);
      names.push(name);
      return `(?<n${name.replace('=', '')}>.*?)`;
    })
    .join('');
  // A part of a sentence may end one.
  const stop = /[.:?]$/.test(english) ? '' : String.raw`(?<stop>\.)?`;
  const literals = parts.filter((part) => !placeholder.test(part)).sort((a, b) => b.length - a.length);
  const [core = ''] = literals;
  return {
    fits: new RegExp(`^${pattern}${stop}$`, 's'),
    own,
    names,
    core,
    words: literals.join('').length,
    holdsKnown: names.some((name) => name.startsWith('=')),
  };
}

/** The catalogue has parts of sentences without their full stop. */
function stopped(own: string | undefined): string | undefined {
  return own === undefined || own.endsWith('。') ? own : `${own}。`;
}

/** Where a sentence may end before the last, the first place first. */
function endsOf(said: string): number[] {
  return [...said.matchAll(/[.:?!] (?=\S)/g)].map(({ index }) => index + 1);
}
