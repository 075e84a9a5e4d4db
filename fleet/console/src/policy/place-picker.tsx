import type { DeviceFacts, PolicyContent } from "@wardkey/protocol/policy";
import { Button, Dialog, TextField } from "@wardkey/ui";
import { Plus } from "@wardkey/ui/icons";
import { type ReactNode, useId, useState } from "react";
import { useWords } from "../words.js";
import { BASE, type Place, withDevice, withGroup } from "./edits.js";

const NAME = /^[a-z0-9-]{1,63}$/;

export const keyOfPlace = (place: Place): string => {
  switch (place.kind) {
    case "base":
      return "base";
    case "layer":
      return `layer ${place.index}`;
    case "device":
      return `device ${place.device}`;
  }
};

export interface PlacePickerProps {
  readonly content: PolicyContent;
  readonly place: Place;
  readonly devices: readonly DeviceFacts[];
  readonly isDisabled: boolean;
  readonly onPick: (place: Place) => void;
  readonly edit: (change: (content: PolicyContent) => PolicyContent) => void;
}

/** Whose settings are shown: everybody's, a group's, one device's; and new ones. */
export function PlacePicker({ content, place, devices, isDisabled, onPick, edit }: PlacePickerProps): ReactNode {
  const { t } = useWords();
  const id = useId();
  const places: readonly Place[] = [
    BASE,
    ...content.layers.map((_, index): Place => ({ kind: "layer", index })),
    ...content.devices.map(({ device }): Place => ({ kind: "device", device })),
  ];
  const counted = (name: string, said: object): string =>
    t("policy.place.said", { name, count: Object.keys(said).length });
  return (
    <div className="place-picker">
      <label htmlFor={id}>{t("policy.place")}</label>
      <select
        id={id}
        className="field-select"
        value={keyOfPlace(place)}
        onChange={({ target }) => onPick(places.find((each) => keyOfPlace(each) === target.value) ?? BASE)}
      >
        <option value="base">{t("policy.place.base")}</option>
        {content.layers.length === 0 ? null : (
          <optgroup label={t("policy.place.groups")}>
            {content.layers.map(({ group, settings }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a layer is named by its turn
              <option key={index} value={`layer ${index}`}>
                {counted(group, settings)}
              </option>
            ))}
          </optgroup>
        )}
        {content.devices.length === 0 ? null : (
          <optgroup label={t("policy.place.devices")}>
            {content.devices.map(({ device, settings }) => (
              <option key={device} value={`device ${device}`}>
                {counted(device, settings)}
              </option>
            ))}
          </optgroup>
        )}
      </select>
      {isDisabled ? null : (
        <>
          <NewPlace
            label={t("policy.group.new")}
            field={t("policy.group.name")}
            taken={Object.keys(content.groups)}
            onNew={(name) => {
              edit((before) => withGroup(before, name, {}));
              onPick({ kind: "layer", index: content.layers.length });
            }}
          />
          <NewPlace
            label={t("policy.device.new")}
            field={t("policy.device.name")}
            taken={content.devices.map(({ device }) => device)}
            known={devices.map(({ device }) => device)}
            onNew={(device) => {
              edit((before) => withDevice(before, device));
              onPick({ kind: "device", device });
            }}
          />
        </>
      )}
    </div>
  );
}

interface NewPlaceProps {
  readonly label: string;
  readonly field: string;
  readonly taken: readonly string[];
  /** When given, others are named as unknown to the site, though a policy may speak of them. */
  readonly known?: readonly string[];
  readonly onNew: (name: string) => void;
}

function NewPlace({ label, field, taken, known, onNew }: NewPlaceProps): ReactNode {
  const { t } = useWords();
  const [isOpen, setOpen] = useState(false);
  const [name, setName] = useState("");
  const wrong =
    name === ""
      ? undefined
      : NAME.test(name)
        ? taken.includes(name)
          ? t("policy.name.taken")
          : undefined
        : t("policy.name.wrong");
  const close = (): void => {
    setOpen(false);
    setName("");
  };
  return (
    <>
      <Button kind="quiet" onPress={() => setOpen(true)} icon={<Plus size={18} aria-hidden />}>
        {label}
      </Button>
      <Dialog
        title={label}
        isOpen={isOpen}
        onClose={close}
        actions={
          <Button
            kind="primary"
            isDisabled={name === "" || wrong !== undefined}
            onPress={() => {
              onNew(name);
              close();
            }}
          >
            {t("policy.add")}
          </Button>
        }
      >
        <TextField label={field} value={name} onChange={setName} error={wrong} maxLength={63} autoFocus />
        {known !== undefined && wrong === undefined && name !== "" && !known.includes(name) ? (
          <p className="wk-muted">{t("policy.device.unknown")}</p>
        ) : null}
      </Dialog>
    </>
  );
}
