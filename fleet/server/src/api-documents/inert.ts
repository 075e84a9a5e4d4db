import { WardkeyError } from "@wardkey/protocol";

/** Stands for parts that only a handler would use: routes are described without a site behind them. */
export function inert<T>(): T {
  const nothing = (): never => {
    throw new WardkeyError("inert-part-used", "a described route was called, or used its parts at registration");
  };
  const part: unknown = new Proxy(nothing, { get: (_target, key) => (typeof key === "symbol" ? undefined : part) });
  return part as T;
}
