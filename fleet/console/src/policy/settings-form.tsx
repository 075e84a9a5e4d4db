import {
  compareSetting,
  type DeviceFacts,
  diff,
  type PolicyContent,
  SETTING_NAMES,
  type SettingName,
} from "@wardkey/protocol/policy";
import { Button } from "@wardkey/ui";
import { Trash2 } from "@wardkey/ui/icons";
import { type ReactNode, useMemo } from "react";
import { useWords } from "../words.js";
import { BASE, type Place, saidAt, withoutDevice, withSetting } from "./edits.js";
import { GroupForm } from "./group-form.js";
import type { PlacedFinding } from "./policy-text.js";
import { SECTION_NAMES, sectionOf } from "./setting-controls.js";
import { SettingField } from "./setting-field.js";

export interface SettingsFormProps {
  readonly content: PolicyContent;
  /** What is in force: changes are marked against it. */
  readonly inForce: PolicyContent | null;
  readonly place: Place;
  readonly findings: readonly PlacedFinding[];
  readonly devices: readonly DeviceFacts[];
  readonly isPart: boolean;
  readonly isDisabled: boolean;
  /** Only settings whose name or words hold this. */
  readonly matches: (name: SettingName) => boolean;
  readonly onPick: (place: Place) => void;
  readonly edit: (change: (content: PolicyContent) => PolicyContent) => void;
}

/** Every setting of one place, in the groups in which people think of them. */
export function SettingsForm(props: SettingsFormProps): ReactNode {
  const { content, inForce, place, findings, devices, isPart, isDisabled, matches, onPick, edit } = props;
  const { t } = useWords();
  const said: Readonly<Partial<Record<SettingName, unknown>>> = saidAt(content, place) ?? {};
  const directions = useMemo(() => directionsAt(inForce, content, place), [inForce, content, place]);
  const path = pathsOf(content, place);
  const wrongAt = (name: SettingName): readonly string[] =>
    findings.filter((each) => path.some((prefix) => each.path === `${prefix}/${name}`)).map(({ text }) => text);
  const sections = SECTION_NAMES.map((section) => ({
    section,
    names: SETTING_NAMES.filter((name) => sectionOf(name) === section && matches(name)),
  })).filter(({ names }) => names.length > 0);
  return (
    <div className="settings-form">
      {place.kind === "layer" ? (
        <GroupForm
          {...{ content, devices, isPart, isDisabled, edit }}
          index={place.index}
          onMoved={(index) => onPick(index < 0 ? BASE : { kind: "layer", index })}
        />
      ) : null}
      {place.kind === "device" ? (
        <div className="group-acts">
          <Button
            kind="quiet"
            isDisabled={isDisabled}
            onPress={() => {
              edit((before) => withoutDevice(before, place.device));
              onPick(BASE);
            }}
            icon={<Trash2 size={18} aria-hidden />}
          >
            {t("policy.device.remove", { device: place.device })}
          </Button>
        </div>
      ) : null}
      {sections.length === 0 ? <p className="wk-muted">{t("policy.find.none")}</p> : null}
      {sections.map(({ section, names }) => (
        <section key={section} className="setting-section" aria-label={t(`policy.section.${section}`)}>
          <h2>{t(`policy.section.${section}`)}</h2>
          {names.map((name) => (
            <SettingField
              key={name}
              name={name}
              value={said[name]}
              inherited={content.base[name]}
              direction={directions.get(name) ?? null}
              wrong={wrongAt(name)}
              isDisabled={isDisabled}
              mayBeSilent={place.kind !== "base"}
              onChange={(value) => edit((before) => withSetting(before, place, name, value))}
            />
          ))}
        </section>
      ))}
    </div>
  );
}

/** How lint and the form's own reading name this place. */
function pathsOf(content: PolicyContent, place: Place): readonly string[] {
  switch (place.kind) {
    case "base":
      return ["base"];
    case "layer":
      return [`layers[${place.index}]`, `layers/${place.index}/settings`];
    case "device":
      return [
        `devices.${place.device}`,
        `devices/${content.devices.findIndex(({ device }) => device === place.device)}/settings`,
      ];
  }
}

function directionsAt(
  inForce: PolicyContent | null,
  content: PolicyContent,
  place: Place,
): ReadonlyMap<string, "weaker" | "stronger" | "neutral"> {
  if (inForce === null) return new Map();
  const path = placePath(content, place);
  const changes = diff(inForce, content).filter((each) => each.path === path);
  return new Map(
    changes.flatMap(({ setting, from, to }) => {
      if (setting === null) return [];
      // Where a place is silent, what is said everywhere holds.
      const [before, after] = [from ?? inForce.base[setting], to ?? content.base[setting]];
      const direction = compareSetting(setting, before, after);
      return [[setting, direction === "same" ? "neutral" : direction]];
    }),
  );
}

function placePath(content: PolicyContent, place: Place): string {
  switch (place.kind) {
    case "base":
      return "base";
    case "layer":
      return `layers/${content.layers[place.index]?.group ?? ""}`;
    case "device":
      return `devices/${place.device}`;
  }
}
