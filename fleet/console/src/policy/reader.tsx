import type { PolicyContent } from "@wardkey/protocol/policy";
import { type ReactNode, useMemo, useState } from "react";
import { useWords } from "../words.js";
import { BASE, type Place } from "./edits.js";
import { PlacePicker } from "./place-picker.js";
import { textOf } from "./policy-text.js";
import { SettingsForm } from "./settings-form.js";
import { TextEditor } from "./text-editor.js";
import { useKnownDevices } from "./use-known-devices.js";

/** A policy that is only read: form and text side by side. */
export function Reader({ content, inForce }: { content: PolicyContent; inForce: PolicyContent | null }): ReactNode {
  const { t } = useWords();
  const { facts, isPart } = useKnownDevices();
  const [place, setPlace] = useState<Place>(BASE);
  const text = useMemo(() => textOf(content), [content]);
  const still = (): void => undefined;
  return (
    <div className="policy-desk">
      <div className="panel policy-form">
        <PlacePicker {...{ content, place, devices: facts }} isDisabled onPick={setPlace} edit={still} />
        <SettingsForm
          {...{ content, inForce, place, isPart, devices: facts, findings: [] }}
          isDisabled
          matches={() => true}
          onPick={setPlace}
          edit={still}
        />
      </div>
      <div className="panel policy-side">
        <TextEditor label={t("policy.text")} value={text} onChange={still} findings={[]} say={() => ""} isReadOnly />
      </div>
    </div>
  );
}
