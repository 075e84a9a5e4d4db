/** Waits for what will be, however long a busy machine takes for it; twenty seconds at most. */
export async function until(holds: () => boolean, told: () => unknown = () => null): Promise<void> {
  const end = performance.now() + 20_000;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`never came true: ${JSON.stringify(told())}`);
    await new Promise((resume) => setTimeout(resume, 5));
  }
}
