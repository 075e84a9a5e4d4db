import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { type Clock, codeOf } from "@wardkey/protocol";
import type { AgentConfig } from "./config.js";
import type { Eyes } from "./eyes.js";
import type { PageCover } from "./locking/index.js";
import { type CommandAnswer, type ScreenCommand, ScreenServer, writeSharedToken } from "./screen/index.js";
import type { Senses } from "./senses.js";
import type { Timers } from "./time.js";
import { writePrivate } from "./uplink/index.js";

/** The socket of the kiosk's page, and the files that hold its token. Throws `port-in-use`, `page-missing`. */
export async function openScreen(input: {
  readonly config: AgentConfig;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly eyes: Eyes;
  readonly vision: Senses["vision"];
  readonly cover: PageCover;
  /** The policy asks for more than this agent started with. */
  readonly outgrown: () => boolean;
  readonly command: (command: ScreenCommand) => Promise<CommandAnswer> | CommandAnswer;
  readonly log: (event: { code: string }) => void;
}): Promise<ScreenServer> {
  const { config, clock, timers, eyes, vision, cover, outgrown, command, log } = input;
  const token = randomBytes(32).toString("base64url");
  const server = await ScreenServer.start({
    port: config.port,
    pageDir: config.pageDir,
    token,
    clock,
    timers,
    command,
    frame: (frame) => {
      if (config.camera.kind !== "page") return { ok: false, code: "camera-elsewhere" };
      if (!eyes.accepted || outgrown()) return { ok: false, code: "camera-unattested" };
      vision.push(frame);
      return { ok: true };
    },
    camera: (state) => {
      if (config.camera.kind === "page" && eyes.accepted) vision.pageCamera(state);
    },
    cover,
  });
  cover.connect({ clock, timers, ask: (revision) => server.askCover(revision) });
  const failed = (error: unknown): void => log({ code: codeOf(error) });
  await writePrivate(join(config.dataDir, "page-token"), token).catch(failed);
  if (config.sharedTokenFile !== undefined) await writeSharedToken(config.sharedTokenFile, token).catch(failed);
  return server;
}
