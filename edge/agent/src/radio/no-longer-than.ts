/**
 * What `work` comes to, or `null` once `ms` are over or `ended` is aborted: what it comes to then is given to `late`, and
 * forgotten when it fails. Rejects when `work` does in time.
 */
export function noLongerThan<T>(
  work: Promise<T>,
  bounds: { readonly ms: number; readonly ended?: AbortSignal; readonly late?: (value: T) => void },
): Promise<{ readonly value: T } | null> {
  const { ms, ended, late = () => {} } = bounds;
  return new Promise((resolve, reject) => {
    let over = false;
    const end = (): boolean => {
      if (over) return false;
      over = true;
      clearTimeout(timer);
      ended?.removeEventListener("abort", giveUp);
      return true;
    };
    const giveUp = (): void => {
      if (end()) resolve(null);
    };
    const timer = setTimeout(giveUp, ms);
    ended?.addEventListener("abort", giveUp, { once: true });
    if (ended?.aborted === true) giveUp();
    work.then(
      (value) => (end() ? resolve({ value }) : late(value)),
      (error: unknown) => {
        if (end()) reject(error);
      },
    );
  });
}
