import { rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { readIfThere, writePrivate } from "./private-file.js";
import { KeptTrust } from "./trust-store.js";

const Certificate = z.string().regex(/^[A-Za-z0-9_-]{1,4096}$/);
const KeyFile = z.string().regex(/^(identity|reader)-key-[0-9a-f]{16}\.pem$/);
const Certified = z.strictObject({ key: KeyFile, leaf: Certificate, sent: z.array(Certificate).max(16) });

/** What this device is to its site, in one file, so that no part of it is ever newer than another. Keys are in files of their own. */
export const KeptCredentials = z.strictObject({
  v: z.literal(1),
  device: z.string().max(63),
  deviceUrl: z.url({ protocol: /^https$/ }).max(200),
  trust: KeptTrust,
  /** Of the ticket that made this identity. */
  ticket: z.string().length(43),
  identity: Certified,
  reader: z.strictObject({ key: KeyFile, certified: Certified.nullable() }),
});
export type KeptCredentials = z.infer<typeof KeptCredentials>;
export type Certified = z.infer<typeof Certified>;

/** A key that waits for the answer to its ticket: when the answer is lost, the same key asks again. */
export const PendingEnrolment = z.strictObject({ ticket: z.string().length(43), key: KeyFile });
export type PendingEnrolment = z.infer<typeof PendingEnrolment>;

const FILES = { credentials: "credentials.json", pending: "pending-enrolment.json" } as const;

/** The two files; what cannot be read is not there. */
export class CredentialFiles {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  async credentials(): Promise<KeptCredentials | null> {
    return KeptCredentials.safeParse(await this.#read(FILES.credentials)).data ?? null;
  }

  keep(credentials: KeptCredentials): Promise<void> {
    return writePrivate(join(this.folder, FILES.credentials), JSON.stringify(credentials));
  }

  async pending(): Promise<PendingEnrolment | null> {
    return PendingEnrolment.safeParse(await this.#read(FILES.pending)).data ?? null;
  }

  keepPending(pending: PendingEnrolment): Promise<void> {
    return writePrivate(join(this.folder, FILES.pending), JSON.stringify(pending));
  }

  async forgetPending(): Promise<void> {
    await rm(join(this.folder, FILES.pending), { force: true });
  }

  async forget(): Promise<void> {
    await this.forgetPending();
    await rm(join(this.folder, FILES.credentials), { force: true });
  }

  async #read(name: string): Promise<unknown> {
    try {
      const text = await readIfThere(join(this.folder, name));
      return text === null ? null : JSON.parse(text);
    } catch {
      return null;
    }
  }
}

export const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64url");
export const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64url"));
