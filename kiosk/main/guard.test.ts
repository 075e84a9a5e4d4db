import { describe, expect, it } from "vitest";
import { contentPolicy, mayHave, mayNavigate, mayPress, mayRequest, type PermissionWish } from "./guard.js";

const agent = new URL("http://127.0.0.1:7410/");
const demo = { agent, profile: "demo" } as const;
const production = { agent, profile: "production" } as const;

const camera: PermissionWish = {
  permission: "media",
  origin: "http://127.0.0.1:7410/",
  media: ["video"],
  isMainFrame: true,
};

describe("a permission", () => {
  it("is given for the camera, to the agent's page, in the demo profile", () => {
    expect(mayHave(camera, demo)).toBe(true);
  });

  it.each<[string, Partial<PermissionWish>]>([
    ["the microphone", { media: ["audio"] }],
    ["the camera with the microphone", { media: ["video", "audio"] }],
    ["media of a kind that nobody named", { media: undefined }],
    ["no media at all", { media: [] }],
    ["another port", { origin: "http://127.0.0.1:7420/" }],
    ["another name for this machine", { origin: "http://localhost:7410/" }],
    ["another scheme", { origin: "https://127.0.0.1:7410/" }],
    ["no origin", { origin: "" }],
    ["a frame inside", { isMainFrame: false }],
    ...[
      "geolocation",
      "notifications",
      "fullscreen",
      "clipboard-read",
      "hid",
      "serial",
      "usb",
      "openExternal",
      "display-capture",
      "unknown",
    ].map((permission): [string, Partial<PermissionWish>] => [permission, { permission }]),
  ])("is refused: %s", (_what, change) => {
    expect(mayHave({ ...camera, ...change }, demo)).toBe(false);
  });

  it("is refused for everything in production, also for the camera", () => {
    expect(mayHave(camera, production)).toBe(false);
  });
});

describe("a navigation", () => {
  it.each([
    "http://127.0.0.1:7410/",
    "http://127.0.0.1:7410/#token=abc",
    "wardkey-shell://shell/waiting",
    "wardkey-shell://shell/blind",
  ])("may go to the agent's page and the shell's own: %s", (url) => {
    expect(mayNavigate(url, production)).toBe(true);
  });

  it.each([
    "http://127.0.0.1:7410/other",
    "http://127.0.0.1:7410/?q=1",
    "wardkey-shell://shell/other",
    "http://127.0.0.1:7420/",
    "http://127.0.0.1.example/",
    "http://127.0.0.1:7410@example.org/",
    "https://127.0.0.1:7410/",
    "file:///etc/passwd",
    "data:text/html,hello",
    "javascript:alert(1)",
    "about:blank",
    "",
  ])("may not go to %s", (url) => {
    expect(mayNavigate(url, production)).toBe(false);
  });
});

describe("a request", () => {
  it.each(["http://127.0.0.1:7410/assets/index.js", "ws://127.0.0.1:7410/screen", "blob:http://127.0.0.1:7410/0f8f"])(
    "may go to the agent: %s",
    (url) => {
      expect(mayRequest(url, production)).toBe(true);
    },
  );

  it.each([
    "https://example.org/",
    "http://127.0.0.1:7420/",
    "ws://127.0.0.1:7420/phone",
    "wss://127.0.0.1:7410/screen",
    "file:///etc/passwd",
    "data:text/plain,hello",
    "blob:null/0f8f",
    "devtools://devtools/bundled/inspector.html",
    "not an address",
  ])("may not go to %s", (url) => {
    expect(mayRequest(url, production)).toBe(false);
  });
});

describe("a key", () => {
  const plain = { control: false, alt: false, meta: false };

  it.each([
    { ...plain, key: "a" },
    { ...plain, key: "Enter" },
    { ...plain, key: "Tab" },
    { ...plain, key: "v", control: true },
  ])("that types may be pressed: %o", (press) => {
    expect(mayPress(press)).toBe(true);
  });

  it.each([
    { ...plain, key: "F5" },
    { ...plain, key: "F12" },
    { ...plain, key: "r", control: true },
    { ...plain, key: "W", control: true },
    { ...plain, key: "I", control: true },
    { ...plain, key: "+", control: true },
    { ...plain, key: "F4", alt: true },
    { ...plain, key: "Left", alt: true },
    { ...plain, key: "q", meta: true },
  ])("that a browser acts on may not: %o", (press) => {
    expect(mayPress(press)).toBe(false);
  });
});

it("the content policy names the agent's socket and nothing that could run or leave", () => {
  expect(contentPolicy(production)).toBe(
    "default-src 'self'; connect-src 'self' ws://127.0.0.1:7410; img-src 'self' blob:; media-src 'self' blob:; " +
      "object-src 'none'; base-uri 'none'; form-action 'none'; frame-src 'none'; frame-ancestors 'none'",
  );
});
