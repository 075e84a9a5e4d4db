import { assertNever, type Clock, type Duration, type Metres, metres } from "@wardkey/protocol";
import type { PhoneView } from "@wardkey/protocol/phone";
import type { QuotaLimits, RandomBytes } from "@wardkey/protocol/tap";
import { Prompts } from "./consent/index.js";
import { Enrolling } from "./enrolling.js";
import { type PageCommand, type PageCommands, phoneView } from "./page/index.js";
import { Advertiser, type PhoneRadio, type Showing } from "./peripheral/index.js";
import { PhoneInHand } from "./phone-in-hand.js";
import type { SimulatedRoom } from "./room/room.js";
import { TapService } from "./tap-service.js";
import type { HolderKeys, Vault } from "./vault/index.js";

export interface WalletDependencies {
  vault: Vault;
  holderKeys: HolderKeys;
  radio: PhoneRadio;
  /** `null` on a real radio. */
  room: SimulatedRoom | null;
  pinnedRootDigest: Uint8Array | null;
  clock: Clock;
  randomBytes: RandomBytes;
  makeId(): string;
  /** How long an owner is waited for. */
  patience: Duration;
  releaseLimits: QuotaLimits;
  report(code: string): void;
  onChange(): void;
}

/** The body is as good as a metre's walk to whoever wears the phone: putting it away is motion. */
const POCKET_STEP: Metres = metres(1);

/** The phone: what it keeps, what it shows of itself, what it answers, and what its owner may do with it. */
export class Wallet implements PageCommands {
  readonly #deps: WalletDependencies;
  readonly #hand: PhoneInHand;
  readonly #prompts: Prompts;
  readonly #enrolling: Enrolling;
  readonly #advertiser: Advertiser;
  readonly #taps: TapService;

  constructor(deps: WalletDependencies) {
    this.#deps = deps;
    const { clock, makeId, patience, onChange } = deps;
    this.#hand = new PhoneInHand(clock);
    this.#prompts = new Prompts({ clock, makeId, patience, onChange });
    this.#enrolling = new Enrolling({ ...deps, onChange: () => this.#enrolmentChanged() });
    this.#advertiser = new Advertiser({ ...deps, showing: () => this.#showing() });
    this.#taps = new TapService({
      ...deps,
      enrolling: this.#enrolling,
      prompts: this.#prompts,
      hand: this.#hand,
      advertised: (identifier) => identifier && this.#advertiser.find(identifier),
    });
  }

  async start(): Promise<void> {
    await this.#deps.radio.start({
      link: (link) => this.#taps.take(link),
      changed: () => this.#advertiser.radioChanged(),
    });
    this.#advertiser.start();
  }

  async stop(): Promise<void> {
    this.#enrolling.cancel();
    await this.#advertiser.stop();
    this.#taps.closeAll("phone-stopped");
    await this.#deps.radio.stop();
  }

  view(): PhoneView {
    const { vault, clock, room } = this.#deps;
    return phoneView({
      now: clock.now(),
      contents: vault.read(),
      advertising: this.#advertiser.inAir !== null,
      servedKiosk: this.#taps.served()?.name ?? null,
      handsFree: this.#hand.shown(),
      prompt: this.#prompts.current(),
      enrolment: this.#enrolling.view(),
      room: room && { ...room.place(), kiosk: room.kiosk },
    });
  }

  async perform(command: PageCommand): Promise<string | null> {
    const { vault, onChange } = this.#deps;
    switch (command.type) {
      case "enrol":
        this.#hand.unlock();
        return this.#enrolling.begin(command.qr);
      case "enrol-cancel":
        return this.#cancelEnrolment();
      case "set-consent":
        this.#hand.unlock();
        await vault.change((kept) => ({ ...kept, consentMode: command.mode }));
        onChange();
        return null;
      case "answer":
        return this.#prompts.answer(command.id, command.granted) ? null : "prompt-gone";
      case "delete-template":
        return this.#deleteTemplate();
      case "unlock-phone":
        this.#hand.unlock();
        onChange();
        return null;
      case "move":
        return this.#walk(async (room) => {
          const before = room.place().distance;
          await room.move(command.distance);
          return metres(command.distance - before);
        });
      case "pocket":
        return this.#walk(async (room) => {
          const before = room.place().pocket;
          await room.pocket(command.on);
          return before === command.on ? metres(0) : POCKET_STEP;
        });
      default:
        return assertNever(command);
    }
  }

  async #walk(step: (room: SimulatedRoom) => Promise<Metres>): Promise<string | null> {
    const { room, onChange } = this.#deps;
    if (room === null) return "no-simulated-room";
    this.#hand.moveBy(await step(room));
    onChange();
    return null;
  }

  #cancelEnrolment(): null {
    if (this.#enrolling.view()?.step === "compare-code") this.#taps.closeAll("enrolment-cancelled");
    this.#enrolling.cancel();
    return null;
  }

  /** Template, credential, K_eid and holder key go; what happened stays in the history, and the site stays known. */
  async #deleteTemplate(): Promise<string | null> {
    const { vault, onChange } = this.#deps;
    if (vault.read().enrolment === null) return "no-template";
    await vault.change((kept) => ({ ...kept, enrolment: null }));
    this.#taps.closeAll("template-deleted");
    this.#advertiser.look();
    onChange();
    return null;
  }

  #enrolmentChanged(): void {
    this.#advertiser.look();
    this.#deps.onChange();
  }

  /** While an offer waits for its kiosk the phone shows that, and nothing of who its owner is. */
  #showing(): Showing {
    const pending = this.#enrolling.pending();
    if (pending !== null) return { kind: "enrolment", token: pending.offer.token };
    const { enrolment, site } = this.#deps.vault.read();
    if (enrolment === null || site === null) return null;
    return { kind: "holder", eidKey: enrolment.eidKey.reveal(), site: site.site };
  }
}
