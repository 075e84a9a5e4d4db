/** What stands in a package's `control` file (Debian policy, 5.3). */
export interface ControlFields {
  readonly name: string;
  readonly version: string;
  readonly architecture: "all" | "amd64" | "arm64";
  readonly depends: readonly string[];
  readonly recommends: readonly string[];
  /** One line. */
  readonly synopsis: string;
  readonly description: readonly string[];
  readonly installedKib: number;
}

/** The text of a `control` file. */
export function controlText(fields: ControlFields): string {
  const { name, version, architecture, depends, recommends, synopsis, description, installedKib } = fields;
  const lines = [
    `Package: ${name}`,
    `Version: ${version}`,
    `Architecture: ${architecture}`,
    "Maintainer: Wardkey <wardkey@localhost>",
    `Installed-Size: ${installedKib}`,
    ...(depends.length === 0 ? [] : [`Depends: ${depends.join(", ")}`]),
    ...(recommends.length === 0 ? [] : [`Recommends: ${recommends.join(", ")}`]),
    "Section: admin",
    "Priority: optional",
    `Description: ${synopsis}`,
    ...description.map((line) => ` ${line === "" ? "." : line}`),
  ];
  return `${lines.join("\n")}\n`;
}

/** Semantic version as Debian orders it: `1.0.0-rc.1` comes before `1.0.0`. */
export const debianVersion = (version: string): string => version.replace("-", "~");

/** What Debian calls the processor. Throws nothing: others have no package. */
export function debianArchitecture(arch: string): "amd64" | "arm64" | null {
  if (arch === "x64") return "amd64";
  return arch === "arm64" ? "arm64" : null;
}
