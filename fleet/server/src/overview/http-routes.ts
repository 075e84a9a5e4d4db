import { existsSync } from "node:fs";
import { join } from "node:path";
import staticFiles from "@fastify/static";
import { bearerToken, sameSecret } from "../platform/http/bearer.js";
import { checkCaller } from "../platform/http/caller.js";
import { Refusal } from "../platform/http/problem.js";
import type { HttpServer } from "../platform/http/server.js";
import { type OverviewParts, readOverview } from "./overview.js";

const ONE_YEAR_SECONDS = 31_536_000;

/** The status page and what it polls, with the token of this start. */
export async function overviewRoutes(
  server: HttpServer,
  { parts, pageToken, pageFolder }: { parts: OverviewParts; pageToken: string; pageFolder: string },
): Promise<void> {
  const page = checkCaller(async (authorization) => {
    const token = bearerToken(authorization);
    if (token === null || !sameSecret(token, pageToken)) throw new Refusal(401, "page-token-refused");
  });
  server.get("/v1/overview", { onRequest: page.onRequest }, () => readOverview(parts));

  // A site works without its page: the page is built apart from the server.
  if (!existsSync(join(pageFolder, "index.html"))) {
    server.log.warn({ code: "status-page-missing" }, "no status page to serve: build fleet/console");
    return;
  }
  await server.register(staticFiles, {
    root: pageFolder,
    dotfiles: "deny",
    cacheControl: false,
    setHeaders(response, path) {
      // Built files carry a digest in their name; the document does not.
      const caching = path.includes("/assets/") ? `public, max-age=${ONE_YEAR_SECONDS}, immutable` : "no-store";
      response.setHeader("cache-control", caching);
    },
  });
}
