import type { PolicyContent, Selector, SettingName } from "@wardkey/protocol/policy";

/** Whose settings a form shows: everybody's, those of a layer, or one device's. */
export type Place =
  | { readonly kind: "base" }
  | { readonly kind: "layer"; readonly index: number }
  | { readonly kind: "device"; readonly device: string };

export const BASE: Place = { kind: "base" };

type Said = PolicyContent["layers"][number]["settings"];

/** What a place says itself; `null` when there is no such place (any more). */
export function saidAt(content: PolicyContent, place: Place): Said | null {
  switch (place.kind) {
    case "base":
      return content.base;
    case "layer":
      return content.layers[place.index]?.settings ?? null;
    case "device":
      return content.devices.find(({ device }) => device === place.device)?.settings ?? null;
  }
}

/**
 * A setting made at a place, or made silent there by `undefined`; base says everything and is never silent. The value is
 * not checked here: the whole is read again as if somebody had typed it.
 */
export function withSetting(content: PolicyContent, place: Place, name: SettingName, value: unknown): PolicyContent {
  const change = <T extends { settings: Said }>(layer: T): T => {
    const { [name]: _before, ...others } = layer.settings;
    const settings: Record<string, unknown> = value === undefined ? others : { ...layer.settings, [name]: value };
    return { ...layer, settings };
  };
  switch (place.kind) {
    case "base":
      return value === undefined ? content : { ...content, base: { ...content.base, [name]: value } };
    case "layer":
      return {
        ...content,
        layers: content.layers.map((layer, index) => (index === place.index ? change(layer) : layer)),
      };
    case "device":
      return {
        ...content,
        devices: content.devices.map((each) => (each.device === place.device ? change(each) : each)),
      };
  }
}

/** A group with its conditions, and a layer for it at the end, where it wins over those before. */
export function withGroup(content: PolicyContent, name: string, selector: Selector): PolicyContent {
  const isNew = !content.layers.some(({ group }) => group === name);
  return {
    ...content,
    groups: { ...content.groups, [name]: selector },
    layers: isNew ? [...content.layers, { group: name, settings: {} }] : content.layers,
  };
}

/** Without a group and every layer that speaks to it. */
export function withoutGroup(content: PolicyContent, name: string): PolicyContent {
  const { [name]: _gone, ...groups } = content.groups;
  return { ...content, groups, layers: content.layers.filter(({ group }) => group !== name) };
}

/** The layer at `index` one earlier (-1) or later (1): the later one wins. */
export function withLayerMoved(content: PolicyContent, index: number, by: -1 | 1): PolicyContent {
  const layers = [...content.layers];
  const [one, other] = [layers[index], layers[index + by]];
  if (one === undefined || other === undefined) return content;
  layers[index] = other;
  layers[index + by] = one;
  return { ...content, layers };
}

export function withDevice(content: PolicyContent, device: string): PolicyContent {
  if (content.devices.some((each) => each.device === device)) return content;
  return { ...content, devices: [...content.devices, { device, settings: {} }] };
}

export const withoutDevice = (content: PolicyContent, device: string): PolicyContent => ({
  ...content,
  devices: content.devices.filter((each) => each.device !== device),
});

/** A selector from what somebody chose; lists that are empty are conditions that are not there. */
export function selectorFrom(chosen: {
  readonly kinds: readonly string[];
  readonly wards: readonly string[];
  readonly tags: readonly string[];
}): Record<string, readonly string[]> {
  return Object.fromEntries(Object.entries(chosen).filter(([, words]) => words.length > 0));
}
