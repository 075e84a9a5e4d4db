import { execFile } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { codeOf } from "@wardkey/protocol";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type DirectoryEntry, SimulatedDirectory } from "../testing/simulated-directory.js";
import { type LdapOptions, ldapRows } from "./ldap-rows.js";

const PASSWORD = "bind-secret-4711";
let folder: string;
let tls: { key: string; cert: string };
let directory: SimulatedDirectory | null = null;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "wardkey-ldap-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2"];
  const made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", ...subject];
  await promisify(execFile)("openssl", [...made, "-keyout", key, "-out", cert]);
  tls = { key: await readFile(key, "utf8"), cert: await readFile(cert, "utf8") };
  await writeFile(join(folder, "secret"), `${PASSWORD}\n`, { mode: 0o600 });
});
afterEach(async () => {
  await directory?.stop();
  directory = null;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const people = (count: number): DirectoryEntry[] =>
  Array.from({ length: count }, (_, at) => ({
    employeeNumber: String(at),
    givenName: "Ελένη",
    sn: `Family${at}`,
    departmentNumber: at % 2 === 0 ? ["Ward 3", "Ward 4"] : "Ward 9",
    accountExpires: at % 3 === 0 ? "0" : "20261231225959Z",
  }));

async function serve(
  kind: "ldaps" | "start-tls" | "none",
  {
    entries = people(3),
    password = PASSWORD,
    failSearch = false,
  }: { entries?: DirectoryEntry[]; password?: string; failSearch?: boolean } = {},
): Promise<LdapOptions> {
  directory = new SimulatedDirectory(entries, { ...tls, tls: kind, password, failSearch });
  return {
    url: await directory.start(),
    caFile: join(folder, "cert.pem"),
    bindDn: "cn=wardkey,dc=hospital",
    bindSecretFile: join(folder, "secret"),
    base: "dc=hospital",
    filter: "(objectClass=person)",
    attributes: {
      hrId: "employeeNumber",
      givenName: "givenName",
      familyName: "sn",
      wards: "departmentNumber",
      endsAt: "accountExpires",
    },
  };
}

async function read(options: LdapOptions): Promise<unknown[]> {
  const rows = [];
  for await (const row of ldapRows(options)) rows.push(row);
  return rows;
}

const refusal = (options: LdapOptions): Promise<unknown> => read(options).then((rows) => rows.length, codeOf);

describe("an LDAP directory", () => {
  it.each(["ldaps", "start-tls"] as const)("is read over %s, and hears the password only in TLS", async (kind) => {
    const rows = await read(await serve(kind));
    expect(rows[0]).toEqual({
      line: 1,
      cells: { hrId: "0", givenName: "Ελένη", familyName: "Family0", wards: "Ward 3;Ward 4", endsAt: "0" },
    });
    expect(rows).toHaveLength(3);
    expect(directory?.heard.filter(({ what }) => what !== "start-tls")).toEqual([
      { what: "bind", secret: PASSWORD, encrypted: true },
      { what: "search", encrypted: true, entries: 3 },
    ]);
  });

  it("is read page by page", async () => {
    const options = await serve("ldaps", { entries: people(1_234) });
    expect(await read(options)).toHaveLength(1_234);
    const pages = directory?.heard.filter(({ what }) => what === "search").map(({ entries }) => entries);
    expect(pages).toEqual([500, 500, 234]);
  });

  it("hears nothing when it would not speak TLS, or is not who it should be", async () => {
    const plain = await serve("none");
    expect(await refusal(plain)).toBe("ldap-tls-failed");
    expect(directory?.heard).toEqual([{ what: "start-tls", encrypted: false }]);
    await directory?.stop();
    const { caFile: _trusted, ...stranger } = await serve("ldaps");
    expect(await refusal(stranger)).toBe("ldap-tls-failed");
    expect(directory?.heard).toEqual([]);
    const otherName = await refusal({
      ...stranger,
      caFile: join(folder, "cert.pem"),
      url: stranger.url.replace("localhost", "127.0.0.1"),
    });
    expect([otherName, directory?.heard]).toEqual(["ldap-tls-failed", []]);
  });

  it("does not upgrade to who it should not be", async () => {
    const { caFile: _trusted, ...options } = await serve("start-tls");
    expect(await refusal(options)).toBe("ldap-tls-failed");
    expect(directory?.heard.map(({ what }) => what)).toEqual(["start-tls"]);
  });

  it("refuses with a code what is wrong", async () => {
    const options = await serve("ldaps", { password: "another" });
    expect(await refusal(options)).toBe("ldap-bind-refused");
    await directory?.stop();
    expect(await refusal(options)).toBe("ldap-unreachable");
    expect(await refusal(await serve("ldaps", { failSearch: true }))).toBe("ldap-search-failed");
    const wrong = ["http://localhost", "localhost", "ldap://user:secret@localhost", "ldaps://localhost/dc=x"];
    for (const url of wrong) expect(await refusal({ ...options, url })).toBe("ldap-url-invalid");
  });

  it("wants its password in a file that nobody else reads", async () => {
    const options = await serve("ldaps");
    expect(await refusal({ ...options, bindSecretFile: join(folder, "nowhere") })).toBe("ldap-secret-missing");
    const open = join(folder, "open");
    await writeFile(open, PASSWORD);
    await chmod(open, 0o644);
    expect(await refusal({ ...options, bindSecretFile: open })).toBe("secret-file-exposed");
    const empty = join(folder, "empty");
    await writeFile(empty, "\n", { mode: 0o600 });
    expect(await refusal({ ...options, bindSecretFile: empty })).toBe("ldap-secret-missing");
    expect(directory?.heard).toEqual([]);
  });
});
