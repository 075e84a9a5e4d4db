/**
 * Electron's fuses: switches in its binary that a packager sets once (electronjs.org, "Electron Fuses"). In the file stands
 * a marker, a version, a length, and one character a fuse.
 */
const MARKER = Buffer.from("dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX", "latin1");
const VERSION = 1;
const OFF = 0x30;
const ON = 0x31;
const REMOVED = 0x72;

/** In the order of their places, each as a locked screen needs it. */
export const FUSES = [
  /** `ELECTRON_RUN_AS_NODE` would make a shell for any script out of the kiosk. */
  ["runAsNode", false],
  /** The kiosk's session is in memory: there is no store of cookies, and no keyring is asked for its key. */
  ["cookieEncryption", false],
  /** `NODE_OPTIONS` and `NODE_EXTRA_CA_CERTS`. */
  ["nodeOptions", false],
  /** `--inspect`, and the signal that starts a debugger. */
  ["nodeCliInspect", false],
  /** macOS and Windows only: on Linux the folder belongs to root. */
  ["embeddedAsarIntegrityValidation", false],
  /** No folder "app" beside the archive takes its place. */
  ["onlyLoadAppFromAsar", true],
  ["loadBrowserProcessSpecificV8Snapshot", false],
  ["grantFileProtocolExtraPrivileges", false],
  /** Electron's own choice: the page uses no WebAssembly. */
  ["wasmTrapHandlers", true],
] as const;

export type FuseName = (typeof FUSES)[number][0];

export type FusesAnswer =
  | { readonly ok: true; readonly fuses: Readonly<Record<FuseName, boolean | "removed">> }
  | { readonly ok: false; readonly code: "fuses-not-found" | "fuses-ambiguous" | "fuses-version" | "fuses-unknown" };

/** Reads the fuses of a binary. A fuse more or less than those of this Electron is refused: nobody has judged it. */
export function readFuses(binary: Buffer): FusesAnswer {
  const found = wireOf(binary);
  if (!found.ok) return found;
  const fuses = Object.fromEntries(
    FUSES.map(([name], index) => [name, stateOf(found.wire[index])] as const),
  ) as Readonly<Record<FuseName, boolean | "removed">>;
  return { ok: true, fuses };
}

/** Sets every fuse of a binary in place as `FUSES` says. One that this Electron removed stays removed. */
export function setFuses(binary: Buffer): FusesAnswer {
  const found = wireOf(binary);
  if (!found.ok) return found;
  for (const [index, [, on]] of FUSES.entries()) {
    if (found.wire[index] !== REMOVED) found.wire[index] = on ? ON : OFF;
  }
  return readFuses(binary);
}

type Wire = { readonly ok: true; readonly wire: Buffer } | Extract<FusesAnswer, { ok: false }>;

function wireOf(binary: Buffer): Wire {
  const at = binary.indexOf(MARKER);
  if (at < 0) return { ok: false, code: "fuses-not-found" };
  if (binary.indexOf(MARKER, at + 1) >= 0) return { ok: false, code: "fuses-ambiguous" };
  const begin = at + MARKER.length + 2;
  const [version, length] = [binary[begin - 2], binary[begin - 1]];
  if (version !== VERSION) return { ok: false, code: "fuses-version" };
  const wire = binary.subarray(begin, begin + (length ?? 0));
  const known = wire.every((each) => each === OFF || each === ON || each === REMOVED);
  if (wire.length !== FUSES.length || !known) return { ok: false, code: "fuses-unknown" };
  return { ok: true, wire };
}

const stateOf = (byte: number | undefined): boolean | "removed" => (byte === REMOVED ? "removed" : byte === ON);
