import { z } from "zod";
import type { ApiServer } from "../../platform/http/api-server.js";
import { Refusal } from "../../platform/http/problem.js";
import { CERTIFICATE_USAGES } from "../app/certificates.js";
import { CERTIFICATE_STATES, type CertificatePage } from "../app/device-certificates.js";

const At = z.number().int();
const Certificate = z.strictObject({
  serial: z.string(),
  usage: z.enum(CERTIFICATE_USAGES),
  subject: z.string(),
  issuer: z.string(),
  notBefore: At,
  notAfter: At,
  fingerprint: z.string(),
  keyType: z.string(),
  state: z.enum(CERTIFICATE_STATES),
});
const Page = z.strictObject({ total: z.number().int().nonnegative(), certificates: z.array(Certificate) });

/** What a device's certificates say; on the console listener. Certificates are no secret: every device shows its own. */
export function certificateRoutes(
  server: ApiServer,
  parts: {
    certificates(device: string, page: { limit: number; from: number }): Promise<CertificatePage>;
    knows(device: string): boolean;
  },
): void {
  server.route({
    method: "GET",
    url: "/v1/devices/:device/certificates",
    schema: {
      tags: ["devices"],
      summary: "The certificates that a device was given, the newest first, with how each stands",
      params: z.strictObject({ device: z.string().regex(/^[a-z0-9-]{1,63}$/) }),
      querystring: z.strictObject({
        limit: z.coerce.number().int().min(1).max(200).default(10),
        from: z.coerce.number().int().min(0).max(1_000_000).default(0),
      }),
      response: { 200: Page },
    },
    config: { access: { role: "viewer" } },
    handler: async ({ params: { device }, query }) => {
      if (!parts.knows(device)) throw new Refusal(404, "device-unknown");
      const { total, certificates } = await parts.certificates(device, query);
      return { total, certificates: [...certificates] };
    },
  });
}
