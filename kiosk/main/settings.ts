import { isAbsolute } from "node:path";

export interface ShellSettings {
  /** The agent's own address, loopback only. */
  readonly agent: URL;
  /** Where the agent writes its per-start page token. */
  readonly tokenFile: string;
  readonly profile: "demo" | "production";
}

export type SettingsAnswer =
  | { readonly ok: true; readonly settings: ShellSettings }
  | { readonly ok: false; readonly code: "agent-url-invalid" | "token-file-invalid" | "profile-invalid" };

const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** Reads `--agent-url=`, `--token-file=`, `--profile=` or their variables `WARDKEY_…`. Without a profile it is production. */
export function readSettings(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): SettingsAnswer {
  const given = (option: string, variable: string) => {
    const start = `--${option}=`;
    return argv.findLast((argument) => argument.startsWith(start))?.slice(start.length) ?? environment[variable];
  };
  const address = given("agent-url", "WARDKEY_AGENT_URL") ?? "http://127.0.0.1:7410/";
  const tokenFile = given("token-file", "WARDKEY_TOKEN_FILE") ?? "";
  const profile = given("profile", "WARDKEY_PROFILE") ?? "production";

  const agent = URL.canParse(address) ? new URL(address) : null;
  if (agent === null || agent.protocol !== "http:" || !LOOPBACK.has(agent.hostname)) {
    return { ok: false, code: "agent-url-invalid" };
  }
  if (!isAbsolute(tokenFile)) return { ok: false, code: "token-file-invalid" };
  if (profile !== "demo" && profile !== "production") return { ok: false, code: "profile-invalid" };
  return { ok: true, settings: { agent: new URL("/", agent), tokenFile, profile } };
}

const TOKEN = /^[A-Za-z0-9_-]{22,128}$/;

/** The page's address with the token in its fragment, which no server and no log ever sees; `null` for a file that holds no token. */
export function pageAddress(agent: URL, tokenFileText: string): string | null {
  const token = tokenFileText.trim();
  if (!TOKEN.test(token)) return null;
  const address = new URL(agent);
  address.hash = new URLSearchParams({ token }).toString();
  return address.href;
}
