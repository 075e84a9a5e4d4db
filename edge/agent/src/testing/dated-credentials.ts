import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * What a kiosk keeps of its identity, with a certificate of these dates that vouches for itself. OpenSSL makes it in
 * `folder`; for tests of nothing but dates.
 */
export async function datedCredentials(folder: string, dates: { from: number; to: number }): Promise<string> {
  const at = (name: string): string => join(folder, name);
  await writeFile(at("db"), "");
  await writeFile(at("serial"), "01");
  await writeFile(at("ca.cnf"), configurationIn(folder));
  await openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", at("key.pem"));
  await openssl("req", "-new", "-key", at("key.pem"), "-subj", "/CN=bed-7", "-out", at("request.pem"));
  const files = ["-config", at("ca.cnf"), "-in", at("request.pem"), "-keyfile", at("key.pem"), "-out", at("cert.pem")];
  const between = ["-startdate", stamp(dates.from), "-enddate", stamp(dates.to)];
  await openssl("ca", "-batch", "-selfsign", "-md", "sha256", "-notext", ...files, ...between);
  const leaf = (await openssl("x509", "-in", at("cert.pem"), "-outform", "DER")).toString("base64url");
  return JSON.stringify({
    v: 1,
    device: "bed-7",
    deviceUrl: "https://fleet.example:8443",
    trust: { site: "st-mary", roots: [leaf], intermediates: [] },
    ticket: "A".repeat(43),
    identity: { key: "identity-key-0123456789abcdef.pem", leaf, sent: [] },
    reader: { key: "reader-key-0123456789abcdef.pem", certified: null },
  });
}

const stamp = (at: number): string => `${new Date(at).toISOString().replace(/[-:T]/g, "").slice(0, 14)}Z`;

const configurationIn = (folder: string): string => `[ca]
default_ca = own
[own]
database = ${folder}/db
serial = ${folder}/serial
new_certs_dir = ${folder}
policy = any
[any]
commonName = supplied
`;

function openssl(...args: string[]): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    execFile("openssl", args, { encoding: "buffer" }, (error, stdout) => (error ? reject(error) : resolve(stdout)));
  });
}
