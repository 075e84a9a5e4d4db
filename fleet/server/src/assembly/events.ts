import { codeOf } from "@wardkey/protocol";
import { EventMessage } from "@wardkey/protocol/fleet";
import { durableOf } from "../audit/index.js";
import type { Downtime } from "../downtime/index.js";
import type { WardFigures } from "../figures/index.js";
import type { Live } from "../live/index.js";
import type { UpMessage } from "../platform/broker/index.js";
import type { Restorations } from "../restoration/index.js";
import type { Risk } from "../risk/index.js";
import type { Rollouts } from "../rollout/index.js";
import type { Machines } from "./machines.js";
import type { Nudging } from "./nudging.js";
import { HEAD_LIFE, type Records } from "./records.js";
import { noteRisk } from "./risk.js";
import type { World } from "./world.js";

/** Takes in what devices say, and tells them what became durable. */
export function connectEvents(
  world: World,
  {
    machines,
    records,
    rollouts,
    downtime,
    restorations,
    figures,
    nudging,
    risk,
    live,
  }: {
    machines: Machines;
    records: Records;
    rollouts: Rollouts;
    downtime: Downtime;
    restorations: Pick<Restorations, "log">;
    figures: Pick<WardFigures, "note">;
    nudging: Pick<Nudging, "note">;
    risk: Pick<Risk, "note">;
    live: Live;
  },
): void {
  const { broker, devices } = machines;
  const { audit, heads, drift } = records;
  broker.onUp(async (message) => {
    if (message.leaf !== "event") {
      await devices.shadows.onUp(message);
      live.tell("devices");
      live.tell("overview");
      return;
    }
    const event = readEvent(message);
    if (event === null) {
      devices.noteRefused({ device: message.device, action: "publish", topic: null, code: "event-malformed" });
      return;
    }
    const acknowledged = await audit.ingest(message.device, event);
    const durable = event.kind === "journal" ? durableOf(event.body.events, acknowledged) : [];
    // Before it is acknowledged: an emergency that nobody would review is told again.
    await downtime.reviews.note(message.device, durable);
    devices.downlink.acknowledge(message.device, acknowledged);
    rollouts.note(message.device, durable);
    figures.note(message.device, durable);
    nudging.note(message.device, durable);
    noteRisk(world, risk, message.device, durable);
    await drift.note(message.device, durable).catch((error: unknown) => {
      world.logger.warn({ code: codeOf(error) }, "counts of similarities were not kept");
    });
  });
  heads.onHead(({ size, root, at }) => {
    const restored = restorations.log();
    const body = restored === null ? { size, root, at } : { size, root, at, era: restored.era };
    const epoch = size + (restored?.ahead ?? 0);
    const message = { to: "all", kind: "tree-head", body, epoch } as const;
    devices.downlink
      .send({ ...message, retain: true, expiresIn: HEAD_LIFE })
      .catch((error: unknown) => world.logger.warn({ code: codeOf(error) }, "a head of the log was not published"));
  });
}

function readEvent({ payload }: UpMessage): EventMessage | null {
  try {
    const parsed = EventMessage.safeParse(JSON.parse(Buffer.from(payload).toString("utf8")));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
