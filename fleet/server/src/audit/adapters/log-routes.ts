import { z } from "zod";
import type { ApiServer } from "../../platform/http/api-server.js";
import { Refusal } from "../../platform/http/problem.js";
import type { Audit } from "../app/audit.js";
import type { AuditStore } from "../app/ports.js";

const Size = z.coerce.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
const Hash = z.string().length(43);
const Head = z.strictObject({ size: z.number(), root: Hash, at: z.number(), jws: z.string() });
const Der = z.string().max(4_096);

const viewer = { access: { role: "viewer" } } as const;
const tags = ["audit"];

/** What a reader's own browser needs to check the log without believing the server. */
export function auditLogRoutes(
  server: ApiServer,
  parts: {
    audit: Audit;
    store: AuditStore;
    trust(): { readonly site: string; readonly roots: readonly Uint8Array[] };
  },
): void {
  const { audit, store, trust } = parts;
  server.route({
    method: "GET",
    url: "/v1/audit/roots",
    schema: {
      tags,
      summary: "The root certificates from which every signature of the site descends, in DER",
      response: { 200: z.strictObject({ site: z.string(), roots: z.array(Der) }) },
    },
    config: viewer,
    handler: async () => {
      const { site, roots } = trust();
      return { site, roots: roots.map((der) => Buffer.from(der).toString("base64url")) };
    },
  });
  server.route({
    method: "GET",
    url: "/v1/audit/heads",
    schema: {
      tags,
      summary: "Signed heads of the log, the oldest after a size first",
      querystring: z.strictObject({
        after: Size.default(0),
        limit: z.coerce.number().int().min(1).max(200).default(50),
      }),
      response: { 200: z.strictObject({ heads: z.array(Head) }) },
    },
    config: viewer,
    handler: async ({ query: { after, limit } }) => ({ heads: await store.treeHeads(after, limit) }),
  });
  server.route({
    method: "GET",
    url: "/v1/audit/log-consistency",
    schema: {
      tags,
      summary: "Proof that the log of one size begins the log of another (RFC 6962 2.1.2)",
      querystring: z.strictObject({ from: Size, to: Size }).refine(({ from, to }) => from <= to),
      response: { 200: z.strictObject({ proof: z.array(Hash) }) },
    },
    config: viewer,
    handler: async ({ query: { from, to } }) => {
      try {
        const hashes = await audit.proofs.consistency(from, to);
        return { proof: hashes.map((hash) => Buffer.from(hash).toString("base64url")) };
      } catch (error) {
        if (error instanceof RangeError) throw new Refusal(409, "log-shorter");
        throw error;
      }
    },
  });
}
