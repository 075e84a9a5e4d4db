import { z } from "zod";
import { type PolicyContent, type PolicyFinding, parseContent, Selector } from "./document.js";
import { LayerSettings, Settings } from "./settings.js";

/**
 * A policy as files of a git checkout, for sites that keep it there: `base.json`, one file a group under `groups/`, one
 * a device under `devices/`. Text in, one document out, and back: no file is touched here.
 */

const Base = z.strictObject({
  v: z.literal(1),
  site: z.string(),
  note: z.string().max(200).default(""),
  settings: Settings,
});
const Group = z.strictObject({
  /** Smaller numbers first; what comes later wins. Groups with the same number follow their names. */
  order: z.number().int().min(0).max(10_000),
  match: Selector,
  settings: LayerSettings,
});
const Device = z.strictObject({ settings: LayerSettings });

const PLACE = /^(?:(base)|(groups|devices)\/([a-z0-9-]{1,63}))\.json$/;
const MOST_FILES = 1_024;
const MOST_CHARACTERS = 64 * 1_024;

export type Assembled =
  | { readonly ok: true; readonly content: PolicyContent }
  | { readonly ok: false; readonly findings: readonly PolicyFinding[] };

/** `files`: text by path with `/`, relative to the folder of the policy. */
export function assemble(files: ReadonlyMap<string, string>): Assembled {
  const findings: PolicyFinding[] = [];
  const wrong = (path: string, text: string): undefined => {
    findings.push({ code: "policy-malformed", severity: "error", path, text });
    return undefined;
  };
  if (files.size > MOST_FILES) {
    wrong("document", `More than ${MOST_FILES} files.`);
    return { ok: false, findings };
  }
  const read = <S extends z.ZodType>(path: string, schema: S): z.infer<S> | undefined => {
    const text = files.get(path) ?? "";
    if (text.length > MOST_CHARACTERS) return wrong(path, `Longer than ${MOST_CHARACTERS} characters.`);
    const parsed = schema.safeParse(jsonOf(text));
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues.slice(0, 20)) {
      wrong(issue.path.length === 0 ? path : `${path}#${issue.path.map(String).join("/")}`, issue.message);
    }
    return undefined;
  };
  const groups: { name: string; file: z.infer<typeof Group> }[] = [];
  const devices: PolicyContent["devices"] = [];
  for (const path of [...files.keys()].sort()) {
    const [, base, kind, name = ""] = PLACE.exec(path) ?? [];
    if (kind === "groups") {
      const file = read(path, Group);
      if (file !== undefined) groups.push({ name, file });
    } else if (kind === "devices") {
      const file = read(path, Device);
      if (file !== undefined) devices.push({ device: name, settings: file.settings });
    } else if (base === undefined) {
      wrong(path, "Only base.json, groups/<name>.json and devices/<id>.json belong here.");
    }
  }
  const base = files.has("base.json") ? read("base.json", Base) : wrong("base.json", "It is missing.");
  if (base === undefined || findings.length > 0) return { ok: false, findings };
  groups.sort((a, b) => a.file.order - b.file.order || (a.name < b.name ? -1 : 1));
  const parsed = parseContent({
    v: 1,
    site: base.site,
    note: base.note,
    base: base.settings,
    groups: Object.fromEntries(groups.map(({ name, file }) => [name, file.match])),
    layers: groups.map(({ name, file }) => ({ group: name, settings: file.settings })),
    devices,
  });
  return parsed.ok ? parsed : { ok: false, findings: parsed.findings };
}

/** The same document as files; `assemble` of them gives it again. A group without a layer gets one that says nothing. */
export function disassemble(content: PolicyContent): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const write = (path: string, value: unknown): void => void files.set(path, `${JSON.stringify(value, null, 2)}\n`);
  const { v, site, note, base, groups, layers, devices } = content;
  write("base.json", { v, site, note, settings: base });
  for (const [name, match] of Object.entries(groups)) {
    const index = layers.findIndex(({ group }) => group === name);
    const settings = layers[index]?.settings ?? {};
    write(`groups/${name}.json`, { order: index < 0 ? layers.length : index, match, settings });
  }
  for (const { device, settings } of devices) write(`devices/${device}.json`, { settings });
  return files;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
