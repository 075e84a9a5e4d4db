import { createHash } from "node:crypto";

/** What a package puts on a machine: by absolute path, without the leading slash. */
export type Contents = Map<string, Content>;
export type Content =
  | { readonly kind: "copy"; readonly from: string; readonly executable: boolean }
  | { readonly kind: "text"; readonly text: string | Uint8Array; readonly executable?: boolean }
  | { readonly kind: "link"; readonly to: string };

/** The `md5sums` file by which `dpkg --verify` finds what was changed. It protects from accidents, not from people. */
export function md5sums(files: readonly { readonly path: string; readonly bytes: Uint8Array }[]): string {
  const lines = files.map(({ path, bytes }) => `${createHash("md5").update(bytes).digest("hex")}  ${path}`);
  return lines.map((line) => `${line}\n`).join("");
}

/** Whose programs are in a package, as far as their own packages say it. */
export function copyrightText(
  packages: readonly { readonly folder: string; readonly version: string; readonly licence: string }[],
): string {
  const rows = packages.map(
    ({ folder, version, licence }) => `  ${folder.replace(/^.*node_modules\//, "")} ${version}: ${licence}`,
  );
  return [
    "Wardkey is licensed under the Apache License 2.0 (/usr/share/common-licenses/Apache-2.0).",
    "",
    "It comes with these packages from the npm registry, each under its own licence, which lies in its folder:",
    ...rows,
    "",
  ].join("\n");
}
