import { useState } from "react";
import { writeSearch } from "../shell/address.js";
import { useAnswer } from "../shell/use-answer.js";
import { useSearch } from "../shell/use-search.js";
import { DevicesFound, type FoundDevice } from "./answers.js";

const OFFERED = 20;

/** The one device that a draft is looked at for. The address names it: a link shows the same to who gets it. */
export function useChosenDevice(): readonly [FoundDevice | null, (device: FoundDevice | null) => void] {
  const { search, change } = useSearch();
  const [picked, setPicked] = useState<FoundDevice | null>(null);
  const id = search["device"] ?? "";
  const isPicked = picked?.id === id;
  const asked = id === "" || isPicked ? null : `v1/devices${writeSearch({ search: id, limit: OFFERED })}`;
  const { data } = useAnswer({ topic: "devices", path: asked, answer: DevicesFound });
  const pick = (device: FoundDevice | null): void => {
    setPicked(device);
    if ((device?.id ?? "") !== id) change({ device: device?.id ?? "" }, { replace: true });
  };
  return [isPicked ? picked : (data?.devices.find((each) => each.id === id) ?? null), pick];
}
