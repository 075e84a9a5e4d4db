import { existsSync, readFileSync, statSync } from "node:fs";

const MOST_BYTES = 256 * 1024 * 1024;

/** What a process must be started with so that it writes down all that it says and hears over TLS, in plain text. */
export const recordTls = (file: string): Readonly<Record<string, string>> => ({
  NODE_OPTIONS: `--import=${new URL("tls-preload.js", import.meta.url).href}`,
  WARDKEY_RECORD_TLS: file,
});

/** What such a process has said and heard so far, for the search for biometric bytes. */
export function recordedTraffic(file: string): Buffer {
  if (!existsSync(file)) return Buffer.alloc(0);
  if (statSync(file).size > MOST_BYTES) throw new Error(`more than ${MOST_BYTES} bytes of traffic`);
  return readFileSync(file);
}
