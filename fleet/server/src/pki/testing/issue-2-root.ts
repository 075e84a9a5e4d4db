import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Root and signer as the site authority before intermediates made them, for "St Mary": the root's key signed every leaf.
 * Keys of a test site that never existed.
 */
const ROOT_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgMdcvE6cxQpCzdeU1
XepHe6kF559WubBjX9bBdH20bW6hRANCAAT7/nEBCc7CLk+mGN07jBs2+qx1EZiJ
z7dh5fexBVVzhPteIcmz+5hVmRDpaTLPXvMywzm0oAgDmz4BtVDcq4dl
-----END PRIVATE KEY-----
`;
const ROOT =
  "MIIBpjCCAUugAwIBAgIQWpoLALrzsDUK7kFl2ZEsFDAKBggqhkjOPQQDAjAxMRAwDgYDVQQKDAdzdC1tYXJ5MR0wGwYDVQQDDBRT" +
  "dCBNYXJ5IFdhcmRrZXkgcm9vdDAeFw0yNjA1MzEyMzU1MDBaFw0zNjA1MjkwMDAwMDBaMDExEDAOBgNVBAoMB3N0LW1hcnkxHTAb" +
  "BgNVBAMMFFN0IE1hcnkgV2FyZGtleSByb290MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE+/5xAQnOwi5PphjdO4wbNvqsdRGY" +
  "ic+3YeX3sQVVc4T7XiHJs/uYVZkQ6Wkyz17zMsM5tKAIA5s+AbVQ3KuHZaNFMEMwEgYDVR0TAQH/BAgwBgEB/wIBATAOBgNVHQ8B" +
  "Af8EBAMCAQYwHQYDVR0OBBYEFBzv56oMd+wduU57QjN6FDu5oM8XMAoGCCqGSM49BAMCA0kAMEYCIQCE8jnn1Ke9xYLh3RJaUAlN" +
  "YKAV2Gax2uPo/yXRNHWtPAIhAPmYc7DEIZtgN6odsRESfzIhWo1Dlh2UAifBXWz4vrkl";
const SIGNER = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgX3x0rEnodksdOAPw
Odz2OO5AuZsSrb/nxhiTFnnj51GhRANCAAQX6mfoDzhHxd9mvZCJLNojugyHcUxY
J9gcaaJpm54CMlb4uslMsYCRFz6S7Hup/AijP7qAaySPPdR852hEu+Xa
-----END PRIVATE KEY-----
`,
  certificate:
    "MIIB6TCCAY6gAwIBAgIQc1RuFvZLVogd8tzrUPyVQDAKBggqhkjOPQQDAjAxMRAwDgYDVQQKDAdzdC1tYXJ5MR0wGwYDVQQDDBRT" +
    "dCBNYXJ5IFdhcmRrZXkgcm9vdDAeFw0yNjA1MzEyMzU1MDBaFw0yODA2MDEwMDAwMDBaMDAxEDAOBgNVBAoMB3N0LW1hcnkxHDAa" +
    "BgNVBAMME1N0IE1hcnkgY3JlZGVudGlhbHMwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQX6mfoDzhHxd9mvZCJLNojugyHcUxY" +
    "J9gcaaJpm54CMlb4uslMsYCRFz6S7Hup/AijP7qAaySPPdR852hEu+Xao4GIMIGFMAwGA1UdEwEB/wQCMAAwDgYDVR0PAQH/BAQD" +
    "AgeAMBgGA1UdJQEB/wQOMAwGCisGAQQBg8wIAQIwKgYDVR0RBCMwIYYfdXJuOndhcmRrZXk6c2l0ZTpzdC1tYXJ5OnNpZ25lcjAf" +
    "BgNVHSMEGDAWgBQc7+eqDHfsHblOe0IzehQ7uaDPFzAKBggqhkjOPQQDAgNJADBGAiEAxTYMGLZDDQI6ZPeulktomjdBvuBwXwGR" +
    "Z+3rjq1INDsCIQCNFrmlmJFXVo25Et4I0wRx7N+B8O7WFdd+OWP9pMCYzQ==",
};

export const MADE_AT = Date.UTC(2026, 5, 1);

export async function writeIssue2Folder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const write = (name: string, content: string | Uint8Array): Promise<void> =>
    writeFile(join(folder, name), content, { mode: 0o600 });
  await write("root.key", ROOT_KEY);
  await write("root.cer", Buffer.from(ROOT, "base64"));
  await write("signer.json", JSON.stringify(SIGNER));
}
