import { existsSync } from "node:fs";
import { join } from "node:path";
import staticFiles from "@fastify/static";
import type { ApiServer } from "./api-server.js";

const ONE_YEAR_SECONDS = 31_536_000;

/** Serves the built console of `folder` at `/`. A site works without: the page is built apart from the server. */
export async function pageFiles(server: ApiServer, folder: string): Promise<void> {
  if (!existsSync(join(folder, "index.html"))) {
    server.log.warn({ code: "status-page-missing" }, "no console to serve: build fleet/console");
    return;
  }
  await server.register(staticFiles, {
    root: folder,
    serve: false,
    dotfiles: "deny",
    cacheControl: false,
    setHeaders(response, path) {
      // Built files carry a digest in their name; the document does not.
      const caching = path.includes("/assets/") ? `public, max-age=${ONE_YEAR_SECONDS}, immutable` : "no-store";
      response.setHeader("cache-control", caching);
    },
  });
  const config = { access: "public" } as const;
  server.route({ method: "GET", url: "/", config, handler: (_request, reply) => reply.sendFile("index.html") });
  server.route<{ Params: { "*": string } }>({
    method: "GET",
    url: "/*",
    config,
    handler: (request, reply) => reply.sendFile(request.params["*"]),
  });
}
