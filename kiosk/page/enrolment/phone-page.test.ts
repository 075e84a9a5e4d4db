import { describe, expect, it } from "vitest";
import { handOverAddress, phonePageFrom } from "./phone-page.js";

describe("the demo's phone page", () => {
  it.each([
    "https://phone.example/",
    "http://192.0.2.7:7420/",
    "javascript:alert(1)//127.0.0.1",
    "data:text/html,hello",
    "//127.0.0.1/",
    "",
    null,
    undefined,
  ])("is never %s", (text) => {
    expect(phonePageFrom(text)).toBeNull();
  });

  it("gets the code beside its own token", () => {
    const page = phonePageFrom("http://127.0.0.1:7420/#token=abc");

    expect(page && handOverAddress(page, "WARDKEY:1/+&=x")).toBe(
      "http://127.0.0.1:7420/#token=abc&enrol=WARDKEY%3A1%2F%2B%26%3Dx",
    );
  });
});
