import { describe, expect, it } from "vitest";
import { pageAddress, readSettings } from "./settings.js";

const token = "kR3m-9sQ_kR3m-9sQ_kR3m-9sQ_kR3m-9sQ_kR3m-9sQ";

describe("the shell's settings", () => {
  it("come from its arguments before its environment", () => {
    const read = readSettings(["electron", "--agent-url=http://127.0.0.1:7999/x?y#z", "--profile=demo"], {
      WARDKEY_TOKEN_FILE: "/var/lib/wardkey/page-token",
      WARDKEY_PROFILE: "production",
    });

    expect(read).toEqual({
      ok: true,
      settings: {
        agent: new URL("http://127.0.0.1:7999/"),
        tokenFile: "/var/lib/wardkey/page-token",
        profile: "demo",
      },
    });
  });

  it("are production where nothing is said", () => {
    expect(readSettings(["--token-file=/t"], {})).toEqual({
      ok: true,
      settings: { agent: new URL("http://127.0.0.1:7410/"), tokenFile: "/t", profile: "production" },
    });
  });

  it.each([
    ["agent-url-invalid", ["--token-file=/t", "--agent-url=http://kiosk.example/"]],
    ["agent-url-invalid", ["--token-file=/t", "--agent-url=file:///etc/passwd"]],
    ["agent-url-invalid", ["--token-file=/t", "--agent-url=nowhere"]],
    ["token-file-invalid", []],
    ["token-file-invalid", ["--token-file=relative"]],
    ["profile-invalid", ["--token-file=/t", "--profile=lenient"]],
  ])("are refused with %s: %s", (code, argv) => {
    expect(readSettings(argv, {})).toEqual({ ok: false, code });
  });
});

describe("the page's address", () => {
  const agent = new URL("http://127.0.0.1:7410/");

  it("carries the token in its fragment", () => {
    expect(pageAddress(agent, `${token}\n`)).toBe(`http://127.0.0.1:7410/#token=${token}`);
  });

  it.each(["", "short", "a b", `${token}&phone=http://example.org`, "x".repeat(129)])(
    "is none for a file that holds %j",
    (text) => {
      expect(pageAddress(agent, text)).toBeNull();
    },
  );
});
