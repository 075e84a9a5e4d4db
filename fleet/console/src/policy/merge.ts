import {
  isSettingName,
  type PolicyContent,
  parseContent,
  SETTING_NAMES,
  type SettingName,
} from "@wardkey/protocol/policy";

/** What two people did to one thing. `undefined` on a side: it is not there. */
export interface Conflict {
  readonly key: string;
  /** As a difference names it: `base`, `groups/icu`, `layers/icu`, `devices/bed-7`, `note`. */
  readonly path: string;
  readonly setting: SettingName | null;
  readonly base: unknown;
  readonly mine: unknown;
  readonly theirs: unknown;
}

export type Side = "mine" | "theirs";

export interface Merged {
  /** With each conflict as chosen, theirs where nothing is; `null` when both together are no policy. */
  readonly content: PolicyContent | null;
  readonly conflicts: readonly Conflict[];
  /** How many things each of the two changed alone. */
  readonly kept: { readonly mine: number; readonly theirs: number };
}

/**
 * Both people's changes to `base` in one policy. Things are settings at their places, conditions of groups, the order of the
 * layers and the note: what only one changed is kept; what both changed to different values is a conflict, never a silent
 * loss.
 */
export function merge(
  { base, mine, theirs }: { base: PolicyContent; mine: PolicyContent; theirs: PolicyContent },
  choices: ReadonlyMap<string, Side> = new Map(),
): Merged {
  const [was, my, their] = [thingsOf(base), thingsOf(mine), thingsOf(theirs)];
  const keys = [...new Set([...their.keys(), ...my.keys(), ...was.keys()])];
  const merged: Things = new Map();
  const conflicts: Conflict[] = [];
  const kept = { mine: 0, theirs: 0 };
  for (const key of keys) {
    const [from, a, b] = [was.get(key), my.get(key), their.get(key)];
    const [changedA, changedB] = [!same(from, a), !same(from, b)];
    let value = changedA ? a : b;
    if (changedA && changedB && !same(a, b)) {
      const both = key === ORDER ? mergeOrder(listOf(from), listOf(a), listOf(b)) : null;
      if (both === null) {
        conflicts.push({ key, ...placeOf(key), base: from, mine: a, theirs: b });
        value = choices.get(key) === "mine" ? a : b;
      } else value = both;
    } else if (changedA && !changedB) kept.mine += 1;
    else if (changedB && !changedA) kept.theirs += 1;
    if (value !== undefined) merged.set(key, value);
  }
  return { content: contentFrom(merged, theirs), conflicts, kept };
}

type Things = Map<string, unknown>;

/** Between the parts of a key: no name holds it. */
const MARK = "\n";
const ORDER = "layers";
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
const listOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

function thingsOf(content: PolicyContent): Things {
  const things: Things = new Map<string, unknown>([["note", content.note]]);
  const settings = (path: string, said: Readonly<Partial<Record<SettingName, unknown>>>): void => {
    for (const name of SETTING_NAMES) if (Object.hasOwn(said, name)) things.set(path + MARK + name, said[name]);
  };
  settings("base", content.base);
  for (const [name, selector] of Object.entries(content.groups)) things.set(`groups/${name}`, selector);
  const names = layerNames(content);
  things.set(ORDER, names);
  for (const [index, layer] of content.layers.entries()) settings(`layers/${names[index] ?? ""}`, layer.settings);
  for (const { device, settings: said } of content.devices) {
    things.set(`devices/${device}`, true);
    settings(`devices/${device}`, said);
  }
  return things;
}

/** A group's second layer is `icu#2`: see the policy's own difference. */
function layerNames({ layers }: PolicyContent): readonly string[] {
  const turns = new Map<string, number>();
  return layers.map(({ group }) => {
    const turn = (turns.get(group) ?? 0) + 1;
    turns.set(group, turn);
    return turn === 1 ? group : `${group}#${turn}`;
  });
}

function placeOf(key: string): { path: string; setting: SettingName | null } {
  const [path = "", setting = ""] = key.split(MARK);
  return { path, setting: isSettingName(setting) ? setting : null };
}

/** Layers that one added or took away, in the other's order; `null` when both put the same layers into different orders. */
function mergeOrder(
  base: readonly string[],
  mine: readonly string[],
  theirs: readonly string[],
): readonly string[] | null {
  const shared = (list: readonly string[], other: readonly string[]): readonly string[] =>
    list.filter((name) => base.includes(name) && other.includes(name));
  const moved = (list: readonly string[]): boolean => !same(shared(base, list), shared(list, base));
  if (moved(mine) && moved(theirs) && !same(shared(mine, theirs), shared(theirs, mine))) return null;
  const [ordered, other] = moved(mine) ? [mine, theirs] : [theirs, mine];
  const gone = (name: string): boolean => base.includes(name) && (!mine.includes(name) || !theirs.includes(name));
  const added = other.filter((name) => !ordered.includes(name) && !base.includes(name));
  return [...ordered.filter((name) => !gone(name)), ...added];
}

function contentFrom(things: Things, frame: PolicyContent): PolicyContent | null {
  const at = (path: string): Record<string, unknown> =>
    Object.fromEntries(
      [...things].flatMap(([key, value]) =>
        key.startsWith(path + MARK) ? [[key.slice(path.length + MARK.length), value]] : [],
      ),
    );
  const names = (kind: string): string[] =>
    [...things.keys()].flatMap((key) => (key.startsWith(kind) ? [key.slice(kind.length).split(MARK)[0] ?? ""] : []));
  // What one took away and the other changed is there when the change was chosen.
  const layers = [...new Set([...listOf(things.get(ORDER)), ...names("layers/")])];
  const content = {
    v: frame.v,
    site: frame.site,
    note: things.get("note"),
    base: at("base"),
    groups: Object.fromEntries(names("groups/").map((name) => [name, things.get(`groups/${name}`)])),
    layers: layers.map((name) => ({ group: name.replace(/#\d+$/, ""), settings: at(`layers/${name}`) })),
    devices: [...new Set(names("devices/"))].map((device) => ({ device, settings: at(`devices/${device}`) })),
  };
  const parsed = parseContent(content);
  return parsed.ok ? parsed.content : null;
}
