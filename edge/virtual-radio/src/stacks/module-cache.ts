import { createRequire, Module } from "node:module";
import { dirname, sep } from "node:path";

export interface FreshLoad<T> {
  /** The caller's own `require`, where the stack is not installed beside this package. */
  readonly require: NodeJS.Require;
  /** The stack's package, for instance `@abandonware/noble`. */
  readonly stack: string;
  /** The package that the stack loads its HCI socket from. */
  readonly socketPackage: string;
  readonly socketExports: unknown;
  readonly load: (requireFromStack: NodeJS.Require) => T;
}

/**
 * Loads a stack anew, unmodified, with another HCI socket under it. Afterwards the module cache is as it was, so that
 * two loads share nothing and an ordinary `require` still finds the ordinary stack.
 */
export function loadFresh<T>(options: FreshLoad<T>): T {
  const entry = options.require.resolve(options.stack);
  const fromStack = createRequire(entry);
  const socketPath = fromStack.resolve(options.socketPackage);
  const stackFolder = `${dirname(entry)}${sep}`;
  const cache = fromStack.cache;

  const setAside = new Map<string, NodeJS.Module>();
  for (const [path, loaded] of Object.entries(cache)) {
    if (loaded === undefined || !(path.startsWith(stackFolder) || path === socketPath)) continue;
    setAside.set(path, loaded);
    delete cache[path];
  }
  const replacement = new Module(socketPath);
  replacement.exports = options.socketExports;
  replacement.loaded = true;
  cache[socketPath] = replacement;
  try {
    return options.load(fromStack);
  } finally {
    for (const path of Object.keys(cache)) {
      if (path.startsWith(stackFolder) || path === socketPath) delete cache[path];
    }
    for (const [path, loaded] of setAside) cache[path] = loaded;
  }
}
