import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { type Duration, minutes } from "@wardkey/protocol";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Of a route for large files: how long a body may take, instead of a request's usual time. At most `LONGEST_BODY`. */
    bodyWithin?: Duration;
  }
}

/** As long as 256 MiB take over a line of 10 Mbit/s, and what the console's page waits for. */
export const LONGEST_BODY: Duration = minutes(5);

export interface BodyDeadlines {
  /** From the request's headers on. */
  begin(request: IncomingMessage, response: ServerResponse): void;
  /** Once the caller may do what the route does: nobody else holds a connection for longer. */
  extend(request: IncomingMessage, within: Duration): void;
}

/**
 * Cuts off who lets a body trickle in. Node knows one such time for a whole server: what is right for small requests would
 * cut off every large file that comes over a slow line. `late` answers somebody who was told nothing yet.
 */
export function bodyDeadlines(within: number, late: (socket: Socket) => void): BodyDeadlines {
  const waits = new WeakMap<IncomingMessage, { cutAfter(ms: number): void }>();
  return {
    begin(request, response) {
      // RFC 9112 6.3: any other request ends with its headers.
      if (request.headers["content-length"] === undefined && request.headers["transfer-encoding"] === undefined) return;
      // Kept here: Node takes the socket away from a request whose reader stops early, and throws away what still comes.
      const { socket } = request;
      let timer: NodeJS.Timeout | undefined;
      const cut = (): void => {
        if (request.complete || socket.destroyed) return;
        if (response.headersSent) socket.destroy();
        else late(socket);
      };
      const cutAfter = (ms: number): void => {
        clearTimeout(timer);
        timer = setTimeout(cut, ms).unref();
      };
      cutAfter(within);
      waits.set(request, { cutAfter });
      request.once("end", () => clearTimeout(timer));
    },
    extend(request, longer) {
      const held = waits.get(request);
      if (held === undefined || request.complete) return;
      const ms = Math.min(longer, LONGEST_BODY);
      held.cutAfter(ms);
      // Nothing is said on the connection while a large file goes into the database.
      request.socket.setTimeout(ms);
    },
  };
}
