import { type ReactNode, useEffect, useId, useState } from "react";
import { OfferedInput } from "../parts/offered-input.js";
import { writeSearch } from "../shell/address.js";
import { useAnswer } from "../shell/use-answer.js";
import { useWords } from "../words.js";
import { DevicesFound, type FoundDevice } from "./answers.js";

const OFFERED = 20;

export interface DevicePickerProps {
  readonly label: string;
  readonly device: FoundDevice | null;
  readonly onPick: (device: FoundDevice | null) => void;
}

/** One device of however many: searched by the site, by name, ward or id. */
export function DevicePicker({ label, device, onPick }: DevicePickerProps): ReactNode {
  const { t } = useWords();
  const id = useId();
  const [typed, setTyped] = useState(device === null ? "" : nameOf(device));
  useEffect(() => {
    // The address named it; what somebody types is left to them.
    if (device !== null) setTyped((before) => (before === "" ? nameOf(device) : before));
  }, [device]);
  const search = writeSearch({
    search: device !== null && typed === nameOf(device) ? device.id : typed,
    limit: OFFERED,
  });
  const { data } = useAnswer({ topic: "devices", path: `v1/devices${search}`, answer: DevicesFound });
  const found = data?.devices ?? [];
  return (
    <div className="device-picker">
      <label htmlFor={id}>{label}</label>
      <OfferedInput
        id={id}
        value={typed}
        maxLength={80}
        placeholder={t("policy.device.find")}
        offered={found.map(nameOf)}
        onType={(name) => {
          setTyped(name);
          onPick(found.find((each) => nameOf(each) === name || each.id === name) ?? null);
        }}
      />
    </div>
  );
}

const nameOf = ({ id, name, ward }: FoundDevice): string => `${name} · ${ward} · ${id}`;
