/** The shell's own documents: shown while there is no agent to show, and on the other monitors. They have no script. */
export const SHELL_SCHEME = "wardkey-shell";
export const WAITING_PAGE = `${SHELL_SCHEME}://shell/waiting`;
export const BLIND_PAGE = `${SHELL_SCHEME}://shell/blind`;

export interface ShellAnswer {
  readonly status: 200 | 404 | 405;
  readonly type: string;
  readonly body: string;
}

const LINES = [
  ["en", "One moment", "This screen waits for its kiosk. It is locked."],
  ["it", "Un momento", "Questo schermo attende il suo chiosco. È bloccato."],
  ["el", "Μια στιγμή", "Η οθόνη περιμένει το κιόσκι της. Είναι κλειδωμένη."],
] as const;

const STYLE = `html{color-scheme:dark;background:#0c3439;color:#d9f0ef;font:24px/1.3 Inter,system-ui,sans-serif}
body{margin:0;min-height:100vh;display:grid;place-content:center;gap:2.2rem;padding:2rem}
h1,p{margin:0}h1{font-size:max(48px,4vw);font-weight:600;letter-spacing:-.03em;line-height:1.05}
p{font-size:max(28px,1.8vw)}section+section{opacity:.86}`;

const page = (title: string, body: string) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title>` +
  `<link rel="stylesheet" href="style.css"></head><body>${body}</body></html>`;

const WAITING = page(
  "Wardkey",
  `<main>${LINES.map(([lang, line, says]) => `<section lang="${lang}"><h1>${line}</h1><p>${says}</p></section>`).join("")}</main>`,
);

const DOCUMENTS: Readonly<Record<string, ShellAnswer>> = {
  [WAITING_PAGE]: { status: 200, type: "text/html; charset=utf-8", body: WAITING },
  [BLIND_PAGE]: { status: 200, type: "text/html; charset=utf-8", body: page("Wardkey", "<main></main>") },
  [`${SHELL_SCHEME}://shell/style.css`]: { status: 200, type: "text/css; charset=utf-8", body: STYLE },
};

export const SHELL_POLICY =
  "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Answers an address of the shell's own scheme: one of three documents that are in this file, read from no disk. */
export function answerShell(method: string, address: string): ShellAnswer {
  if (method !== "GET") return { status: 405, type: "text/plain", body: "" };
  const found = Object.hasOwn(DOCUMENTS, address) ? DOCUMENTS[address] : undefined;
  return found ?? { status: 404, type: "text/plain", body: "" };
}

export const isShellPage = (address: string): boolean => address === WAITING_PAGE || address === BLIND_PAGE;
