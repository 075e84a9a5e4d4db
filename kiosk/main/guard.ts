import type { ShellSettings } from "./settings.js";
import { isShellPage, SHELL_SCHEME } from "./waiting.js";

/** What a page asks for, in Electron's words. */
export interface PermissionWish {
  readonly permission: string;
  readonly origin: string;
  /** `undefined` where Electron does not say. */
  readonly media: readonly string[] | undefined;
  readonly isMainFrame: boolean;
}

type Guarded = Pick<ShellSettings, "agent" | "profile">;

/**
 * Everything is denied but the camera, to the agent's own page, in the demo profile. In production the agent has a
 * camera of its own and the page needs nothing.
 */
export function mayHave(wish: PermissionWish, { agent, profile }: Guarded): boolean {
  if (profile !== "demo" || wish.permission !== "media") return false;
  if (!wish.isMainFrame || originOf(wish.origin) !== agent.origin) return false;
  return wish.media !== undefined && wish.media.length > 0 && wish.media.every((kind) => kind === "video");
}

/** The only documents are the agent's page itself and the shell's own. */
export function mayNavigate(address: string, { agent }: Guarded): boolean {
  if (isShellPage(address)) return true;
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  return url.origin === agent.origin && url.pathname === agent.pathname && url.search === "";
}

/** The page's files and its socket come from the agent; nothing else leaves this window. */
export function mayRequest(address: string, { agent }: Guarded): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  if (url.protocol === `${SHELL_SCHEME}:`) return true;
  if (url.protocol === "blob:") return originOf(url.pathname) === agent.origin;
  return (url.protocol === "http:" || url.protocol === "ws:") && url.host === agent.host;
}

export interface KeyPress {
  readonly key: string;
  readonly control: boolean;
  readonly alt: boolean;
  readonly meta: boolean;
}

/** Keys that a browser would act on itself (reload, close, zoom, developer tools) never reach it. Typing does. */
export function mayPress({ key, control, alt, meta }: KeyPress): boolean {
  if (/^F\d+$/.test(key)) return false;
  if (alt || meta) return false;
  return !control || ["a", "c", "v", "x", "z"].includes(key.toLowerCase());
}

/** Laid over whatever the agent sends, so that a page that was swapped on its way is bound too. */
export function contentPolicy({ agent }: Guarded): string {
  return [
    "default-src 'self'",
    `connect-src 'self' ws://${agent.host}`,
    "img-src 'self' blob:",
    "media-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-src 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

function originOf(address: string): string | null {
  return URL.canParse(address) ? new URL(address).origin : null;
}
