import { z } from "zod";

/** What two people agree on before a rotated authority comes into force at a running server: kind `ca.rotate`. */
export const ROTATE_KIND = "ca.rotate";
export const RotateArguments = z.strictObject({
  what: z.enum(["root", "intermediate"]),
  /** SHA-256 of the new certificate, base64url, as the ceremony told it. */
  digest: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
});
export type RotateArguments = z.infer<typeof RotateArguments>;

export interface RotationApproval {
  readonly schema: typeof RotateArguments;
  readonly role: "security-officer";
  readonly weight: () => 2;
  readonly summary: (args: RotateArguments) => string;
  readonly execute: (
    args: RotateArguments,
    by: { readonly proposer: string },
  ) => Promise<{ outcome: "in-force" | "authority-unknown" }>;
}

/**
 * For `approvals.register(ROTATE_KIND, …)`. The ceremony itself needs the root's key and happens offline; this takes up
 * what it left in the server's folder, when that is what was approved.
 */
export function rotationApproval(parts: {
  /** Takes up the authority with this digest; false when the folder holds another or none. */
  takeUp(args: RotateArguments): Promise<boolean>;
  record(kind: "ca.rotated", body: { by: string; what: "root" | "intermediate"; digest: string }): Promise<void>;
}): RotationApproval {
  return {
    schema: RotateArguments,
    role: "security-officer",
    weight: () => 2,
    summary: ({ what, digest }) => `Take up the new ${what} certificate with the SHA-256 ${digest}`,
    async execute({ what, digest }, { proposer }) {
      if (!(await parts.takeUp({ what, digest }))) return { outcome: "authority-unknown" };
      await parts.record("ca.rotated", { by: proposer, what, digest });
      return { outcome: "in-force" };
    },
  };
}
