import { useEffect, useRef } from "react";
import { takeFromFragment } from "./fragment.js";

/** Hands over a fragment parameter at start and whenever another page opens this one again with a new fragment; the parameter leaves the address. */
export function useFragment(name: string, onValue: (value: string) => void): void {
  const latest = useRef(onValue);
  useEffect(() => {
    latest.current = onValue;
  });
  useEffect(() => {
    const take = () => {
      const value = takeFromFragment([name])[name];
      if (value !== undefined) latest.current(value);
    };
    take();
    window.addEventListener("hashchange", take);
    return () => window.removeEventListener("hashchange", take);
  }, [name]);
}
