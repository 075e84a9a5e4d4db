import { assertNever } from "../errors.js";
import type { DeviceFacts, PolicyContent, Selector } from "./document.js";
import { type LayerSettings, SETTING_NAMES, type SettingName, type Settings } from "./settings.js";

/** Which part of a document said it: `base`, `layers[2]` of a group, or `devices.bed-7`. */
export type Origin =
  | { readonly layer: "base" }
  | { readonly layer: "group"; readonly index: number; readonly group: string }
  | { readonly layer: "device"; readonly device: string };

export interface Resolved {
  readonly settings: Settings;
  readonly origins: Readonly<Record<SettingName, Origin>>;
}

export const pathOf = (origin: Origin): string => {
  switch (origin.layer) {
    case "base":
      return "base";
    case "group":
      return `layers[${origin.index}]`;
    case "device":
      return `devices.${origin.device}`;
    default:
      return assertNever(origin);
  }
};

export function belongs(selector: Selector, facts: DeviceFacts): boolean {
  const { kinds, wards, tags } = selector;
  if (kinds !== undefined && !kinds.includes(facts.kind)) return false;
  if (wards !== undefined && !wards.includes(facts.ward)) return false;
  return tags === undefined || tags.some((tag) => facts.tags.includes(tag));
}

export const selectorOf = (document: Pick<PolicyContent, "groups">, group: string): Selector | undefined =>
  Object.hasOwn(document.groups, group) ? document.groups[group] : undefined;

/** The groups that a device belongs to, by name. */
export function groupsOf(document: Pick<PolicyContent, "groups">, facts: DeviceFacts): readonly string[] {
  return Object.entries(document.groups)
    .filter(([, selector]) => belongs(selector, facts))
    .map(([name]) => name);
}

export interface Layer {
  readonly origin: Origin;
  readonly settings: LayerSettings;
}

/** The layers that apply to a device, the strongest say last. */
export function layersFor(document: PolicyContent, facts: DeviceFacts): readonly Layer[] {
  const groups = document.layers.flatMap(({ group, settings }, index): Layer[] => {
    const selector = selectorOf(document, group);
    if (selector === undefined || !belongs(selector, facts)) return [];
    return [{ origin: { layer: "group", index, group }, settings }];
  });
  const devices = document.devices
    .filter(({ device }) => device === facts.device)
    .map(({ device, settings }): Layer => ({ origin: { layer: "device", device }, settings }));
  return [{ origin: { layer: "base" }, settings: document.base }, ...groups, ...devices];
}

/** What a device works by, and of each setting which layer said it. */
export function resolve(document: PolicyContent, facts: DeviceFacts): Resolved {
  return stack(document.base, layersFor(document, facts));
}

/** `base` with `layers` over it. */
export function stack(base: Settings, layers: readonly Layer[]): Resolved {
  const origins = Object.fromEntries(SETTING_NAMES.map((name) => [name, { layer: "base" }])) as Record<
    SettingName,
    Origin
  >;
  let settings: Settings = base;
  for (const { origin, settings: said } of layers) {
    settings = { ...settings, ...said };
    for (const name of SETTING_NAMES) if (Object.hasOwn(said, name)) origins[name] = origin;
  }
  return { settings, origins };
}
