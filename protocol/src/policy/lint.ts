import { contradictionsOf } from "./contradictions.js";
import {
  type DeviceFacts,
  MAX_POLICY_BYTES,
  type PolicyCode,
  type PolicyContent,
  type PolicyDocument,
  type PolicyFinding,
} from "./document.js";
import { belongs, type Layer, pathOf, resolve, selectorOf, stack } from "./resolve.js";
import { covers, reachOf } from "./weakening.js";

/** Longest validity of a policy: what nobody looks at for longer rules nobody, and the key behind it is valid as long. */
export const MAX_VALIDITY_DAYS = 365;
const DAY = 86_400_000;
const MOST_FINDINGS = 200;

/**
 * Everything that is wrong with a policy whose form is right. Layers are tried alone and in pairs, and on every device given:
 * a finding of severity `error` keeps it from being signed.
 */
export function lint(
  document: PolicyContent | PolicyDocument,
  devices: readonly DeviceFacts[] = [],
): readonly PolicyFinding[] {
  const about = whole(document);
  // What will not be signed anyway is not tried layer by layer: that takes longest for the largest.
  if (about.some(({ code }) => code === "policy-too-large")) return about;
  const found = [
    ...about,
    ...groups(document, devices),
    ...layers(document),
    ...contradictions(document, devices),
    ...(devices.length === 0 ? [] : inventory(document, devices)),
  ];
  const seen = new Set<string>();
  return found
    .filter(({ code, path, text }) => {
      const key = `${code}\n${path}\n${text}`;
      return !seen.has(key) && seen.add(key);
    })
    .slice(0, MOST_FINDINGS);
}

export const hasErrors = (findings: readonly PolicyFinding[]): boolean =>
  findings.some(({ severity }) => severity === "error");

const finding = (severity: "error" | "warning", code: PolicyCode, path: string, text: string): PolicyFinding => ({
  code,
  severity,
  path,
  text,
});

function whole(document: PolicyContent | PolicyDocument): PolicyFinding[] {
  const found: PolicyFinding[] = [];
  const bytes = new TextEncoder().encode(JSON.stringify(document)).length;
  if (bytes > MAX_POLICY_BYTES) {
    found.push(
      finding("error", "policy-too-large", "document", `${bytes} bytes; ${MAX_POLICY_BYTES} fit into one message.`),
    );
  }
  if (!("expiresAt" in document)) return found;
  const life = document.expiresAt - document.issuedAt;
  if (life <= 0) {
    found.push(finding("error", "policy-contradictory", "expiresAt", "It ends before it begins."));
  } else if (life > MAX_VALIDITY_DAYS * DAY) {
    found.push(finding("error", "policy-over-broad", "expiresAt", `It lasts longer than ${MAX_VALIDITY_DAYS} days.`));
  }
  return found;
}

function groups(document: PolicyContent, devices: readonly DeviceFacts[]): PolicyFinding[] {
  const used = new Set(document.layers.map(({ group }) => group));
  return Object.entries(document.groups).flatMap(([name, selector]) => {
    const path = `groups/${name}`;
    const found: PolicyFinding[] = [];
    if (Object.values(selector).every((condition) => condition === undefined)) {
      found.push(
        finding("error", "policy-over-broad", path, "A group without a condition is every device: say it in base."),
      );
    }
    if (!used.has(name)) found.push(finding("warning", "policy-unused-group", path, "No layer speaks to this group."));
    if (devices.length > 0 && !devices.some((facts) => belongs(selector, facts))) {
      found.push(finding("warning", "policy-unused-group", path, "No device of the site belongs to this group."));
    }
    return found;
  });
}

