import { z } from "zod";
import type { Observation, WalkPlan } from "./model.js";
import { observe } from "./observe.js";

const name = z.string().min(1).max(64);
const at = z.number().min(0).max(86_400_000);
const rssi = z.number().int().min(-127).max(20);

const Seen = z.strictObject({ person: name, size: z.number().min(0).max(1) });
const ObservationLine: z.ZodType<Observation> = z.discriminatedUnion("type", [
  z.strictObject({ at, type: z.literal("advert"), kiosk: name, phone: name, rssi }),
  z.strictObject({ at, type: z.literal("link"), kiosk: name, phone: name, rssi }),
  z.strictObject({
    at,
    type: z.literal("heartbeat"),
    kiosk: name,
    phone: name,
    moved: z.boolean(),
    steps: z.number().int().min(0).max(255).exactOptional(),
  }),
  z.strictObject({ at, type: z.literal("out-of-reach"), kiosk: name, phone: name }),
  z.strictObject({ at, type: z.literal("faces"), kiosk: name, faces: z.array(Seen).max(16) }),
  z.strictObject({ at, type: z.literal("input"), kiosk: name }),
]);

const UseLine = z.strictObject({
  person: name,
  kiosk: name,
  from: at,
  seatedAt: at,
  risesAt: at,
  leftAt: at,
});

const Header = z.strictObject({
  format: z.literal("wardkey-walk"),
  version: z.literal(1),
  source: z.enum(["simulated", "recorded"]),
  /** Of a simulated walk. */
  seed: z.number().int().nonnegative().optional(),
  kind: name.optional(),
  durationMs: at,
  kiosks: z.array(name).min(1).max(16),
  people: z.array(z.strictObject({ name, phone: name })).max(64),
  /** What is true, where somebody wrote it down. */
  uses: z.array(UseLine).max(256),
  /** What this recording cannot tell: a radio trace knows no faces, no touches, and not whether a phone moved. */
  unknown: z.array(z.enum(["faces", "inputs", "moved", "uses"])).max(4),
});
export type TraceHeader = z.infer<typeof Header>;

/** A walk as it was observed, in order of time: simulated or recorded. Names are pseudonyms, never addresses. */
export interface WalkTrace {
  readonly header: TraceHeader;
  readonly observations: readonly Observation[];
}

export type TraceRefusal = "trace-header" | "trace-line" | "trace-order" | "trace-too-long";
export type TraceOutcome =
  | { readonly ok: true; readonly trace: WalkTrace }
  /** `line` counts from 1. */
  | { readonly ok: false; readonly code: TraceRefusal; readonly line: number };

const MOST_LINES = 2_000_000;
const MOST_CHARACTERS = 4_096;

/** The trace of a simulated walk. */
export function traceOf(plan: WalkPlan): WalkTrace {
  return {
    header: {
      format: "wardkey-walk",
      version: 1,
      source: "simulated",
      seed: plan.seed,
      kind: plan.kind,
      durationMs: plan.durationMs,
      kiosks: plan.kiosks.map((kiosk) => kiosk.name),
      people: plan.people.map((person) => ({ name: person.name, phone: person.phone })),
      uses: [...plan.uses],
      unknown: [],
    },
    observations: [...observe(plan)],
  };
}

/** One JSON document a line: the header, then each observation. */
export function* writeTrace(trace: WalkTrace): Generator<string> {
  yield `${JSON.stringify(trace.header)}\n`;
  for (const observation of trace.observations) yield `${JSON.stringify(observation)}\n`;
}

/** Reads what `writeTrace` wrote; refuses with the first line that is no part of a trace. Blank lines are passed over. */
export function readTrace(lines: Iterable<string>): TraceOutcome {
  let header: TraceHeader | undefined;
  const observations: Observation[] = [];
  let number = 0;
  let newest = 0;
  for (const line of lines) {
    number += 1;
    if (number > MOST_LINES || line.length > MOST_CHARACTERS * (header === undefined ? 16 : 1)) {
      return { ok: false, code: "trace-too-long", line: number };
    }
    if (line.trim() === "") continue;
    const read = parsed(line);
    if (header === undefined) {
      const first = Header.safeParse(read);
      if (!first.success) return { ok: false, code: "trace-header", line: number };
      header = first.data;
      continue;
    }
    const observed = ObservationLine.safeParse(read);
    if (!observed.success) return { ok: false, code: "trace-line", line: number };
    if (observed.data.at < newest) return { ok: false, code: "trace-order", line: number };
    newest = observed.data.at;
    observations.push(observed.data);
  }
  return header === undefined
    ? { ok: false, code: "trace-header", line: number }
    : { ok: true, trace: { header, observations } };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
