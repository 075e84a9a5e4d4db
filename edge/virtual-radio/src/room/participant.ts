import { z } from "zod";
import { isBluetoothAddress } from "../hci/address.js";
import type { Advertisement, HeardFrame } from "./air.js";
import { ParticipantName, PositionSchema } from "./control.js";

/** What may be said on joining. */
export const JoinOptions = z.strictObject({
  /** Where it stands; a place given to the name before is kept when absent. */
  position: PositionSchema.optional(),
  inPocket: z.boolean().optional(),
  /** A fixed one; otherwise seed and name decide. */
  address: z.string().refine(isBluetoothAddress).optional(),
  addressType: z.enum(["public", "random"]).optional(),
  maxConnections: z.int().min(1).max(32).optional(),
  /** Behaves as a peer that never agrees to a larger ATT MTU. */
  maxAttMtu: z.int().min(23).max(517).optional(),
  /**
   * How its controller listens while it creates a connection: for the window that the host asks for (noble: 30 of each
   * 60 ms), or all the time, as a controller with nothing else to do may.
   */
  initiatorScans: z.enum(["as-asked", "continuously"]).optional(),
  /** Attack: whatever the distance, everybody hears it with this strength. */
  forgedRssiDbm: z.int().min(-127).max(20).optional(),
});
export type JoinOptions = z.infer<typeof JoinOptions>;

export const JoinRequest = z.strictObject({ name: ParticipantName, options: JoinOptions });

export type JoinRefusal = "invalid-request" | "name-taken" | "room-full" | "room-closed";

/** One radio in a room: a controller that a host stack drives through packets. In this process or behind a socket. */
export interface Participant {
  readonly name: string;
  /** From the host to its controller: one whole H4 packet. A remote controller is not waited for. */
  send(packet: Uint8Array): "accepted" | "malformed";
  /** From the controller to its host; gives back how to stop. */
  onPacket(listener: (packet: Uint8Array) => void): () => void;
  /** Attack: puts an advertisement on the air that no controller stands behind. */
  transmit(advertisement: Advertisement): void;
  /** Attack: everything that can be heard where it stands, also between others. */
  sniff(listener: (frame: HeardFrame) => void): () => void;
  /** Called once when the participant has left, whoever ended it. */
  onClose(listener: () => void): void;
  readonly closed: boolean;
  /** Switches the radio off: nobody is told, peers notice by supervision timeout. */
  close(): Promise<void>;
}
