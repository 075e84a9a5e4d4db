import { Readable } from "node:stream";
import { type Duration, minutes, seconds } from "@wardkey/protocol";
import { LIVE_TOPICS, type LiveMessage } from "@wardkey/protocol/fleet";
import type { ApiServer } from "../platform/http/api-server.js";
import { type ProblemTitles, Refusal } from "../platform/http/problem.js";
import type { Live, News } from "./live.js";

export const liveProblemTitles: ProblemTitles = {
  "live-full": "Too many pages are open: this one goes on without being told at once",
};

/** Below the half minute of silence after which a listener of ours hangs up. */
const BEAT: Duration = seconds(10);
/** Then the browser comes again by itself, and is asked again who it is. */
const LONGEST: Duration = minutes(10);
const COME_AGAIN_MS = 2_000;
const MOST_STREAMS = 500;
/** A page that does not read is let go of. */
const MOST_WAITING_BYTES = 64 * 1024;

/** `GET /v1/live`: server-sent events (HTML Living Standard 9.2) that name topics. Refuses with `live-full`. */
export function liveRoutes(
  server: ApiServer,
  {
    live,
    after,
    most = MOST_STREAMS,
  }: { live: Live; after(delay: Duration, act: () => void): () => void; most?: number },
): void {
  const open = new Set<Readable>();
  server.addHook("preClose", async () => {
    for (const stream of open) stream.push(null);
  });
  server.route({
    method: "GET",
    url: "/v1/live",
    schema: { tags: ["live"], summary: "Server-sent events that name what changed: `data: {topics: […]}`" },
    config: { access: { role: "viewer" } },
    handler: (request, reply) => {
      if (open.size >= most) throw new Refusal(503, "live-full");
      const stream = new Readable({ read: () => undefined });
      const say = (text: string): void => {
        if (stream.readableLength > MOST_WAITING_BYTES) stream.destroy();
        else stream.push(text);
      };
      open.add(stream);
      const calledOff = [
        live.listen((news) => say(messageOf(news))),
        after(LONGEST, () => stream.push(null)),
        beating(after, () => say(": still here\n\n")),
      ];
      stream.once("close", () => {
        for (const off of calledOff) off();
        open.delete(stream);
      });
      say(`retry: ${COME_AGAIN_MS}\n\n`);
      const last = request.headers["last-event-id"];
      const missed = last !== undefined && last !== live.newest();
      say(messageOf({ id: live.newest(), topics: missed ? LIVE_TOPICS : [] }));
      // A proxy that collects answers before it passes them on would hold these for ever.
      return reply.type("text/event-stream").header("x-accel-buffering", "no").send(stream);
    },
  });
}

function messageOf({ id, topics }: News): string {
  const data: LiveMessage = { topics: [...topics] };
  return `id: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
}

function beating(after: (delay: Duration, act: () => void) => () => void, beat: () => void): () => void {
  const next = (): (() => void) =>
    after(BEAT, () => {
      beat();
      off = next();
    });
  let off = next();
  return () => off();
}
