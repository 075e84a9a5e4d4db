import type { FastifyRequest } from "fastify";
import { type Access, type Caller, hasRole } from "./access.js";
import type { Authorize } from "./api-server.js";
import { bearerToken, sameSecret } from "./bearer.js";
import { Refusal } from "./problem.js";

/** Who a session's cookie or an API token stands for; `null`: nobody. */
export type Identify = (proof: { session: string | null; token: string | null }) => Promise<Caller | null>;

const SAFE = ["GET", "HEAD", "OPTIONS"];
const PAGE_CALLER: Caller = {
  administrator: { id: "page-token", name: "Status page", role: "viewer" },
  via: { kind: "page", id: null },
};

/** The session cookie. `__Host-`: no other host and no plain HTTP can set or read it (RFC 6265bis 4.1.3.2). */
export const sessionCookieName = (secure: boolean): string => (secure ? "__Host-wardkey" : "wardkey");

/** Read here because access is judged before any plugin runs. A cookie given twice counts as none (RFC 6265 5.4 leaves its order open). */
function sessionSecret(request: FastifyRequest, secure: boolean): string | null {
  const prefix = `${sessionCookieName(secure)}=`;
  const pairs = (request.headers.cookie ?? "").split(";").map((pair) => pair.trim());
  const [mine, ...others] = pairs.filter((pair) => pair.startsWith(prefix));
  return mine === undefined || others.length > 0 ? null : mine.slice(prefix.length).slice(0, 64);
}

/** Access to the console listener: session cookie, API token, or the page token of this start. */
export function consoleAuthorize(parts: {
  identify: Identify;
  pageToken: string;
  secure: boolean;
  /** Of the console's own pages. */
  origins(): readonly string[];
}): Authorize {
  return async (request, access) => {
    const token = bearerToken(request.headers.authorization);
    refuseCrossSite(request, { origins: parts.origins(), hasToken: token !== null });
    // Pages and their files are the same for everybody.
    if (access === "public" && !request.url.startsWith("/v1/")) return;
    const caller =
      token !== null && sameSecret(token, parts.pageToken)
        ? PAGE_CALLER
        : await parts.identify({ token, session: sessionSecret(request, parts.secure) });
    request.caller = caller;
    judge(access, caller, SAFE.includes(request.method));
  };
}

function judge(access: Access, caller: Caller | null, isSafe: boolean): void {
  if (access === "public") return;
  if (access === "page-token") {
    if (caller === null) throw new Refusal(401, "page-token-refused");
    return;
  }
  if (caller === null) throw new Refusal(401, "sign-in-needed");
  const mayRead = caller.via.kind !== "page" || isSafe;
  if (access === "device" || !mayRead || !hasRole(caller.administrator, access.role)) {
    throw new Refusal(403, "access-refused");
  }
}

/**
 * SameSite already keeps the cookie from other sites' pages; this holds where a browser does not, and against another
 * port of this machine, which counts as the same site (Fetch Metadata; RFC 6454). There is no CORS: nobody is let in.
 */
function refuseCrossSite(request: FastifyRequest, from: { origins: readonly string[]; hasToken: boolean }): void {
  const { origin } = request.headers;
  const site = request.headers["sec-fetch-site"];
  const isCall = request.url.startsWith("/v1/");
  if (SAFE.includes(request.method)) {
    if (isCall && (site === "cross-site" || site === "same-site")) throw new Refusal(403, "cross-site-refused");
    return;
  }
  if (site !== undefined && site !== "same-origin") throw new Refusal(403, "cross-site-refused");
  if (origin !== undefined) {
    if (!from.origins.includes(origin)) throw new Refusal(403, "cross-site-refused");
    return;
  }
  // A browser always says where an unsafe request comes from. A program shows a token instead, which no page can.
  if (!from.hasToken) throw new Refusal(403, "cross-site-refused");
}