function layers(document: PolicyContent): PolicyFinding[] {
  const all = allLayers(document);
  const seen = new Set<string>();
  return all.flatMap((layer, index) => {
    const path = pathOf(layer.origin);
    const found: PolicyFinding[] = [];
    if (layer.origin.layer === "group" && selectorOf(document, layer.origin.group) === undefined) {
      return [finding("error", "policy-unknown-group", path, `There is no group ${layer.origin.group}.`)];
    }
    const whom = layer.origin.layer === "device" ? layer.origin.device : `group ${nameOf(layer)}`;
    if (seen.has(whom)) {
      found.push(finding("error", "policy-repeated-layer", path, "There is a layer for it already: make it one."));
    }
    seen.add(whom);
    const names = Object.keys(layer.settings);
    if (names.length === 0) {
      found.push(finding("warning", "policy-empty-layer", path, "This layer says nothing."));
      return found;
    }
    const reach = reachOf(document, layer);
    const later = all.slice(index + 1);
    const shadowed =
      reach !== undefined &&
      names.every((name) =>
        later.some((behind) => {
          const wide = reachOf(document, behind);
          return wide !== undefined && Object.hasOwn(behind.settings, name) && covers(wide, reach);
        }),
      );
    if (shadowed) {
      found.push(
        finding("warning", "policy-shadowed-layer", path, "Layers behind it say all of this anew to the same devices."),
      );
    }
    return found;
  });
}

const nameOf = ({ origin }: Layer): string => (origin.layer === "group" ? origin.group : "");

function allLayers(document: PolicyContent): readonly Layer[] {
  return [
    ...document.layers.map(
      ({ group, settings }, index): Layer => ({ origin: { layer: "group", index, group }, settings }),
    ),
    ...document.devices.map(({ device, settings }): Layer => ({ origin: { layer: "device", device }, settings })),
  ];
}

function contradictions(document: PolicyContent, devices: readonly DeviceFacts[]): PolicyFinding[] {
  const groupLayers = allLayers(document).filter(({ origin }) => origin.layer === "group");
  const deviceLayers = allLayers(document).filter(({ origin }) => origin.layer === "device");
  const pairs = groupLayers.flatMap((one, index) => groupLayers.slice(index + 1).map((two) => [one, two]));
  const withDevice = deviceLayers.flatMap((own) => [[own], ...groupLayers.map((layer) => [layer, own])]);
  const stacks: readonly (readonly Layer[])[] = [[], ...groupLayers.map((each) => [each]), ...pairs, ...withDevice];
  // Two groups that no device can share never meet; on a real device everything is tried as it will be.
  const possible = stacks.filter((layers) => meet(document, layers));
  const tried = [
    ...possible.map((layers) => stack(document.base, layers)),
    ...devices.map((facts) => resolve(document, facts)),
  ];
  return tried.flatMap(({ settings, origins }) =>
    contradictionsOf(settings).map(({ code, setting, text }) =>
      finding("error", code, `${pathOf(origins[setting])}/${setting}`, text),
    ),
  );
}

function meet(document: PolicyContent, layers: readonly Layer[]): boolean {
  const [one, two] = layers.map((layer) =>
    layer.origin.layer === "group" ? selectorOf(document, layer.origin.group) : undefined,
  );
  if (one === undefined || two === undefined) return true;
  const share = (a: readonly string[] | undefined, b: readonly string[] | undefined): boolean =>
    a === undefined || b === undefined || a.some((each) => b.includes(each));
  return share(one.kinds, two.kinds) && share(one.wards, two.wards);
}

function inventory(document: PolicyContent, devices: readonly DeviceFacts[]): PolicyFinding[] {
  const ids = new Set(devices.map(({ device }) => device));
  const wards = new Set(devices.map(({ ward }) => ward));
  const tags = new Set(devices.flatMap((facts) => facts.tags));
  const unknown = (code: PolicyCode, path: string, words: readonly string[] | undefined, known: Set<string>) =>
    (words ?? [])
      .filter((word) => !known.has(word))
      .map((word) => finding("warning", code, path, `The site has no device with ${word}.`));
  return [
    ...document.devices.flatMap(({ device }) =>
      unknown("policy-unknown-device", pathOf({ layer: "device", device }), [device], ids),
    ),
    ...Object.entries(document.groups).flatMap(([name, selector]) => [
      ...unknown("policy-unknown-ward", `groups/${name}/wards`, selector.wards, wards),
      ...unknown("policy-unknown-tag", `groups/${name}/tags`, selector.tags, tags),
    ]),
  ];
}
