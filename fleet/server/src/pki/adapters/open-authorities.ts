import { join } from "node:path";
import { type Instant, WardkeyError } from "@wardkey/protocol";
import { readPrivateFile } from "../../platform/files/secret-file.js";
import type { CertificateAuthority } from "../app/certificates.js";
import { type CaSite, caInit, rotateIntermediate } from "./ca-ceremonies.js";
import { ROOT_KEY, readAuthorities, type SiteAuthorities } from "./ca-folder.js";

export interface Authorities {
  current(): SiteAuthorities;
  /** The one that issues now. Refuses with `intermediate-expired`. */
  issuing(): CertificateAuthority;
  /** Every one whose key is here, by the identifier of its key. */
  byId(id: string): CertificateAuthority | undefined;
  /** What the folder holds now, taken up or not. */
  read(): Promise<SiteAuthorities>;
  reload(): Promise<void>;
  /** The root's key lies beside the server's: it should be kept offline. */
  rootKeyOnline(): Promise<boolean>;
}

/**
 * Opens the folder of authorities. The first start makes a root and an intermediate; a folder whose root issued by itself
 * so far gets its intermediate from the root's key found there. Refuses with `root-missing` to make a new root where
 * certificates were issued before (it would cut off every device and phone without a word), and with
 * `intermediate-missing` where only an offline root could help.
 */
export async function openAuthorities(parts: {
  folder: string;
  site: CaSite;
  now(): Instant;
  issuedBefore: boolean;
}): Promise<Authorities> {
  const { folder, site, now } = parts;
  const rootKeyFile = join(folder, ROOT_KEY);
  const rootKeyOnline = async (): Promise<boolean> => (await readPrivateFile(rootKeyFile)) !== null;
  const read = async (): Promise<SiteAuthorities> => {
    const found = await readAuthorities(folder);
    if (found !== null) return found;
    throw new WardkeyError("root-missing", `the site's root is missing in ${folder}: restore its files`);
  };

  if (!parts.issuedBefore && (await readAuthorities(folder)) === null) await caInit({ folder, site, now: now() });
  let current = await read();
  if (current.issuing.size === 0) {
    if (!(await rootKeyOnline())) {
      throw new WardkeyError(
        "intermediate-missing",
        `${folder} holds no intermediate with its key: restore it, or make one with "wardkey ca rotate intermediate"`,
      );
    }
    await rotateIntermediate({ folder, site, now: now(), rootKeyFile });
    current = await read();
  }
  return {
    current: () => current,
    issuing() {
      const alive = [...current.issuing.values()].find(({ notAfter }) => notAfter > now());
      if (alive !== undefined) return alive;
      throw new WardkeyError(
        "intermediate-expired",
        'the intermediate ended: make a new one with "wardkey ca rotate intermediate"',
      );
    },
    byId: (id) => current.issuing.get(id),
    read,
    async reload() {
      current = await read();
    },
    rootKeyOnline,
  };
}
