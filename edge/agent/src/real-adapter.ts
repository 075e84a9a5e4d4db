import { WardkeyError } from "@wardkey/protocol";
import { type JoinRoomOutcome, joinRoom, loadNoble } from "@wardkey/virtual-radio";
import type { AgentConfig } from "./config.js";
import { type BluetoothAdapter, systemAdapter } from "./radio/index.js";

/** The adapter that the configuration names: of this machine, or a place in a simulated room. */
export async function openAdapter(radio: AgentConfig["radio"]): Promise<BluetoothAdapter> {
  switch (radio.kind) {
    case "virtual":
      return roomAdapter(radio);
    case "bluetooth":
      return systemAdapter(radio.adapter === undefined ? {} : { device: Number(radio.adapter.slice("hci".length)) });
  }
}

/**
 * A simulated adapter in a room of another process; when that room ends, so does the adapter, until the room is back. A
 * room that refuses from the first is a wrong configuration: throws with its code.
 */
async function roomAdapter({ socketPath, name }: { socketPath: string; name: string }): Promise<BluetoothAdapter> {
  let waiting: JoinRoomOutcome | undefined = await joinRoom({ socketPath, name });
  if (waiting.outcome === "refused") {
    throw new WardkeyError(waiting.reason, `the room at ${socketPath} refused "${name}"`);
  }
  return {
    async open() {
      const joined = waiting ?? (await joinRoom({ socketPath, name }));
      waiting = undefined;
      if (joined.outcome === "refused") return { ok: false, code: joined.reason };
      const { participant } = joined;
      return { ok: true, noble: loadNoble(participant), close: () => participant.close() };
    },
  };
}
