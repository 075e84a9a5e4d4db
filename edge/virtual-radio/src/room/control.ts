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

const ParticipantState = z.strictObject({
  name: ParticipantName,
  present: z.boolean(),
  position: PositionSchema,
  inPocket: z.boolean(),
  /** Absent while nobody of this name is there. */
  address: z.string().optional(),
  advertising: z.boolean(),
  scanning: z.boolean(),
  connectedTo: z.array(z.string()),
});
export type ParticipantState = z.infer<typeof ParticipantState>;

const PairState = z.strictObject({
  between: Pair,
  metres: z.number(),
  /** Without shadowing and fading. */
  meanRssiDbm: z.number(),
});
export type PairState = z.infer<typeof PairState>;

const RoomState = z.strictObject({
  simulated: z.literal(true),
  nowMs: z.number(),
  participants: z.array(ParticipantState),
  /** Every two present participants. */
  pairs: z.array(PairState),
});
export type RoomState = z.infer<typeof RoomState>;

export const RoomReply = z.discriminatedUnion("outcome", [
  z.strictObject({ outcome: z.literal("done"), state: RoomState.optional() }),
  z.strictObject({
    outcome: z.literal("refused"),
    reason: z.enum(["invalid-request", "too-many-places", "room-closed", "no-answer"]),
  }),
]);
export type RoomReply = z.infer<typeof RoomReply>;
export type RoomRefusal = Extract<RoomReply, { outcome: "refused" }>["reason"];

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
