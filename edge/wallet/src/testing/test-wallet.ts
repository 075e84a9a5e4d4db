import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, type Clock, type Duration, type Instant, instant, minutes, WardkeyError } from "@wardkey/protocol";
import {
  type EnrolmentOffer,
  encodeOffer,
  identifierWindow,
  keyDigest,
  rotatingIdentifier,
  sha256,
} from "@wardkey/protocol/credential";
import {
  type FromPhonePage,
  PHONE_SOCKET_PATH,
  type PhoneView,
  type ReleaseRecord,
  ToPhonePage,
} from "@wardkey/protocol/phone";
import { createRoom, type Room, serveRoom } from "@wardkey/virtual-radio";
import { WebSocket } from "ws";
import { type RunningWallet, startWallet, type WalletConfigInput } from "../index.js";
import { type TapRequest, type TapTrace, TEST_EID_KEY, TestKiosk } from "./test-kiosk.js";
import { createTestSite, type TestReader, type TestSite } from "./test-site.js";

/** A clock whose wall time a test moves; monotonic time runs by itself, and can be moved forward too. */
export interface TestClock extends Clock {
  advance(by: Duration): void;
}

export function createTestClock(start = instant(1_790_000_100_000)): TestClock {
  let ahead = 0;
  return {
    now: () => instant(start + ahead + Math.floor(performance.now())),
    monotonic: () => performance.now() + ahead,
    advance: (by) => {
      ahead += by;
    },
  };
}

