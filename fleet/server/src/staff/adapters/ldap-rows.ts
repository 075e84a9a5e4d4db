import { readFile } from "node:fs/promises";
import { type ConnectionOptions, checkServerIdentity } from "node:tls";
import { codeOf, WardkeyError } from "@wardkey/protocol";
import { Client, type Entry } from "ldapts";
import { readPrivateFile } from "../../platform/files/secret-file.js";
import type { RowSource } from "../app/imports.js";
import { IMPORT_FIELDS, type ImportField } from "../domain/import-row.js";

const PAGE = 500;
const MOST_ENTRIES = 50_000;
const MOST_VALUES = 20;
const WITHIN = 15_000;

export type LdapOptions = {
  /** `ldaps://host[:port]`, or `ldap://host[:port]`, which is turned into TLS before anything is said. */
  url: string;
  /** PEM of who signs the directory's certificate; by default whom the system trusts. */
  caFile?: string | undefined;
  bindDn: string;
  /** Closed to everybody else (0600). */
  bindSecretFile: string;
  base: string;
  filter: string;
  /** Which attribute holds which field. Several values of `wards` are several wards. */
  attributes: Partial<Record<ImportField, string>>;
};

const refuse = (code: string, what: string, cause?: unknown): WardkeyError => new WardkeyError(code, what, { cause });

/**
 * The people of an LDAP directory (RFC 4511), page by page (RFC 2696), never in the clear: LDAPS, or StartTLS (RFC 4513 3)
 * before the bind. Throws `ldap-url-invalid`, `ldap-secret-missing`, `secret-file-exposed`, `ldap-unreachable`,
 * `ldap-tls-failed`, `ldap-bind-refused`, `ldap-search-failed` or `ldap-too-many-entries`.
 */
export async function* ldapRows(options: LdapOptions): RowSource {
  const url = urlOf(options.url);
  const secret = await readPrivateFile(options.bindSecretFile);
  const password = secret?.toString("utf8").replace(/\r?\n$/, "") ?? "";
  // RFC 4513 5.1.2: a bind without a password is anonymous, and succeeds.
  if (password === "") throw refuse("ldap-secret-missing", `${options.bindSecretFile} holds no password`);
  const tls = await tlsOf(url, options.caFile);
  const client = new Client({
    url: url.href,
    timeout: WITHIN,
    connectTimeout: WITHIN,
    ...(url.protocol === "ldaps:" ? { tlsOptions: tls } : {}),
  });
  try {
    await connect(client, url, tls);
    try {
      await client.bind(options.bindDn, password);
    } catch (error) {
      throw refuse(
        isUnreachable(error) ? reachCode(error) : "ldap-bind-refused",
        "the directory refused the bind",
        error,
      );
    }
    yield* search(client, options);
  } finally {
    await client.unbind().catch(() => undefined);
  }
}

async function connect(client: Client, url: URL, tls: ConnectionOptions): Promise<void> {
  if (url.protocol === "ldaps:") return;
  try {
    await client.startTLS(tls);
  } catch (error) {
    throw refuse(
      isUnreachable(error) ? reachCode(error) : "ldap-tls-failed",
      "the directory would not speak TLS",
      error,
    );
  }
}

async function* search(client: Client, options: LdapOptions): RowSource {
  const attributes = [...new Set(Object.values(options.attributes))];
  let line = 0;
  try {
    const pages = client.searchPaginated(options.base, {
      scope: "sub",
      filter: options.filter,
      attributes,
      paged: { pageSize: PAGE },
      timeLimit: WITHIN / 1_000,
    });
    for await (const { searchEntries } of pages) {
      for (const entry of searchEntries) {
        line += 1;
        if (line > MOST_ENTRIES)
          throw refuse("ldap-too-many-entries", `a directory gives at most ${MOST_ENTRIES} people`);
        yield { line, cells: cellsOf(entry, options.attributes) };
      }
    }
  } catch (error) {
    if (error instanceof WardkeyError) throw error;
    throw refuse("ldap-search-failed", "the directory did not answer the search", error);
  }
}

function cellsOf(entry: Entry, attributes: LdapOptions["attributes"]): Partial<Record<ImportField, string>> {
  const lower = new Map(Object.entries(entry).map(([name, value]) => [name.toLowerCase(), value]));
  const cells: Partial<Record<ImportField, string>> = {};
  for (const field of IMPORT_FIELDS) {
    const values = textsOf(lower.get(attributes[field]?.toLowerCase() ?? ""));
    if (values.length > 0) cells[field] = field === "wards" ? values.join(";") : (values[0] ?? "");
  }
  return cells;
}

const textsOf = (value: Entry[string] | undefined): string[] =>
  (Array.isArray(value) ? value : value === undefined ? [] : [value])
    .slice(0, MOST_VALUES)
    .map((one) => (typeof one === "string" ? one : one.toString("utf8")));

function urlOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const plain = url !== null && url.username === "" && url.password === "" && url.pathname.replace("/", "") === "";
  if (url === null || !plain || (url.protocol !== "ldaps:" && url.protocol !== "ldap:")) {
    throw refuse("ldap-url-invalid", "the directory's address is ldaps://host or ldap://host, without a password");
  }
  return url;
}

async function tlsOf(url: URL, caFile: string | undefined): Promise<ConnectionOptions> {
  const host = url.hostname;
  return {
    minVersion: "TLSv1.2",
    rejectUnauthorized: true,
    ...(caFile === undefined ? {} : { ca: await readFile(caFile) }),
    // An upgraded socket does not know the name that was asked for.
    checkServerIdentity: (_name, certificate) => checkServerIdentity(host, certificate),
  };
}

const UNREACHABLE = new Set(["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "EHOSTUNREACH", "ETIMEDOUT", "EPIPE"]);

const tlsCode = (error: unknown): boolean =>
  /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|HOSTNAME)/.test(codeOf(error));

const isUnreachable = (error: unknown): boolean => UNREACHABLE.has(codeOf(error)) || tlsCode(error) || isTimeout(error);
const isTimeout = (error: unknown): boolean => error instanceof Error && /timeout/i.test(error.message);
const reachCode = (error: unknown): string => (tlsCode(error) ? "ldap-tls-failed" : "ldap-unreachable");
