import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { codeOf } from "@wardkey/protocol";
import { afterAll, beforeAll, expect, it } from "vitest";
import { StaffBench } from "../testing/staff-bench.js";
import { type LdapOptions, ldapRows } from "./ldap-rows.js";

const run = promisify(execFile);
const PEOPLE = 1_500;
const PASSWORD = "bind-secret-4711";
let folder: string;
let slapd: ChildProcess;
let ports: { ldap: number; ldaps: number };

/** Debian's slapd in a folder of its own, with people in it, on two free ports. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "wardkey-slapd-"));
  const at = (name: string): string => join(folder, name);
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2", "-nodes"];
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
  await run("openssl", ["req", "-x509", ...key, ...subject, "-keyout", at("key.pem"), "-out", at("cert.pem")]);
  await mkdir(at("data"));
  await writeFile(at("secret"), `${PASSWORD}\n`, { mode: 0o600 });
  await writeFile(at("slapd.conf"), configuration(at));
  await writeFile(at("people.ldif"), directory());
  await run("/usr/sbin/slapadd", ["-q", "-f", at("slapd.conf"), "-l", at("people.ldif")]);
  ports = { ldap: await freePort(), ldaps: await freePort() };
  const addresses = `ldap://127.0.0.1:${ports.ldap} ldaps://127.0.0.1:${ports.ldaps}`;
  // With a debug level it stays in the foreground.
  slapd = spawn("/usr/sbin/slapd", ["-d", "0", "-f", at("slapd.conf"), "-h", addresses], { stdio: "ignore" });
  await listening(ports.ldaps);
});

afterAll(async () => {
  const ended = new Promise((resolve) => slapd.once("exit", resolve));
  slapd.kill("SIGTERM");
  await ended;
  await rm(folder, { recursive: true, force: true });
});

const options = (url: string): LdapOptions => ({
  url,
  caFile: join(folder, "cert.pem"),
  bindDn: "cn=wardkey,dc=hospital,dc=example",
  bindSecretFile: join(folder, "secret"),
  base: "ou=people,dc=hospital,dc=example",
  filter: "(&(objectClass=inetOrgPerson)(!(employeeType=retired)))",
  attributes: {
    hrId: "employeeNumber",
    givenName: "givenName",
    familyName: "sn",
    role: "title",
    wards: "departmentNumber",
    employment: "employeeType",
  },
});

it.each(["ldaps", "ldap"] as const)("plans and applies the people of Debian's slapd over %s", async (scheme) => {
  const bench = await StaffBench.open();
  try {
    const rows = ldapRows(options(`${scheme}://localhost:${ports[scheme]}`));
    const planned = await bench.staff.imports.plan(rows, { source: "slapd", timeZone: "Europe/Rome" }, "admin-1");
    expect(planned).toMatchObject({ outcome: "planned", plan: { adds: PEOPLE, faultCount: 0, leavers: 0 } });
    const id = planned.outcome === "planned" ? planned.plan.id : "";
    expect(await bench.staff.imports.apply(id, { acceptLeavers: false }, "admin-1")).toMatchObject({ adds: PEOPLE });
    const found = await bench.staff.directory.find({ search: "eleni family7", ward: "Ward 2", limit: 1 });
    expect(found.people).toMatchObject([{ givenName: "Ελένη", role: "nurse", source: "slapd" }]);
  } finally {
    await bench.close();
  }
});

it("is refused by slapd with another password", async () => {
  await writeFile(join(folder, "wrong"), "wrong", { mode: 0o600 });
  const rows = ldapRows({ ...options(`ldaps://localhost:${ports.ldaps}`), bindSecretFile: join(folder, "wrong") });
  await expect(rows[Symbol.asyncIterator]().next().catch(codeOf)).resolves.toBe("ldap-bind-refused");
});

const configuration = (at: (name: string) => string): string => `
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile ${at("slapd.pid")}
TLSCACertificateFile ${at("cert.pem")}
TLSCertificateFile ${at("cert.pem")}
TLSCertificateKeyFile ${at("key.pem")}
security simple_bind=128
sizelimit size.soft=500 size.hard=500 size.prtotal=unlimited
database mdb
suffix "dc=hospital,dc=example"
rootdn "cn=admin,dc=hospital,dc=example"
directory ${at("data")}
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="cn=wardkey,dc=hospital,dc=example" read by * none
`;

function directory(): string {
  const base = "dc=hospital,dc=example";
  const entries = [
    `dn: ${base}\nobjectClass: domain\ndc: hospital`,
    `dn: ou=people,${base}\nobjectClass: organizationalUnit\nou: people`,
    `dn: cn=wardkey,${base}\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: wardkey\nuserPassword: ${PASSWORD}`,
  ];
  const given = Buffer.from("Ελένη").toString("base64");
  for (let at = 0; at <= PEOPLE; at += 1) {
    const facts = `givenName:: ${given}\nsn: Family${at}\ncn: Family${at}\ntitle: nurse\ndepartmentNumber: Ward ${at % 5}`;
    const employment = `employeeNumber: ${at}\nemployeeType: ${at === PEOPLE ? "retired" : "staff"}`;
    entries.push(`dn: uid=${at},ou=people,${base}\nobjectClass: inetOrgPerson\nuid: ${at}\n${facts}\n${employment}`);
  }
  return `${entries.join("\n\n")}\n`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function listening(port: number): Promise<void> {
  for (let tried = 0; tried < 100; tried += 1) {
    const socket = connect(port, "127.0.0.1");
    const open = await new Promise<boolean>((resolve) => {
      socket.once("connect", () => resolve(true));
      socket.once("error", () => resolve(false));
    });
    socket.destroy();
    if (open) return;
    await pause(100);
  }
  throw new Error("slapd does not listen");
}
