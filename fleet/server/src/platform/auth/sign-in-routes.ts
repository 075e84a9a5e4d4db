import {
  Bytes32,
  CeremonyOptions,
  InvitationOpened,
  SessionState,
  SignedInView,
  TotpOffered,
} from "@wardkey/protocol/fleet";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import type { Administrator } from "../http/access.js";
import type { ApiServer } from "../http/api-server.js";
import { Login, PersonName } from "./administrator-kinds.js";
import type { Auth } from "./auth.js";
import { clearSessionCookie, setSessionCookie } from "./cookies.js";
import type { Means } from "./sessions.js";
import type { SignedIn, Visit } from "./sign-in.js";
import { Assertion, Attestation } from "./webauthn.js";

const BODY = 48 * 1024;
/** For each address, whoever it is: guessing is slowed down further by account. */
const limited = { access: "public", rateLimit: { max: 30, timeWindow: "1 minute" } } as const;

const Password = z.string().min(1).max(512);
const Code = z.string().regex(/^\d{6}$/);
const TotpSecret = TotpOffered.shape.secret;
/** What somebody who was invited says of themselves; `secret` is the link's. */
const Introduced = z.strictObject({ secret: Bytes32, login: Login, name: PersonName });
const KeyName = z.string().trim().min(1).max(80);

/** How an administrator comes in: by an invitation the first time, by passkey or password afterwards. */
export function signInRoutes(
  server: ApiServer,
  { auth, siteName, secure }: { auth: Auth; siteName: string; secure: boolean },
): void {
  const { signIn, registration, invitations } = auth;
  const visitOf = (request: FastifyRequest): Visit => ({
    address: request.ip,
    browser: request.headers["user-agent"] ?? "",
  });
  const tags = ["sign-in"];

  server.route({
    method: "GET",
    url: "/v1/session",
    schema: { tags, summary: "Who is signed in here", response: { 200: SessionState } },
    config: { access: "public" },
    handler: async (request) => {
      const { caller } = request;
      const person = caller?.administrator;
      const mine = person === undefined || caller?.via.kind !== "session" ? [] : await auth.sessions.of(person.id);
      const session = mine.find(({ id }) => id === caller?.via.id);
      return {
        siteName,
        setUpNeeded: await auth.administrators.none(),
        relyingParty: auth.party.id,
        signedIn:
          caller === null || person === undefined
            ? null
            : {
                administrator: { id: person.id, name: person.name, role: person.role },
                via: caller.via.kind,
                means: session?.means ?? null,
                endsAt: session?.endsAt ?? null,
                passkeys: (await auth.passkeys.of(person.id)).length,
              },
      };
    },
  });

  const answer = (
    signedIn: SignedIn,
    reply: Parameters<typeof setSessionCookie>[0],
  ): { administrator: Administrator } => {
    setSessionCookie(reply, signedIn.secret, secure);
    return { administrator: signedIn.administrator };
  };
  /** Whatever session this browser had ends: a new sign-in has a new secret. */
  async function endEarlier(request: FastifyRequest): Promise<void> {
    const { caller } = request;
    if (caller?.via.kind === "session") await auth.sessions.end(caller.administrator.id, caller.via.id);
  }

  server.route({
    method: "POST",
    url: "/v1/session/passkey/options",
    schema: { tags, summary: "Begin to sign in with a passkey", response: { 200: CeremonyOptions } },
    config: limited,
    handler: () => signIn.passkeyOptions(),
  });
  server.route({
    method: "POST",
    url: "/v1/session/passkey",
    schema: {
      tags,
      summary: "Sign in with a passkey",
      body: z.strictObject({ response: Assertion }),
      response: { 200: SignedInView },
    },
    config: limited,
    bodyLimit: BODY,
    handler: async (request, reply) => {
      const signedIn = await signIn.withPasskey(request.body.response, visitOf(request));
      await endEarlier(request);
      return answer(signedIn, reply);
    },
  });
  server.route({
    method: "POST",
    url: "/v1/session/password",
    schema: {
      tags,
      summary: "Sign in with a password and a code",
      body: z.strictObject({ login: Login, password: Password, code: Code }),
      response: { 200: SignedInView },
    },
    config: limited,
    bodyLimit: 4_096,
    handler: async (request, reply) => {
      const signedIn = await signIn.withPassword(request.body, visitOf(request));
      await endEarlier(request);
      return answer(signedIn, reply);
    },
  });
  server.route({
    method: "DELETE",
    url: "/v1/session",
    schema: { tags, summary: "Sign out", response: { 204: z.null() } },
    config: { access: "public" },
    handler: async (request, reply) => {
      const { caller } = request;
      if (caller?.via.kind === "session") {
        await auth.world.record("admin.signed-out", { admin: caller.administrator.id });
        await auth.sessions.end(caller.administrator.id, caller.via.id);
      }
      clearSessionCookie(reply, secure);
      return reply.code(204).send(null);
    },
  });

  const welcome = async (
    made: Administrator,
    { request, reply, means }: { request: FastifyRequest; reply: Parameters<typeof setSessionCookie>[0]; means: Means },
  ) => answer(await signIn.begin(made, means, visitOf(request)), reply);

  server.route({
    method: "POST",
    url: "/v1/invitation",
    schema: {
      tags,
      summary: "What an invitation's secret opens",
      body: z.strictObject({ secret: Bytes32 }),
      response: { 200: InvitationOpened },
    },
    config: limited,
    bodyLimit: 1_024,
    handler: async (request) => {
      const { kind, login, name, role, expiresAt } = await invitations.read(request.body.secret);
      return { kind, login, name, role, expiresAt, password: kind !== "invitation" };
    },
  });
  server.route({
    method: "POST",
    url: "/v1/invitation/passkey/options",
    schema: { tags, summary: "Begin to register with a passkey", body: Introduced, response: { 200: CeremonyOptions } },
    config: limited,
    bodyLimit: 4_096,
    handler: (request) => registration.passkeyOptions(request.body),
  });
  server.route({
    method: "POST",
    url: "/v1/invitation/passkey",
    schema: {
      tags,
      summary: "Register with a passkey, and be signed in",
      body: z.strictObject({ ...Introduced.shape, response: Attestation, keyName: KeyName }),
      response: { 200: SignedInView },
    },
    config: limited,
    bodyLimit: BODY,
    handler: async (request, reply) => {
      const { response, keyName, ...who } = request.body;
      const made = await registration.withPasskey(who, { response, keyName });
      return welcome(made, { request, reply, means: "passkey" });
    },
  });
  server.route({
    method: "POST",
    url: "/v1/invitation/totp",
    schema: {
      tags,
      summary: "A secret for an authenticator app",
      body: Introduced,
      response: { 200: TotpOffered },
    },
    config: limited,
    bodyLimit: 4_096,
    handler: (request) => registration.totpFor(request.body),
  });
  server.route({
    method: "POST",
    url: "/v1/invitation/password",
    schema: {
      tags,
      summary: "Register with a password and an authenticator app, and be signed in",
      body: z.strictObject({ ...Introduced.shape, password: Password, totpSecret: TotpSecret, code: Code }),
      response: { 200: SignedInView },
    },
    config: limited,
    bodyLimit: 4_096,
    handler: async (request, reply) => {
      const { password, totpSecret, code, ...who } = request.body;
      const made = await registration.withPassword(who, { password, totpSecret, code });
      return welcome(made, { request, reply, means: "password" });
    },
  });
}
