/** For which system the files are. */
export interface Target {
  readonly platform: "linux";
  readonly arch: "x64" | "arm64";
}

// Sources and intermediate results of compilers, source maps and type declarations: nothing loads them.
const NOT_LOADED =
  /\.(map|[cm]?ts|tsx|o|a|d|c|cc|cpp|h|hpp|gypi?|mk|tar\.gz|tgz|Makefile)$|(^|\/)(Makefile|\.deps)(\/|$)/;
const PROSE = /\.(md|markdown)$/i;
const LICENCE = /licen[cs]e|notice|copying|copyright/i;
const INTERMEDIATE = /(^|\/)(obj\.target|obj|\.deps|\.github)\//;

/** Whether a file of an installed package is needed when it runs on `target`. `path` begins with the package's name. */
export function goesAlong(path: string, target: Target): boolean {
  if (NOT_LOADED.test(path) || INTERMEDIATE.test(path)) return false;
  if (PROSE.test(path) && !LICENCE.test(path)) return false;
  const [, prebuilt] = /\/prebuilds\/(.+)$/.exec(path) ?? [];
  if (prebuilt !== undefined) return builtFor(prebuilt, target);
  const [, platform, arch] = /^onnxruntime-node\/bin\/napi-v\d+\/([^/]+)\/([^/]+)\//.exec(path) ?? [];
  return platform === undefined || (platform === target.platform && arch === target.arch);
}

/** `linux-x64/node.napi.glibc.node`, `HID_hidraw-linux-x64/…`. Others are for musl, and node-hid's other driver for libusb. */
function builtFor(prebuilt: string, { platform, arch }: Target): boolean {
  const [folder = ""] = prebuilt.split("/");
  return folder.endsWith(`${platform}-${arch}`) && !/musl|^HID-/.test(prebuilt);
}

/** Whether a compiled file of a workspace of ours goes along. `path` is relative to its `dist`. */
export const isProduct = (path: string): boolean =>
  !/\.(map|d\.ts|tsbuildinfo)$/.test(path) &&
  !/\.test\.js$/.test(path) &&
  !/(^|\/)(testing|test-support|types)\//.test(path) &&
  !/(^|\/)\.built-from$/.test(path);
