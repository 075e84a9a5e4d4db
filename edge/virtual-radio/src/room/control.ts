import { z } from "zod";
import type { Position } from "./propagation.js";

/** What a participant may be called: also a key on the command line and in a page's address. */
export const ParticipantName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/);

const Metres = z.number().min(-10_000).max(10_000);
const Pair = z.tuple([ParticipantName, ParticipantName]);
export const PositionSchema = z.strictObject({ x: Metres, y: Metres });

export const PathLossChange = z
  .strictObject({
    referenceRssiDbm: z.number().min(-127).max(20),
    exponent: z.number().min(0).max(10),
    shadowingSigmaDb: z.number().min(0).max(30),
    shadowingTimeMs: z.number().min(1).max(3_600_000),
    fadingSigmaDb: z.number().min(0).max(30),
    bodyLossDb: z.number().min(0).max(100),
    sensitivityDbm: z.number().min(-200).max(20),
  })
  .partial();

/** What may be asked of a room, also over its socket. */
export const RoomRequest = z.discriminatedUnion("ask", [
  z.strictObject({ ask: z.literal("place"), name: ParticipantName, position: PositionSchema }),
  z.strictObject({ ask: z.literal("pocket"), name: ParticipantName, inPocket: z.boolean() }),
  z.strictObject({ ask: z.literal("loss"), probability: z.number().min(0).max(1), between: Pair.optional() }),
  z.strictObject({ ask: z.literal("latency"), milliseconds: z.number().min(0).max(60_000), between: Pair.optional() }),
  z.strictObject({ ask: z.literal("path-loss"), change: PathLossChange }),
  z.strictObject({ ask: z.literal("state") }),
]);
export type RoomRequest = z.infer<typeof RoomRequest>;
export type PathLossChange = z.infer<typeof PathLossChange>;

export interface ParticipantState {
  readonly name: string;
  readonly present: boolean;
  readonly position: Position;
  readonly inPocket: boolean;
  readonly address: string | undefined;
  readonly advertising: boolean;
  readonly scanning: boolean;
  readonly connectedTo: ReadonlyArray<string>;
}

export interface PairState {
  readonly between: readonly [string, string];
  readonly metres: number;
  /** Without shadowing and fading. */
  readonly meanRssiDbm: number;
}

export interface RoomState {
  readonly simulated: true;
  readonly nowMs: number;
  readonly participants: ReadonlyArray<ParticipantState>;
  /** Every two present participants. */
  readonly pairs: ReadonlyArray<PairState>;
}

export type RoomRefusal = "invalid-request" | "too-many-places" | "room-closed";
export type RoomReply =
  | { readonly outcome: "done"; readonly state?: RoomState }
  | { readonly outcome: "refused"; readonly reason: RoomRefusal };

/** Moves people and changes the air, in this process or over the socket. Refuses with a `RoomRefusal`. */
export interface RoomControl {
  place(name: string, position: Position): Promise<RoomReply>;
  setPocket(name: string, inPocket: boolean): Promise<RoomReply>;
  /** Probability that one packet is lost; for one pair where named, else for the room. */
  setLoss(probability: number, between?: readonly [string, string]): Promise<RoomReply>;
  setLatency(milliseconds: number, between?: readonly [string, string]): Promise<RoomReply>;
  setPathLoss(change: PathLossChange): Promise<RoomReply>;
  state(): Promise<RoomState>;
}

/** A control over whatever answers room requests. */
export function controlOver(ask: (request: unknown) => Promise<RoomReply>): RoomControl {
  const inPair = (between: readonly [string, string] | undefined): object => (between === undefined ? {} : { between });
  return {
    place: (name, position) => ask({ ask: "place", name, position }),
    setPocket: (name, inPocket) => ask({ ask: "pocket", name, inPocket }),
    setLoss: (probability, between) => ask({ ask: "loss", probability, ...inPair(between) }),
    setLatency: (milliseconds, between) => ask({ ask: "latency", milliseconds, ...inPair(between) }),
    setPathLoss: (change) => ask({ ask: "path-loss", change }),
    async state() {
      const reply = await ask({ ask: "state" });
      if (reply.outcome === "done" && reply.state !== undefined) return reply.state;
      throw new Error("the room gave no state", { cause: reply });
    },
  };
}
