import { WardkeyError } from "@wardkey/protocol";
import { readOrMakePrivateFile, writePrivateFile } from "../../platform/files/secret-file.js";
import type { BootstrapFile } from "../app/devices.js";

/** Keeps the one-time token for the next kiosk in `path` (0600). A short one is refused: `bootstrap-token-weak`. */
export function createBootstrapFile(path: string, newToken: () => string): BootstrapFile {
  return {
    async read() {
      const token = (await readOrMakePrivateFile(path, () => `${newToken()}\n`)).toString("utf8").trim();
      if (!/^[A-Za-z0-9_-]{16,128}$/.test(token)) {
        throw new WardkeyError("bootstrap-token-weak", `${path} must hold 16 to 128 letters, digits, "-" or "_"`);
      }
      return token;
    },
    replace: (token) => writePrivateFile(path, `${token}\n`),
  };
}
