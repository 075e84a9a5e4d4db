import { WardkeyError } from "@wardkey/protocol";
import WebSocket from "ws";
import type { z } from "zod";

/** A page's WebSocket, driven by a script instead of a person: sends commands, waits for views. */
export interface Watch<View, Command = object> {
  latest(): View | undefined;
  send(command: Command): void;
  /** Resolves with the first view, from now on or the latest, that fits. @throws WardkeyError `timeout` */
  until(what: string, fits: (view: View) => boolean, withinMs: number): Promise<View>;
  /** Hears each view with the monotonic time of its arrival. Returns "off". */
  on(listener: (view: View, at: number) => void): () => void;
  close(): void;
}

/** Connects as a page does: `pageUrl` carries the token in its fragment. */
export async function watchPage<View, Command>(input: {
  readonly pageUrl: string;
  readonly path: string;
  readonly from: z.ZodType<Command>;
  readonly to: z.ZodType<
    { type: "view"; view: View } | { type: "refused"; command: string; code: string } | { type: "answer" | "cover" }
  >;
  readonly onRefused?: (command: string, code: string) => void;
}): Promise<Watch<View, Command>> {
  const url = new URL(input.pageUrl);
  const token = new URLSearchParams(url.hash.slice(1)).get("token");
  const socket = new WebSocket(`ws://${url.host}${input.path}`, { origin: url.origin, handshakeTimeout: 5_000 });
  const listeners = new Set<(view: View, at: number) => void>();
  let latest: View | undefined;
  await new Promise<void>((resolve, reject) => {
    socket.once("open", () => resolve());
    socket.once("error", reject);
  });
  socket.on("error", () => {});
  socket.on("message", (data) => {
    const message = input.to.parse(JSON.parse(String(data)));
    if (message.type === "refused") return input.onRefused?.(message.command, message.code);
    if (message.type !== "view") return;
    latest = message.view;
    for (const listener of listeners) listener(message.view, performance.now());
  });
  socket.send(JSON.stringify({ type: "hello", token }));

  const on = (listener: (view: View, at: number) => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return {
    latest: () => latest,
    send: (command) => socket.send(JSON.stringify(input.from.parse(command))),
    on,
    until: (what, fits, withinMs) =>
      new Promise((resolve, reject) => {
        if (latest !== undefined && fits(latest)) return resolve(latest);
        const deadline = setTimeout(() => {
          off();
          reject(new WardkeyError("timeout", `${what}: not within ${withinMs} ms`));
        }, withinMs);
        const off = on((view) => {
          if (!fits(view)) return;
          clearTimeout(deadline);
          off();
          resolve(view);
        });
      }),
    close: () => socket.close(),
  };
}
