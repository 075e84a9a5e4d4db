import { hours } from "@wardkey/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run, TestPki } from "./testing/test-pki.js";

let site: TestPki;
beforeAll(async () => {
  site = await TestPki.make();
  await site.open();
  await site.serve();
  await site.file("root.der", site.pki.rootCertificate);
  await openssl("x509 -inform DER -in root.der -out root.pem");
});
afterAll(() => site.remove());

const openssl = (line: string): Promise<string> => run(site.folder, "openssl", ...line.split(" "));
const curl = (path: string, line = ""): Promise<string> =>
  run(
    site.folder,
    "curl",
    ...["--silent", "--show-error", "--cacert", "root.pem", "--max-time", "10"],
    ...line.split(" ").filter((word) => word !== ""),
    `${site.url}${path}`,
  );
const status = (path: string, line = ""): Promise<string> => curl(path, `${line} -o answer -w %{http_code}`);

/** What a person types who has nothing but openssl and curl. */
async function request(name: string, device: string): Promise<void> {
  await openssl(`ecparam -name prime256v1 -genkey -noout -out ${name}.key`);
  await openssl(`req -new -sha256 -key ${name}.key -subj /CN=${device} -outform DER -out ${name}.der`);
  await openssl(`base64 -in ${name}.der -out ${name}.b64`);
}
const POST = "--request POST --header Content-Type:application/pkcs10";

async function certificateFrom(answer: string, out: string): Promise<void> {
  await site.file("answer.b64", answer);
  await openssl("base64 -d -in answer.b64 -out answer.p7");
  await openssl(`pkcs7 -inform DER -in answer.p7 -print_certs -out ${out}`);
}

describe("with openssl and curl alone, a device", () => {
  it("fetches the authorities and what its request must hold", async () => {
    await certificateFrom(await curl("/.well-known/est/cacerts"), "cacerts.pem");
    expect((await openssl("crl2pkcs7 -nocrl -certfile cacerts.pem")).length).toBeGreaterThan(500);
    expect(await openssl("verify -CAfile root.pem cacerts.pem")).toBe("cacerts.pem: OK\n");
    await site.file("attributes.b64", await curl("/.well-known/est/csrattrs"));
    await openssl("base64 -d -in attributes.b64 -out attributes.der");
    const attributes = await openssl("asn1parse -inform DER -in attributes.der");
    expect(attributes.match(/OBJECT +:\S+/g)).toEqual([
      "OBJECT            :id-ecPublicKey",
      "OBJECT            :prime256v1",
      "OBJECT            :ecdsa-with-SHA256",
    ]);
  });

  it("enrols with its ticket, and gets the same again when the answer was lost", async () => {
    await request("bed-7", "bed-7");
    const basic = `${POST} --user bed-7:${await site.token("bed-7")} --data-binary @bed-7.b64`;
    const first = await curl("/.well-known/est/simpleenroll", basic);
    expect(await curl("/.well-known/est/kiosk/simpleenroll", basic)).toBe(first);
    await certificateFrom(first, "bed-7.pem");
    expect(await openssl("x509 -in bed-7.pem -noout -subject -ext subjectAltName,extendedKeyUsage,keyUsage")).toBe(
      [
        "subject=O = st-mary, OU = kiosk, CN = bed-7",
        "X509v3 Key Usage: critical",
        "    Digital Signature",
        "X509v3 Extended Key Usage: critical",
        "    TLS Web Client Authentication",
        "X509v3 Subject Alternative Name: ",
        "    URI:urn:wardkey:site:st-mary:device:bed-7",
        "",
      ].join("\n"),
    );
  });

  it("verifies its certificate", async () => {
    const at = Math.floor(site.clock.now() / 1_000);
    const line = `verify -attime ${at} -purpose sslclient -CAfile root.pem -untrusted cacerts.pem bed-7.pem`;
    expect(await openssl(line)).toBe("bed-7.pem: OK\n");
  });

  it("is known by its certificate", async () => {
    const answer = await curl("/v1/device/whoami", "--cert bed-7.pem --key bed-7.key");
    expect(JSON.parse(answer)).toEqual({
      device: "bed-7",
      profile: "kiosk",
      serial: expect.stringMatching(/^[0-9a-f]{32}$/),
      notAfter: Math.floor((site.clock.now() + hours(24)) / 1_000) * 1_000,
    });
    expect(await status("/v1/device/whoami")).toBe("401");
  });

  it("renews with its certificate and another key", async () => {
    await request("next", "bed-7");
    const identity = "--cert bed-7.pem --key bed-7.key";
    const answer = await curl("/.well-known/est/kiosk/simplereenroll", `${POST} ${identity} --data-binary @next.b64`);
    await certificateFrom(answer, "next.pem");
    expect(await status("/v1/device/whoami", "--cert next.pem --key next.key")).toBe("200");
  });

  it("gets a reader certificate with its identity", async () => {
    await request("reader", "bed-7");
    const identity = "--cert next.pem --key next.key";
    const answer = await curl("/.well-known/est/reader/simpleenroll", `${POST} ${identity} --data-binary @reader.b64`);
    await certificateFrom(answer, "reader.pem");
    expect(await openssl("x509 -in reader.pem -noout -subject -ext subjectAltName")).toBe(
      [
        "subject=O = st-mary, OU = Ward 3, CN = BED-7",
        "X509v3 Subject Alternative Name: ",
        "    URI:urn:wardkey:site:st-mary:kiosk:bed-7",
        "",
      ].join("\n"),
    );
  });

  it("finds itself on the revocation list once it is denied", async () => {
    const at = Math.floor(site.clock.now() / 1_000);
    const fetchList = async (): Promise<void> => {
      await curl("/crl", "-o crl.der");
      await openssl("crl -inform DER -in crl.der -out crl.pem");
      await openssl("crl -in crl.pem -CAfile cacerts.pem -noout -verify");
    };
    const check = `verify -attime ${at} -crl_check -CRLfile crl.pem -CAfile root.pem -untrusted cacerts.pem next.pem`;
    await fetchList();
    expect(await openssl(check)).toBe("next.pem: OK\n");
    await site.pki.deny({ device: "bed-7" });
    await fetchList();
    await expect(openssl(check)).rejects.toThrow(/certificate revoked/);
    expect(await status("/v1/device/whoami", "--cert next.pem --key next.key")).toBe("403");
    const renewing = `${POST} --cert next.pem --key next.key --data-binary @next.b64`;
    expect(await status("/.well-known/est/simplereenroll", renewing)).toBe("403");
  });
});
