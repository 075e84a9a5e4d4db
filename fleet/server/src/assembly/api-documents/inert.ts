import { WardkeyError } from "@wardkey/protocol";

/**
 * Stands for parts that only a handler would use: routes are described without a site behind them. `known` names what
 * is copied member by member at registration.
 */
export function inert<T>(known: Readonly<Record<string, unknown>> = {}): T {
  const nothing = (): never => {
    throw new WardkeyError("inert-part-used", "a described route was called, or used its parts at registration");
  };
  const part: unknown = new Proxy(nothing, {
    get: (_target, key) => (typeof key === "symbol" ? undefined : Object.hasOwn(known, key) ? known[key] : inert()),
  });
  return part as T;
}
