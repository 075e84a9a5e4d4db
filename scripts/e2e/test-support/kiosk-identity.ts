import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { z } from "zod";
import type { Hospital } from "../../src/hospital/hospital.js";

const Certified = z.object({ key: z.string(), leaf: z.string(), sent: z.array(z.string()) });
const Kept = z.object({ identity: Certified, reader: z.object({ certified: Certified }) });

/** What a thief of the kiosk's disk has: its identity and its reader certificate, with their keys. */
export interface StolenIdentity {
  readonly reader: X509Certificate;
  /** Asks the fleet's HTTPS for devices as this kiosk. Resolves with the status and the code of a refusal. */
  ask(path: string): Promise<{ status: number; code: string | null }>;
  /** Sends something to it. Resolves with whatever it answers. */
  post(path: string, body: object): Promise<{ status: number; body: unknown }>;
}

export const stealIdentity = ({ folders, site }: Hospital): StolenIdentity =>
  identityIn({ folder: folders.agent, deviceUrl: () => site.deviceUrl });

/** The identity that a kiosk keeps in this folder. */
export function identityIn({ folder, deviceUrl }: { folder: string; deviceUrl: () => string }): StolenIdentity {
  const { identity, reader } = Kept.parse(JSON.parse(readFileSync(join(folder, "credentials.json"), "utf8")));
  const cert = [identity.leaf, ...identity.sent].map((each) => certificate(each).toString()).join("");
  const key = readFileSync(join(folder, identity.key), "utf8");
  const say = (method: "GET" | "POST", path: string, body?: string): Promise<{ status: number; text: string }> =>
    new Promise((resolve, reject) => {
      // Whether the server is the right one is not what is tried here.
      const options = { method, cert, key, rejectUnauthorized: false, agent: false, timeout: 5_000 };
      const headers = body === undefined ? {} : { "content-type": "application/json" };
      const asked = request(new URL(path, deviceUrl()), { ...options, headers }, (answer) => {
        let text = "";
        answer.setEncoding("utf8").on("data", (chunk: string) => {
          text += chunk;
        });
        answer.once("end", () => resolve({ status: answer.statusCode ?? 0, text }));
      });
      asked.once("timeout", () => asked.destroy(new Error("no answer within five seconds")));
      asked.once("error", reject);
      asked.end(body);
    });
  return {
    reader: certificate(reader.certified.leaf),
    ask: async (path) => {
      const { status, text } = await say("GET", path);
      return { status, code: codeIn(text) };
    },
    post: async (path, body) => {
      const { status, text } = await say("POST", path, JSON.stringify(body));
      return { status, body: JSON.parse(text) };
    },
  };
}

const certificate = (der: string): X509Certificate => new X509Certificate(Buffer.from(der, "base64url"));

function codeIn(text: string): string | null {
  try {
    return z.object({ code: z.string() }).safeParse(JSON.parse(text)).data?.code ?? null;
  } catch {
    return null;
  }
}
