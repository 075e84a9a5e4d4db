import { z } from "zod";

/** What the site says about a device's certificates, as this page reads it. */
export const DeviceCertificate = z.object({
  serial: z.string(),
  usage: z.string(),
  subject: z.string(),
  issuer: z.string(),
  notBefore: z.number(),
  notAfter: z.number(),
  fingerprint: z.string(),
  keyType: z.string(),
  state: z.string(),
});
export type DeviceCertificate = z.infer<typeof DeviceCertificate>;

export const CertificatesAnswer = z.object({ total: z.number(), certificates: z.array(DeviceCertificate) });
