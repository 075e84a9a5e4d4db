import { WardkeyError } from "@wardkey/protocol";

/** Why a vault would not open or would not keep a change. The file on disk is never touched when one of these is raised. */
export type VaultCode =
  | "vault-corrupted"
  | "vault-unreadable"
  | "vault-too-large"
  | "vault-version-unsupported"
  | "vault-key-missing"
  | "vault-key-invalid"
  | "vault-key-exposed"
  | "vault-write-failed";

export function vaultError(code: VaultCode, message: string, cause?: unknown): WardkeyError {
  return new WardkeyError(code, message, cause === undefined ? undefined : { cause });
}
