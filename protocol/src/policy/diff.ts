import type { DeviceFacts, PolicyContent } from "./document.js";
import { pathOf, resolve } from "./resolve.js";
import { SETTING_NAMES, type SettingName } from "./settings.js";
import { compareSetting, compareStrength, type Direction, type SettingChange } from "./strength.js";

/** One line of a difference. `undefined` on a side: that side says nothing there. */
export interface PolicyChange {
  /** `base`, `groups/icu`, `layers/icu`, `devices/bed-7`. */
  readonly path: string;
  /** `null`: it is not about one setting. */
  readonly setting: SettingName | null;
  readonly from: unknown;
  readonly to: unknown;
  /** Of a setting that both sides make in the same place; `null` where only the whole can tell. */
  readonly direction: Exclude<Direction, "same"> | null;
}

/** What was written differently, place by place. Layers of a group are named by group and by their turn among its layers. */
export function diff(previous: PolicyContent, next: PolicyContent): readonly PolicyChange[] {
  return [
    ...settingsOf("base", previous.base, next.base),
    ...keyed(
      "groups",
      Object.entries(previous.groups).map(([name, selector]) => [name, selector]),
      Object.entries(next.groups).map(([name, selector]) => [name, selector]),
    ),
    ...order(previous, next),
    ...layered("layers", groupLayers(previous), groupLayers(next)),
    ...layered("devices", deviceLayers(previous), deviceLayers(next)),
  ];
}

/** What would change at one device. */
export function diffAt(previous: PolicyContent, next: PolicyContent, facts: DeviceFacts): readonly SettingChange[] {
  return compareStrength(resolve(previous, facts).settings, resolve(next, facts).settings);
}

/** Every setting of one device, its value and which part of the document said it. */
export function explain(
  document: PolicyContent,
  facts: DeviceFacts,
): readonly {
  readonly setting: SettingName;
  readonly value: unknown;
  readonly from: string;
  readonly group: string | null;
}[] {
  const { settings, origins } = resolve(document, facts);
  return SETTING_NAMES.map((setting) => {
    const origin = origins[setting];
    const group = origin.layer === "group" ? origin.group : null;
    return { setting, value: settings[setting], from: pathOf(origin), group };
  });
}

type Said = Readonly<Record<string, unknown>>;

function settingsOf(path: string, from: Said, to: Said): PolicyChange[] {
  return SETTING_NAMES.flatMap((setting) => {
    const [before, after] = [from[setting], to[setting]];
    if (JSON.stringify(before) === JSON.stringify(after)) return [];
    const both = before !== undefined && after !== undefined;
    const direction = both ? compareSetting(setting, before, after) : "same";
    return [{ path, setting, from: before, to: after, direction: direction === "same" ? null : direction }];
  });
}

type Entries = readonly (readonly [string, Said])[];

function keyed(kind: string, from: Entries, to: Entries): PolicyChange[] {
  const [before, after] = [new Map(from), new Map(to)];
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((name) => {
    const [was, is] = [before.get(name), after.get(name)];
    if (JSON.stringify(was) === JSON.stringify(is)) return [];
    return [{ path: `${kind}/${name}`, setting: null, from: was, to: is, direction: null }];
  });
}

function layered(kind: string, from: Entries, to: Entries): PolicyChange[] {
  const [before, after] = [new Map(from), new Map(to)];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) =>
    settingsOf(`${kind}/${name}`, before.get(name) ?? {}, after.get(name) ?? {}),
  );
}

/** The turn of the layers decides who wins, so a changed order is a change although each layer is the same. */
function order(previous: PolicyContent, next: PolicyContent): PolicyChange[] {
  const [from, to] = [previous, next].map((each) => each.layers.map(({ group }) => group));
  if (JSON.stringify(from) === JSON.stringify(to)) return [];
  return [{ path: "layers", setting: null, from, to, direction: null }];
}

function groupLayers({ layers }: PolicyContent): Entries {
  const turns = new Map<string, number>();
  return layers.map(({ group, settings }) => {
    const turn = (turns.get(group) ?? 0) + 1;
    turns.set(group, turn);
    return [turn === 1 ? group : `${group}#${turn}`, settings];
  });
}

const deviceLayers = ({ devices }: PolicyContent): Entries => devices.map(({ device, settings }) => [device, settings]);
