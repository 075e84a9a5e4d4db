import { z } from "zod";
import { Candidates, CandidatesRequest, EnrolmentBegin, Pin, TypedCode } from "../fleet/staff-api.js";
import { BreakGlassReason } from "../policy/break-glass.js";
import { LockAccountView } from "./account.js";
import { ScreenView } from "./view.js";

const Revision = z.number().int().min(1);

/** From the agent to the kiosk's page, JSON text over the local WebSocket. */
export const ToScreen = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("view"), view: ScreenView }),
  /** A command was refused; `code` is stable, nothing else changed. */
  z.strictObject({ type: z.literal("refused"), command: z.string().max(40), code: z.string().max(64) }),
  /** What a command found, to the page that asked alone: the names are nobody else's business. */
  z.strictObject({
    type: z.literal("answer"),
    command: z.literal("enrol-search"),
    /** `search` as it was asked, so that a late answer is not taken for another's. */
    answer: z.strictObject({ search: CandidatesRequest.shape.search, people: Candidates.shape.people }),
  }),
  /** Whether the page covers the desktop, asked where something is behind it: `covered` answers under the same number. */
  z.strictObject({ type: z.literal("cover"), revision: Revision }),
]);
export type ToScreen = z.infer<typeof ToScreen>;

/** From the kiosk's page to the agent, JSON text. The first message must be `hello` with the per-start token. */
export const FromScreen = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("hello"), token: z.string().max(128) }),
  z.strictObject({ type: z.literal("lock-now") }),
  /** "I am still here": heeded only while leaving and only with the phone's heartbeat alive. */
  z.strictObject({ type: z.literal("stay") }),
  /** Something runs at this screen that must not be cut off, or has ended: heeded as far as the policy puts locks off. */
  z.strictObject({ type: z.literal("procedure"), running: z.boolean() }),
  /** Keyboard, pointer or touch on the page; at most one a second. */
  z.strictObject({ type: z.literal("activity") }),
  z.strictObject({
    type: z.literal("enrol-begin"),
    operatorCode: z.string().min(4).max(32),
    givenName: z.string().trim().min(1).max(40),
    familyName: z.string().trim().max(40),
    /** Whose record it is; without it somebody new. `purpose` says why a person who has a credential gets another. */
    staffId: EnrolmentBegin.shape.staffId,
    purpose: EnrolmentBegin.shape.purpose,
    secondOperatorCode: EnrolmentBegin.shape.secondOperatorCode,
    consent: EnrolmentBegin.shape.consent,
    /** Of somebody who enrols without a face: their phone and this PIN. */
    pin: Pin.optional(),
  }),
  /** Whom the operator may mean, from the hospital's records. */
  z.strictObject({ type: z.literal("enrol-search"), ...CandidatesRequest.shape }),
  /** The operator compared the six digits on both screens. */
  z.strictObject({ type: z.literal("enrol-codes"), agree: z.boolean() }),
  z.strictObject({ type: z.literal("enrol-cancel") }),
  /** A personal one-time code, as it was typed. */
  z.strictObject({ type: z.literal("enter-code"), code: TypedCode }),
  /** The PIN of the badge that was read, or of the phone that showed its key: the agent knows which. */
  z.strictObject({ type: z.literal("enter-pin"), of: z.enum(["badge", "phone"]), pin: Pin }),
  /** Asks a phone nearby to show its key; once one has, it is somebody else's, and the next is asked. */
  z.strictObject({ type: z.literal("ways-phone") }),
  /** Whoever stood there goes another way: a badge that was read is forgotten, and a phone is let go. */
  z.strictObject({ type: z.literal("ways-cancel") }),
  /** Somebody says that this lock was a mistake; it changes nothing but the figures. */
  z.strictObject({ type: z.literal("lock-was-wrong"), lock: LockAccountView.shape.id }),
  /** An emergency: a personal code that works once, as it was typed, and why. */
  z.strictObject({ type: z.literal("break-glass"), reason: BreakGlassReason, code: TypedCode }),
  /** An emergency: two people hold their badges to the reader, one after the other. */
  z.strictObject({ type: z.literal("break-glass-badges"), reason: BreakGlassReason }),
  z.strictObject({ type: z.literal("break-glass-cancel") }),
  /** It was read, or is in the way. */
  z.strictObject({ type: z.literal("nudge-dismiss"), nudge: z.uuid() }),
  /** Somebody wants the lesson that waits for them, or not now. */
  z.strictObject({ type: z.literal("lesson-open") }),
  z.strictObject({ type: z.literal("lesson-later") }),
  /** Which answer they chose to each question, counted from 0. */
  z.strictObject({ type: z.literal("lesson-answers"), answers: z.array(z.number().int().min(0).max(9)).max(20) }),
  /** The page is over the whole screen and the shell says so, after `cover` with this number. Nothing else is an answer. */
  z.strictObject({ type: z.literal("covered"), revision: Revision }),
  z.strictObject({ type: z.literal("camera"), state: z.enum(["available", "denied", "lost"]) }),
]);
export type FromScreen = z.infer<typeof FromScreen>;

/** A binary WebSocket message from the page is one camera frame: 1 byte kind (1 = JPEG), 4 bytes sequence (big-endian), then the JPEG. */
export const FRAME_KIND_JPEG = 1;
export const FRAME_HEADER_BYTES = 5;
/** Larger frames and messages close the socket. */
export const MAX_FRAME_BYTES = 512 * 1024;
export const MAX_MESSAGE_BYTES = 8 * 1024;
/** Path of the agent's WebSocket. */
export const SCREEN_SOCKET_PATH = "/screen";
