import { assertNever } from "../errors.js";
import type { DeviceFacts, PolicyContent, Selector } from "./document.js";
import { belongs, type Layer, pathOf, resolve, selectorOf } from "./resolve.js";
import { SETTING_NAMES, type SettingName, type Settings } from "./settings.js";
import { compareSetting, compareStrength } from "./strength.js";

/** One setting that would protect less somewhere, and where: the layers that said and would say it. */
export interface Weakening {
  readonly setting: SettingName;
  readonly from: unknown;
  readonly to: unknown;
  readonly before: string;
  readonly after: string;
}

export interface WeakeningReport {
  /** Two people have to agree. */
  readonly weakening: boolean;
  readonly where: readonly Weakening[];
  /** Of the devices given: those that would protect less. */
  readonly devices: readonly string[];
}

/** Whom a layer speaks to. */
type Reach = { readonly all: true } | { readonly group: Selector } | { readonly device: string };
interface Voice {
  readonly path: string;
  readonly reach: Reach;
  readonly value: unknown;
}

/**
 * Whether any device that there is or could be would protect less under `next`. It is judged on the layers themselves and
 * not on the devices of today, because a device of tomorrow may carry any ward and tag; so it may call weaker what no
 * device would ever notice, and never misses what one would. A layer says a thing to a device when none behind it does: every
 * pair of a layer before and one after that could speak last to the same device is compared.
 */
export function isWeakening(
  previous: PolicyContent,
  next: PolicyContent,
  devices: readonly DeviceFacts[] = [],
): WeakeningReport {
  const where = SETTING_NAMES.flatMap((setting) =>
    weakenedIn(setting, voices(previous, setting), voices(next, setting)),
  );
  const affected = devices.filter((facts) =>
    compareStrength(resolve(previous, facts).settings, resolve(next, facts).settings).some(
      ({ direction }) => direction === "weaker",
    ),
  );
  return { weakening: where.length > 0, where, devices: affected.map(({ device }) => device) };
}

/** Whether a device would protect less if its own facts changed, for example its ward or a tag. */
export function weakenedByMove(document: PolicyContent, from: DeviceFacts, to: DeviceFacts): readonly SettingName[] {
  const changes = compareStrength(resolve(document, from).settings, resolve(document, to).settings);
  return changes.filter(({ direction }) => direction === "weaker").map(({ setting }) => setting);
}

function weakenedIn(setting: SettingName, before: readonly Voice[], after: readonly Voice[]): Weakening[] {
  return after.flatMap((to, toIndex) =>
    before.flatMap((from, fromIndex): Weakening[] => {
      if (compareSetting(setting, from.value, to.value) !== "weaker") return [];
      if (!mayMeet(from.reach, to.reach)) return [];
      // Somebody behind `from` spoke to everyone whom `to` reaches, or somebody behind `to` does to everyone of `from`.
      if (before.slice(fromIndex + 1).some((later) => covers(later.reach, to.reach))) return [];
      if (after.slice(toIndex + 1).some((later) => covers(later.reach, from.reach))) return [];
      return [{ setting, from: from.value, to: to.value, before: from.path, after: to.path }];
    }),
  );
}

function voices(document: PolicyContent, setting: SettingName): readonly Voice[] {
  const said = (settings: Partial<Settings>): boolean => Object.hasOwn(settings, setting);
  const base: Voice = { path: "base", reach: { all: true }, value: document.base[setting] };
  const groups = document.layers.flatMap(({ group, settings }, index): Voice[] => {
    const selector = selectorOf(document, group);
    if (selector === undefined || !said(settings)) return [];
    const path = pathOf({ layer: "group", index, group });
    return [{ path, reach: { group: selector }, value: settings[setting] }];
  });
  const devices = document.devices.flatMap(({ device, settings }): Voice[] =>
    said(settings) ? [{ path: pathOf({ layer: "device", device }), reach: { device }, value: settings[setting] }] : [],
  );
  return [base, ...groups, ...devices];
}

function mayMeet(a: Reach, b: Reach): boolean {
  if ("device" in a && "device" in b) return a.device === b.device;
  if ("group" in a && "group" in b) {
    return overlap(a.group.kinds, b.group.kinds) && overlap(a.group.wards, b.group.wards);
  }
  return true;
}

/** Whether `wide` speaks to everyone whom `narrow` speaks to. */
export function covers(wide: Reach, narrow: Reach): boolean {
  if ("all" in wide) return true;
  if ("device" in wide) return "device" in narrow && wide.device === narrow.device;
  const { kinds, wards, tags } = wide.group;
  if (kinds === undefined && wards === undefined && tags === undefined) return true;
  if (!("group" in narrow)) return false;
  return within(narrow.group.kinds, kinds) && within(narrow.group.wards, wards) && within(narrow.group.tags, tags);
}

/** Lists that are missing stand for everything. A device has one kind and one ward, and may have several tags. */
const overlap = (a: readonly string[] | undefined, b: readonly string[] | undefined): boolean =>
  a === undefined || b === undefined || a.some((each) => b.includes(each));
const within = (narrow: readonly string[] | undefined, wide: readonly string[] | undefined): boolean =>
  wide === undefined || (narrow?.every((each) => wide.includes(each)) ?? false);

/** For `lint`: whether a layer could ever be heard. */
export const reachOf = (document: Pick<PolicyContent, "groups">, layer: Layer): Reach | undefined => {
  switch (layer.origin.layer) {
    case "base":
      return { all: true };
    case "device":
      return { device: layer.origin.device };
    case "group": {
      const selector = selectorOf(document, layer.origin.group);
      return selector === undefined ? undefined : { group: selector };
    }
    default:
      return assertNever(layer.origin);
  }
};

/** The groups of `document` to which each of `devices` belongs, for who wants to see whom a change reaches. */
export const membersOf = (selector: Selector, devices: readonly DeviceFacts[]): readonly string[] =>
  devices.filter((facts) => belongs(selector, facts)).map(({ device }) => device);
