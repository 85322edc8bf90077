/** What a query asks: a text for each name, and a list for each name that ends with `[]`, as the official SDK sends lists. */
export type Query = Readonly<Record<string, string | readonly string[]>>;

export function readQuery(query: string): Query {
  const asked = new Map<string, string | string[]>();
  for (const [name, value] of new URLSearchParams(query)) {
    if (!name.endsWith('[]')) {
      asked.set(name, value);
      continue;
    }
    const before = asked.get(name.slice(0, -2));
    if (typeof before === 'object') before.push(value);
    else asked.set(name.slice(0, -2), [value]);
  }
  return Object.fromEntries(asked);
}