/** A phone's page without a browser: it says what is asked of it and remembers what it was shown. */
export class TestPage {
  readonly #socket: WebSocket;
  readonly refusals: { command: string; code: string }[] = [];
  view: PhoneView | null = null;
  #waiting: Array<() => void> = [];

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data) => {
      const message = ToPhonePage.parse(JSON.parse(String(data)));
      if (message.type === "view") this.view = message.view;
      else this.refusals.push({ command: message.command, code: message.code });
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  static async open(wallet: Pick<RunningWallet, "url" | "token">): Promise<TestPage> {
    const socket = new WebSocket(`${wallet.url.replace("http", "ws").replace(/\/$/, "")}${PHONE_SOCKET_PATH}`);
    const page = new TestPage(socket);
    await new Promise((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", reject);
    });
    page.say({ type: "hello", token: wallet.token });
    await page.until(() => true);
    return page;
  }

  say(message: FromPhonePage): void {
    this.#socket.send(JSON.stringify(message));
  }

  /** The first view of which this is true; fails after a while. */
  async until(holds: (view: PhoneView) => boolean, withinMs = 5_000): Promise<PhoneView> {
    const end = performance.now() + withinMs;
    for (;;) {
      if (this.view !== null && holds(this.view)) return this.view;
      if (performance.now() > end)
        throw new Error(`not within ${withinMs} ms: ${holds}, but ${JSON.stringify(this.view)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 100);
        this.#waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  /** The next refusal that was not looked at yet. */
  async refused(): Promise<{ command: string; code: string } | undefined> {
    await this.until(() => this.refusals.length > 0);
    return this.refusals.shift();
  }

  close(): void {
    this.#socket.terminate();
  }
}

/** A room with one phone, one honest kiosk and its site. */
export interface TestWard {
  readonly room: Room;
  readonly clock: TestClock;
  readonly site: TestSite;
  readonly reader: TestReader;
  readonly kiosk: TestKiosk;
  readonly wallet: RunningWallet;
  readonly page: TestPage;
  readonly folder: string;
  readonly config: WalletConfigInput;
  readonly log: string[];
  offer(change?: Partial<EnrolmentOffer>): EnrolmentOffer;
  /** One tap by the honest kiosk, or by whatever `change` makes of it. */
  tap(change?: Partial<TapRequest>, by?: TestKiosk): Promise<TapTrace>;
  /** A tap that ends with its link gone and the phone in the air again; the newest line of the history. */
  tapAndLeave(
    change?: Partial<TapRequest>,
    by?: TestKiosk,
  ): Promise<{ tap: TapTrace; record: ReleaseRecord | undefined }>;
  /** The supervised enrolment, from the code to the credential. */
  enrol(face?: boolean): Promise<void>;
  restart(): Promise<{ wallet: RunningWallet; page: TestPage }>;
  /** The room is gone from under the phone. */
  leaveRoom(): Promise<void>;
  close(): Promise<void>;
}

export async function openWard(change: Partial<WalletConfigInput> = {}): Promise<TestWard> {
  const folder = await mkdtemp(join(tmpdir(), "wardkey-wallet-"));
  const pageDir = await mkdtemp(join(tmpdir(), "wardkey-page-"));
  await writeFile(join(pageDir, "index.html"), "<!doctype html><title>phone</title>");
  const clock = createTestClock();
  const room = createRoom({ seed: 5, pathLoss: { shadowingSigmaDb: 0, fadingSigmaDb: 0 } });
  const socketPath = join(pageDir, "room.sock");
  const served = await serveRoom(room, { socketPath });
  if (served.outcome !== "serving") throw new WardkeyError("unexpected", served.reason);
  const joined = room.join("kiosk", { position: { x: 0, y: 0 } });
  if (joined.outcome !== "joined") throw new WardkeyError("unexpected", joined.reason);
  const kiosk = new TestKiosk(joined.participant);
  await kiosk.powerOn();
  const site = await createTestSite("st-mary", clock.now());
  const reader = await site.reader({ kiosk: "ward-3-desk", name: "Ward 3 desk" });
  const log: string[] = [];
  const keep = (entry: object, message: string): void => void log.push(`${JSON.stringify(entry)} ${message}`);

  const config: WalletConfigInput = {
    dataDir: join(folder, "wallet"),
    port: 0,
    pageDir,
    radio: { kind: "virtual", socketPath, name: "phone", kiosk: "kiosk" },
    ...change,
  };
  const start = async (): Promise<{ wallet: RunningWallet; page: TestPage }> => {
    const wallet = await startWallet({
      config,
      clock,
      logger: { warn: keep },
    });
    return { wallet, page: await TestPage.open(wallet) };
  };
  let running = await start();

  const ward: TestWard = {
    room,
    clock,
    site,
    reader,
    kiosk,
    folder,
    config,
    log,
    get wallet() {
      return running.wallet;
    },
    get page() {
      return running.page;
    },
    offer: (change = {}) => offerOf({ site, reader, now: clock.now(), ...change }),
    async tap(change = {}, by = kiosk) {
      const unlock: TapRequest["errand"] = { purpose: "unlock", decision: "unlocked" };
      const status = await site.status(reader.kiosk);
      // A kiosk knows its people by the identifier of this quarter of an hour.
      const window = identifierWindow(clock.now());
      const identifier = rotatingIdentifier({ eidKey: TEST_EID_KEY, site: site.id, window });
      return by.tap({ reader, site, status, errand: unlock, identifier, now: clock.now(), ...change });
    },
    async tapAndLeave(change = {}, by = kiosk) {
      const before = running.page.view?.history[0]?.id;
      const tap = await ward.tap(change, by);
      if (change.leaveAfterFrames === undefined) {
        await running.page.until(({ history }) => history[0]?.id !== before);
        await tap.leave();
      }
      await tap.ended;
      const { history } = await running.page.until(
        ({ history: lines, visibility }) => lines[0]?.id !== before && visibility.servedKiosk === null,
      );
      return { tap, record: history[0] };
    },
    async enrol(face = true) {
      const offer = ward.offer();
      running.page.say({ type: "enrol", qr: encodeOffer(offer) });
      await running.page.until(({ enrolment }) => enrolment?.step === "waiting");
      await ward.tap({ errand: { purpose: "enrol", offer, face } });
      await running.page.until(({ credential, enrolment }) => credential !== null && enrolment?.step === "done");
      running.page.say({ type: "enrol-cancel" });
      await running.page.until(({ enrolment, visibility }) => enrolment === null && visibility.advertising);
    },
    async restart() {
      running.page.close();
      await running.wallet.stop();
      running = await start();
      return running;
    },
    leaveRoom: () => served.close(),
    async close() {
      running.page.close();
      await running.wallet.stop();
      await joined.participant.close();
      await served.close();
      await room.close();
      await rm(folder, { recursive: true, force: true });
      await rm(pageDir, { recursive: true, force: true });
    },
  };
  return ward;
}

let tokens = 0;

/** Walks the phone to the kiosk: near, and moving. */
export async function walkUp({ page }: TestWard, distance = 1.2): Promise<void> {
  page.say({ type: "move", distance: distance + 1 });
  page.say({ type: "move", distance });
  await page.until(({ room }) => room?.distance === distance);
}

function offerOf(
  input: { site: TestSite; reader: TestReader; now: Instant } & Partial<EnrolmentOffer>,
): EnrolmentOffer {
  const { site, reader, now, ...change } = input;
  tokens += 1;
  return {
    rootDigest: site.trust.rootDigest,
    kioskKeyDigest: keyDigest(reader.publicKey),
    token: sha256(Uint8Array.of(tokens)).slice(0, 16),
    expiresAt: after(now, minutes(2)),
    ...change,
  };
}
