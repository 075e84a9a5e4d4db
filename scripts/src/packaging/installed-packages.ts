/** A package of this machine, as dpkg knows it. */
export interface Installed {
  readonly name: string;
  readonly essential: boolean;
  /** `Pre-Depends` and `Depends`, as they stand there. */
  readonly needs: string;
  readonly provides: string;
}

/** The essential packages, those named, and all that they need of what is installed; sorted. */
export function closureOf(installed: readonly Installed[], named: readonly string[]): readonly string[] {
  const byName = new Map(installed.map((each) => [each.name, each]));
  const providers = new Map(
    installed.flatMap((each) => wordsOf(each.provides).map((what) => [what, each.name] as const)),
  );
  const seen = new Set<string>();
  const open = [...installed.filter(({ essential }) => essential).map(({ name }) => name), ...named];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const found = byName.get(name);
    if (found === undefined || seen.has(name)) continue;
    seen.add(name);
    for (const group of found.needs.split(",")) {
      const first = wordsOf(group.replaceAll("|", ",")).find((word) => byName.has(word) || providers.has(word));
      if (first !== undefined) open.push(byName.has(first) ? first : (providers.get(first) ?? first));
    }
  }
  return [...seen].sort();
}

/** Names alone, without versions and architectures. */
const wordsOf = (text: string): string[] =>
  text.split(",").flatMap((part) => /^\s*([a-z0-9][a-z0-9+.-]*)/.exec(part)?.[1] ?? []);
