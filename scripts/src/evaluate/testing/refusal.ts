import process from "node:process";
import { vi } from "vitest";

/** Exit code of a command that measures, and the code at the start of the line that it said last. */
export async function refusal(
  main: (argv: readonly string[]) => Promise<number>,
  argv: readonly string[],
): Promise<readonly [number, string | undefined]> {
  const lines: string[] = [];
  const said = vi.spyOn(process.stderr, "write").mockImplementation((line) => lines.push(String(line)) > 0);
  try {
    return [await main(argv), lines.at(-1)?.split(":")[0]];
  } finally {
    said.mockRestore();
  }
}
