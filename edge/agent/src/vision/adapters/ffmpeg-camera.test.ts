import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FrameSource } from "../app/frame-source.js";
import { createFfmpegCamera } from "./ffmpeg-camera.js";

const SILENCE_MS = 600;
// Where a picture is to come in time, also on a machine that is busy with something else.
const PATIENT_MS = 3_000;
const FRAME_BYTES = 640 * 480 * 3;

let folder = "";
let camera: FrameSource | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "wardkey-ffmpeg-"));
});
afterEach(async () => {
  await camera?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** An ffmpeg that notes when it was started, by which process, and then does as it is told. */
async function watch(
  does: string,
  silenceMs = SILENCE_MS,
): Promise<{ readonly heard: string[]; readonly bytes: number[] }> {
  const ffmpeg = join(folder, "ffmpeg");
  await writeFile(ffmpeg, `#!/bin/sh\necho "$$ $(date +%s%N)" >> "${folder}/starts"\n${does}\n`);
  await chmod(ffmpeg, 0o700);
  const heard: string[] = [];
  const bytes: number[] = [];
  camera = createFfmpegCamera({ kind: "file", path: join(folder, "none.avi") }, ffmpeg, silenceMs);
  camera.start({
    frame: (frame) => {
      heard.push("frame");
      bytes.push(frame.length);
      camera?.giveBack(frame);
    },
    gone: () => heard.push("gone"),
  });
  return { heard, bytes };
}

async function starts(): Promise<{ readonly pid: number; readonly ms: number }[]> {
  const text = await readFile(join(folder, "starts"), "utf8").catch(() => "");
  return text
    .trim()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split(" ").map(Number))
    .map(([pid = 0, nanoseconds = 0]) => ({ pid, ms: nanoseconds / 1e6 }));
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
}

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("an ffmpeg that hangs", () => {
  it("is ended, told as gone, and opened again", async () => {
    const { heard, bytes } = await watch(
      `if [ -e "${folder}/hung" ]; then exec head -c ${FRAME_BYTES} /dev/zero; fi\ntouch "${folder}/hung"; exec sleep 60`,
    );
    await until(() => heard.includes("frame"));
    const [first] = await starts();
    await until(() => !runs(first?.pid ?? 0));
    expect([heard[0], heard.indexOf("frame") > 0, bytes[0]]).toEqual(["gone", true, FRAME_BYTES]);
  });

  it("is noticed after its first frames too, and by whole frames alone", async () => {
    const { heard } = await watch(`head -c ${FRAME_BYTES + 1_000} /dev/zero; exec sleep 60`, PATIENT_MS);
    await until(() => heard.filter((each) => each === "gone").length === 2);
    expect(heard).toEqual(["frame", "gone", "frame", "gone"]);
  });

  it("is given more time at each opening", async () => {
    await watch("exec sleep 60");
    await until(async () => (await starts()).length === 3);
    const [first, second, third] = (await starts()).map(({ ms }) => ms);
    const gaps = [(second ?? 0) - (first ?? 0), (third ?? 0) - (second ?? 0)];
    expect(gaps[0]).toBeGreaterThanOrEqual(SILENCE_MS + 500 - 50);
    expect(gaps[1]).toBeGreaterThanOrEqual(2 * SILENCE_MS + 1_000 - 50);
  });

  it("is not opened again once the camera is stopped", async () => {
    const { heard } = await watch("exec sleep 60");
    await until(() => heard.length > 0);
    await camera?.stop();
    const [told, begun] = [heard.length, await starts()];
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await until(() => begun.every(({ pid }) => !runs(pid)));
    expect([heard.length, (await starts()).length]).toEqual([told, begun.length]);
  });
});

describe("an ffmpeg that leaves something of itself running", () => {
  it("does not keep the camera from stopping", async () => {
    const { heard } = await watch(`head -c ${FRAME_BYTES} /dev/zero; sleep 8; true`);
    await until(() => heard.length > 0);
    const begun = performance.now();
    await camera?.stop();
    expect(performance.now() - begun).toBeLessThan(4_000);
  });
});

describe("an ffmpeg that goes on", () => {
  it("is left alone", async () => {
    const { heard } = await watch(`while :; do head -c ${FRAME_BYTES} /dev/zero; sleep 0.05; done`, PATIENT_MS);
    await until(() => heard.length > 12);
    expect([heard.includes("gone"), (await starts()).length]).toEqual([false, 1]);
  });
});
