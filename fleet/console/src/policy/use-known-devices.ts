import type { DeviceFacts } from "@wardkey/protocol/policy";
import { useMemo } from "react";
import { useAnswer } from "../shell/use-answer.js";
import { DevicesFound, type FoundDevice, factsOfDevice } from "./answers.js";

const MOST = 500;

/** The site's devices as groups know them: the first 500, which is said where they are counted. */
export function useKnownDevices(): {
  readonly devices: readonly FoundDevice[];
  readonly facts: readonly DeviceFacts[];
  readonly isPart: boolean;
} {
  const { data } = useAnswer({ topic: "devices", path: `v1/devices?limit=${MOST}`, answer: DevicesFound });
  return useMemo(() => {
    const devices = data?.devices ?? [];
    return { devices, facts: devices.map(factsOfDevice), isPart: (data?.total ?? 0) > devices.length };
  }, [data]);
}
