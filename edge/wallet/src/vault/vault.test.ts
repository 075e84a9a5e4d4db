import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, readdir, readFile, rename, rm, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { codeOf } from "@wardkey/protocol";
import { OpaqueTemplate } from "@wardkey/protocol/credential";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  EMPTY_CONTENTS,
  type Enrolment,
  keyFileStore,
  openVault,
  SecretKey,
  softwareHolderKeys,
  type Vault,
} from "./index.js";

const TEMPLATE = randomBytes(640);
const EID_KEY = randomBytes(32);

describe("the vault", () => {
  let folder: string;
  const path = (): string => join(folder, "vault.sealed");
  const keyPath = (): string => join(folder, "vault.key");
  const open = (): Promise<Vault> =>
    openVault({ path: path(), keyStore: keyFileStore(keyPath()), randomBytes: (size) => randomBytes(size) });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "wardkey-vault-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function enrolment(): Promise<{ enrolment: Enrolment; privateKey: Uint8Array }> {
    const { handle } = await softwareHolderKeys().create();
    return {
      privateKey: Uint8Array.from(handle.reveal()),
      enrolment: {
        credential: Uint8Array.of(1, 2, 3),
        holder: { name: "Anna Example", staffId: "staff-1", issuedAt: 10, expiresAt: 20 },
        template: new OpaqueTemplate(TEMPLATE),
        eidKey: new SecretKey(EID_KEY),
        holderKey: handle,
        templateMadeAt: 11,
        templateKiosk: "Ward 3 desk",
      },
    };
  }

  async function enrolled(): Promise<Uint8Array> {
    const vault = await open();
    const made = await enrolment();
    await vault.change((kept) => ({ ...kept, consentMode: "C", enrolment: made.enrolment }));
    await vault.close();
    return made.privateKey;
  }

  it("is empty at first, and keeps nothing but its key until something changes", async () => {
    const vault = await open();
    expect({ contents: vault.read(), files: await readdir(folder) }).toEqual({
      contents: EMPTY_CONTENTS,
      files: ["vault.key"],
    });
    await vault.close();
  });

  it("gives back after a restart what it kept before", async () => {
    await enrolled();
    const vault = await open();
    const { consentMode, enrolment: kept } = vault.read();
    expect({
      consentMode,
      holder: kept?.holder,
      credential: kept?.credential,
      template: kept?.template && Buffer.from(kept.template.copy()).equals(TEMPLATE),
      eidKey: kept && Buffer.from(kept.eidKey.reveal()).equals(EID_KEY),
    }).toEqual({
      consentMode: "C",
      holder: { name: "Anna Example", staffId: "staff-1", issuedAt: 10, expiresAt: 20 },
      credential: Uint8Array.of(1, 2, 3),
      template: true,
      eidKey: true,
    });
    await vault.close();
  });

  it("shows no byte of template, name or key in its files, which its owner alone can read", async () => {
    const privateKey = await enrolled();
    const found: string[] = [];
    const modes: string[] = [];
    for (const name of await readdir(folder)) {
      const bytes = await readFile(join(folder, name));
      modes.push(((await stat(join(folder, name))).mode & 0o777).toString(8));
      for (const [what, secret] of Object.entries({
        template: TEMPLATE,
        eidKey: EID_KEY,
        privateKey,
        name: Buffer.from("Anna"),
      })) {
        const shapes = [
          Buffer.from(secret),
          Buffer.from(Buffer.from(secret).toString("base64url")),
          Buffer.from(Buffer.from(secret).toString("hex")),
        ];
        if (shapes.some((shape) => bytes.includes(shape.subarray(0, 16)))) found.push(`${what} in ${name}`);
      }
    }
    expect({ found, modes }).toEqual({ found: [], modes: ["600", "600"] });
  });

  it("finds the template with the same search where it is not sealed", async () => {
    await writeFile(join(folder, "control"), Buffer.concat([randomBytes(50), TEMPLATE]));
    expect((await readFile(join(folder, "control"))).includes(TEMPLATE.subarray(0, 16))).toBe(true);
  });

  it("prints neither template nor key", async () => {
    const { enrolment: one } = await enrolment();
    const printed = `${inspect(one)} ${JSON.stringify(one)} ${one.template} ${one.eidKey}`;
    expect({
      labels: printed.match(/\[(template|key)\]/g)?.length,
      leaked: [TEMPLATE, EID_KEY].some((secret) => printed.includes(secret.subarray(0, 8).join(","))),
    }).toEqual({ labels: 8, leaked: false });
  });

  it("erases template, credential and keys when they are deleted, on disk and in memory", async () => {
    await enrolled();
    const vault = await open();
    const kept = vault.read().enrolment;
    await vault.change((contents) => ({ ...contents, enrolment: null }));
    await vault.close();
    const again = await open();
    expect({ enrolment: again.read().enrolment, eidKey: kept?.eidKey.reveal() }).toEqual({
      enrolment: null,
      eidKey: new Uint8Array(32),
    });
    expect(() => kept?.template?.copy()).toThrow(expect.objectContaining({ code: "template-erased" }));
    await again.close();
  });

  it("refuses a byte changed anywhere, and leaves the file as it is", async () => {
    await enrolled();
    const whole = await readFile(path());
    const codes = new Set<string>();
    for (let at = 0; at < whole.length; at += Math.max(1, Math.floor(whole.length / 97))) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 0x01;
      await writeFile(path(), changed);
      codes.add(await open().then(() => "opened", codeOf));
      expect(await readFile(path())).toEqual(changed);
    }
    expect([...codes].sort()).toEqual(["vault-corrupted"]);
  });

  const damages: ReadonlyArray<{ what: string; damage(): Promise<void>; code: string }> = [
    { what: "a vault cut short", damage: () => truncate(path(), 20), code: "vault-corrupted" },
    {
      what: "a vault cut by one byte",
      damage: async () => truncate(path(), (await stat(path())).size - 1),
      code: "vault-corrupted",
    },
    { what: "an empty vault file", damage: () => truncate(path(), 0), code: "vault-corrupted" },
    {
      what: "a vault of another version",
      damage: () => writeFile(path(), Buffer.concat([Buffer.from("WKVAULT9"), randomBytes(60)])),
      code: "vault-version-unsupported",
    },
    { what: "something else in its place", damage: () => writeFile(path(), randomBytes(500)), code: "vault-corrupted" },
    { what: "a vault that is far too large", damage: () => truncate(path(), 2_000_000), code: "vault-too-large" },
    { what: "a key that is gone", damage: () => rm(keyPath()), code: "vault-key-missing" },
    { what: "a key of another vault", damage: () => writeFile(keyPath(), randomBytes(32)), code: "vault-corrupted" },
    { what: "a key cut short", damage: () => truncate(keyPath(), 16), code: "vault-key-invalid" },
    { what: "a key that others may read", damage: () => chmod(keyPath(), 0o644), code: "vault-key-exposed" },
    {
      what: "a link in the vault's place",
      damage: async () => {
        await rm(path());
        await symlink("/dev/zero", path());
      },
      code: "vault-unreadable",
    },
  ];
  for (const { what, damage, code } of damages) {
    it(`refuses ${what} with ${code} and writes nothing`, async () => {
      await enrolled();
      await damage();
      const before = await readdir(folder);
      expect(await open().then(() => "opened", codeOf)).toBe(code);
      expect(await readdir(folder)).toEqual(before);
    });
  }

  it("keeps the old contents when it died between writing the new file and putting it in place", async () => {
    await enrolled();
    // What such a crash leaves: a whole or half new file beside the vault.
    await writeFile(`${path()}.new`, (await readFile(path())).subarray(0, 300));
    const vault = await open();
    expect(vault.read().consentMode).toBe("C");
    await vault.change((kept) => ({ ...kept, consentMode: "B" }));
    await vault.close();
    const again = await open();
    expect({ mode: again.read().consentMode, files: await readdir(folder) }).toEqual({
      mode: "B",
      files: ["vault.key", "vault.sealed"],
    });
    await again.close();
  });

  it("shows no change that could not be written, and works again once it can", async () => {
    const vault = await open();
    const aside = `${folder}-aside`;
    await rename(folder, aside);
    const refused = await vault.change((kept) => ({ ...kept, consentMode: "C" })).then(() => "kept", codeOf);
    const shown = vault.read().consentMode;
    await rename(aside, folder);
    await vault.change((kept) => ({ ...kept, consentMode: "B" }));
    expect({ refused, shown, after: vault.read().consentMode }).toEqual({
      refused: "vault-write-failed",
      shown: "A",
      after: "B",
    });
    await vault.close();
  });

  it("makes changes one after the other, each on what the last one left", async () => {
    const vault = await open();
    await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        vault.change((kept) => ({ ...kept, releases: [...kept.releases, { kiosk: "k", at }] })),
      ),
    );
    expect(vault.read().releases.map(({ at }) => at)).toEqual(Array.from({ length: 20 }, (_, at) => at));
    await vault.close();
  });
});
