import { randomBytes, randomInt } from "node:crypto";
import { createRequire } from "node:module";
import { WardkeyError } from "@wardkey/protocol";
import { type Bleno, joinRoom, loadBleno } from "@wardkey/virtual-radio";
import type { WalletConfig } from "./config.js";
import { createBlenoRadio, type PhoneRadio } from "./peripheral/index.js";
import type { SimulatedRoom } from "./room/room.js";
import { enterVirtualRoom } from "./room/virtual-room.js";

export interface OpenRadio {
  readonly radio: PhoneRadio;
  /** `null` on a real radio: only a simulated room can be walked through by a slider. */
  readonly room: SimulatedRoom | null;
}

/** The radio that the configuration names. Refuses with `radio-unavailable` or `room-unavailable`. */
export function openRadio(settings: WalletConfig, report: (code: string) => void): Promise<OpenRadio> {
  const { radio, advertisingIntervalMs } = settings;
  return radio.kind === "virtual"
    ? openVirtualRadio({ ...radio, advertisingIntervalMs, report })
    : openBluetooth({ advertisingIntervalMs, report });
}

interface Opening {
  advertisingIntervalMs: number;
  report(code: string): void;
}

async function openBluetooth({ advertisingIntervalMs, report }: Opening): Promise<OpenRadio> {
  // bleno reads both from the environment alone, while it powers on.
  process.env["BLENO_ADVERTISING_INTERVAL"] = String(advertisingIntervalMs);
  process.env["BLENO_DEVICE_NAME"] = "phone";
  const { default: loaded } = await import("@stoprocent/bleno");
  // The part of bleno that is used, as the virtual radio types it too: bleno's own types forget what its callbacks get.
  const bleno = loaded as unknown as Bleno & { stop(): void };
  const shutDown = async (): Promise<void> => bleno.stop();
  return { radio: createBlenoRadio({ bleno, nextAddress: null, report, whenGone: () => {}, shutDown }), room: null };
}

async function openVirtualRadio(
  opening: Opening & { socketPath: string; name: string; kiosk: string },
): Promise<OpenRadio> {
  const { socketPath, name, kiosk, advertisingIntervalMs, report } = opening;
  const joined = await joinRoom({ socketPath, name });
  if (joined.outcome === "refused") throw new WardkeyError("radio-unavailable", `the room refused: ${joined.reason}`);
  const { participant, control } = joined;
  try {
    const room = await enterVirtualRoom({ control, name, kiosk });
    const bleno = loadBleno(participant, {
      require: createRequire(import.meta.url),
      deviceName: "phone",
      advertisingIntervalMs,
      onFault: () => report("att-malformed"),
    });
    let stopping = false;
    const whenGone = (listener: () => void): void =>
      participant.onClose(() => {
        if (stopping) return;
        report("room-left");
        listener();
      });
    const shutDown = (): Promise<void> => {
      stopping = true;
      return participant.close();
    };
    const radio = createBlenoRadio({ bleno, nextAddress: staticRandomAddress, report, whenGone, shutDown });
    return { radio, room };
  } catch (error) {
    await participant.close();
    throw error;
  }
}

/** Core 5.3 Vol 6 B 1.3.2.1: the two top bits of a static random address are 1. */
function staticRandomAddress(): string {
  const bytes = [0xc0 | randomInt(0x40), ...randomBytes(5)];
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join(":");
}
