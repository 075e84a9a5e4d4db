import { randomBytes, randomInt, randomUUID } from "node:crypto";
import { chmod, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Clock, codeOf } from "@wardkey/protocol";
import type { ScreenView } from "@wardkey/protocol/screen";
import { obey } from "./commands.js";
import type { AgentConfig } from "./config.js";
import { Display } from "./display.js";
import { CandidateSearch, Enrolment } from "./enrolment/index.js";
import { Eyes } from "./eyes.js";
import { followTable } from "./holder-table.js";
import { Journal, recover } from "./journal/index.js";
import { permitFace } from "./kiosk-now.js";
import { watchLocker } from "./lock-watch.js";
import { type Locker, openLocker, PageCover } from "./locking/index.js";
import { openDevices } from "./open-devices.js";
import { openDowntime } from "./open-downtime.js";
import { asksForMore, openPolicy } from "./open-policy.js";
import { openWays } from "./open-ways.js";
import { Outages } from "./outages.js";
import type { HidBus } from "./peripherals/index.js";
import { ratesInForce } from "./policy/index.js";
import { checkCamera, liveProfile, PROFILES, presenceTuning, readCameraFacts } from "./profile/index.js";
import { takeRunLock } from "./run-lock.js";
import { reportScores } from "./score-reports.js";
import { ScreenServer, writeSharedToken } from "./screen/index.js";
import { sealedFile } from "./sealed-file.js";
import type { CreateSenses } from "./senses.js";
import { isOpen, SessionRunner, type TapReport } from "./session/index.js";
import { systemClock, systemTimers, type Timers } from "./time.js";
import { SiteLink, writePrivate } from "./uplink/index.js";
import { drawChallenge } from "./vision/index.js";
import { type BadgeReader, RememberedBadges } from "./ways/index.js";

export interface AgentLog {
  info(details: Record<string, unknown>, text: string): void;
  warn(details: Record<string, unknown>, text: string): void;
}

/** What a test puts in the place of the world. */
export interface AgentWorld {
  readonly createSenses: CreateSenses;
  readonly clock?: Clock;
  readonly timers?: Timers;
  readonly locker?: Locker;
  readonly badges?: BadgeReader;
  readonly hid?: HidBus;
  readonly log?: AgentLog;
  readonly version: string;
}

export interface Agent {
  readonly url: string;
  /** With the page's token in its fragment. */
  readonly pageUrl: string;
  readonly journalFile: string;
  /** What the screen shows now. */
  view(): ScreenView;
  /** Locks first, then lets go of everything in reverse order. */
  stop(): Promise<void>;
}

const SILENT: AgentLog = { info: () => {}, warn: () => {} };

/**
 * Starts a kiosk agent: locked, whatever it was before. Throws `already-running`, `port-in-use`, `page-missing`,
 * `device-key-exposed`, `device-key-invalid`, `sealing-key-missing`, `sealing-key-invalid`, `room-unreachable`; a site, an adapter, a camera or a disk that is missing is no error but a state
 * that the screen shows.
 */
export async function startAgent(config: AgentConfig, world: AgentWorld): Promise<Agent> {
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const each of closers.splice(0).reverse()) await each();
  };
  try {
    return await assemble(config, world, closers, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function assemble(
  config: AgentConfig,
  world: AgentWorld,
  closers: (() => Promise<void>)[],
  close: () => Promise<void>,
): Promise<Agent> {
  const { clock = systemClock, timers = systemTimers, log = SILENT } = world;
  const { dataDir } = config;
  const newId = (): string => randomUUID();
  const warn = (event: { code: string }): void => log.warn(event, event.code);

  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await chmod(dataDir, 0o700).catch((error: unknown) => warn({ code: codeOf(error) }));
  const runLock = await takeRunLock(join(dataDir, "agent.lock"));
  closers.push(() => runLock.release());
  if (runLock.code !== null) warn({ code: runLock.code });

  const journalFile = join(dataDir, "journal.sqlite");
  const journal = await Journal.open({
    file: journalFile,
    setAside: join(dataDir, "journal-set-aside"),
    clock,
    timers,
    newId,
  });
  closers.push(() => journal.close());
  await recover(journal, { version: world.version, profile: config.profile });

  const site = await SiteLink.open({
    dataDir,
    kiosk: config.kiosk,
    site: config.site,
    clock,
    timers,
    random: Math.random,
    newId,
    journal,
    log: warn,
  });

  const policy = await openPolicy({ config, site, timers, journal, log: warn });
  closers.push(() => policy.stop());
  const profile = liveProfile(PROFILES[config.profile], policy);
  const started = { livenessEnforced: profile.livenessEnforced, pageCamera: profile.pageCamera };
  const outgrown = (): boolean => asksForMore(started, profile);
  let tuning = presenceTuning(policy.current().settings);

  const devices = await openDevices({ config, bus: world.hid, clock, timers, site, journal, log: warn });
  const cover = new PageCover();
  const relayBoard = devices === null ? null : devices.relay;
  const locking = config.locking ?? { kind: "screen" as const };
  const locker = world.locker ?? (await openLocker(locking, { clock, timers, cover, relayBoard }));

  const cameraFacts = config.camera.kind === "device" ? await readCameraFacts(config.camera.path) : null;
  const check = checkCamera(profile, config.camera, { allowed: config.allowedCameras, facts: cameraFacts });
  if (!check.ok) warn({ code: check.code });
  const eyes = new Eyes({ clock, check });
  const outages = new Outages({ clock, journal });
  const senses = await world.createSenses({
    config,
    livenessEnforced: started.livenessEnforced,
    tuning: () => tuning,
    rates: (measured) => ratesInForce(policy.current().settings, measured),
    policyVersion: () => policy.current().version,
    clock,
    reader: site,
    randomBytes,
    log: warn,
  });
  closers.push(() => senses.close());
  const { presence, taps, vision } = senses;
  let radio: "ok" | "down" = "down";

  const stopReports = reportScores({ clock, timers, vision, journal, log: warn });

  // Closures below call one another only after everything here exists: nothing runs before `start`.
  let screen: ScreenServer | null = null;
  let update = (): void => {};

  const runner = new SessionRunner({
    clock,
    timers,
    newId,
    profile,
    locker,
    journal,
    presence,
    taps,
    vision,
    drawChallenge: () => drawChallenge(() => randomInt(2 ** 30) / 2 ** 30),
    permit: (evidence) => permitFace({ site, journal, policy, eyes, measured: senses.measured, ...started }, evidence),
    cameraAttested: eyes.attested,
    facts: () => ({
      leaseValid: site.leaseLeft() > 0,
      cutOff: site.standing !== "active",
      denied: site.deniedHolders,
      camera: outgrown() ? "unattested" : eyes.cameraFact(),
      journal: journal.health.state,
      setAside: journal.setAside,
      radio,
      face: eyes.face(),
    }),
    changed: () => update(),
    tapped: ({ outcome, code, timings }: TapReport) =>
      log.info(code === null ? { outcome, timings } : { outcome, code, steps: timings }, "tap"),
  });

  const hindrance = (): string | null => {
    if (isOpen(runner.session.mode)) return "session-open";
    if (!eyes.accepted || outgrown()) return "camera-unattested";
    if (journal.health.state === "down") return "journal-unavailable";
    return radio === "down" ? "radio-unavailable" : null;
  };
  const candidates = new CandidateSearch({ site, journal, hindrance });
  const enrolment = new Enrolment({
    clock,
    timers,
    randomBytes,
    rules: profile.enrolment,
    site,
    taps,
    vision,
    journal,
    hindrance,
    began: () => runner.send({ type: "enrolment-began" }),
    ended: () => runner.send({ type: "enrolment-ended" }),
    changed: () => update(),
  });

  const badges = world.badges ?? devices?.badges ?? null;
  const remembered = await RememberedBadges.open({
    file: await sealedFile(config, { name: "badges.sealed", context: "wardkey-badges" }),
    at: () => site.steadyNow(),
    denied: () => site.deniedHolders,
    log: warn,
  });
  const downtime = await openDowntime({
    config,
    clock,
    timers,
    random: Math.random,
    site,
    policy,
    journal,
    badges,
    session: runner,
    log: warn,
    changed: () => update(),
  });
  const ways = openWays({
    clock,
    timers,
    site,
    policy,
    journal,
    badges,
    remembered,
    session: runner,
    badgesElsewhere: () => downtime.desk.awaitsBadges,
    changed: () => update(),
  });

  const display = new Display({
    config,
    version: world.version,
    profile,
    clock,
    timers,
    eyes,
    journal,
    policy,
    site,
    vision,
    runner,
    locker,
    enrolment,
    ways,
    breakGlass: downtime.desk,
    radio: () => radio,
    show: (view) => screen?.show(view),
  });
  update = () => display.update();

  const token = randomBytes(32).toString("base64url");
  const server = await ScreenServer.start({
    port: config.port,
    pageDir: config.pageDir,
    token,
    clock,
    timers,
    command: (command) => obey(command, { runner, presence, enrolment, candidates, ways, breakGlass: downtime.desk }),
    frame: (frame) => {
      if (config.camera.kind !== "page") return { ok: false, code: "camera-elsewhere" };
      if (!eyes.accepted || outgrown()) return { ok: false, code: "camera-unattested" };
      vision.push(frame);
      return { ok: true };
    },
    camera: (state) => {
      if (config.camera.kind === "page" && eyes.accepted) vision.pageCamera(state);
    },
    pages: (count) => cover.pages(count),
  });
  screen = server;
  closers.push(() => server.close());
  await writePrivate(join(dataDir, "page-token"), token).catch((error: unknown) => warn({ code: codeOf(error) }));
  if (config.sharedTokenFile !== undefined) {
    await writeSharedToken(config.sharedTokenFile, token).catch((error: unknown) => warn({ code: codeOf(error) }));
  }

  // Listeners first, so that nothing said while starting is missed.
  const look = (): void => runner.send({ type: "look-again" });
  presence.on((event) => {
    if (event.type === "radio") {
      radio = event.state;
      outages.is("radio", radio, null);
    }
    runner.sense(event);
  });
  vision.on((finding) => {
    const before = eyes.face();
    eyes.sees(finding);
    const { faces, track = null, steadyMs = 0 } = finding;
    presence.face({ faces: eyes.accepted ? faces : null, track, steadyMs });
    if (eyes.face() !== before) look();
    else update();
  });
  vision.onCamera((state) => {
    eyes.camera(state);
    if (state.state !== "ok") presence.face({ faces: null, track: null });
    outages.is("camera", state.state === "ok" ? "ok" : "down", state.code);
    look();
  });
  watchLocker({
    locker,
    clock,
    journal,
    log: warn,
    lock: () => runner.send({ type: "lock-now" }),
    touched: () => {
      presence.input();
      runner.send({ type: "activity" });
    },
    changed: () => update(),
  });
  const follow = followTable({ site, senses, log: warn });
  const learn = (): void => {
    follow();
    look();
  };
  journal.onHealth(({ code }) => {
    if (code !== null) warn({ code });
    look();
  });
  site.onChange(learn);
  site.onChange(() => void policy.review());
  policy.onChange(({ settings }) => {
    tuning = presenceTuning(settings);
    if (outgrown()) warn({ code: "policy-needs-restart" });
    look();
    site.policyChanged();
  });
  learn();

  closers.push(async () => stopReports());
  // The lock comes before everything else when the agent stops; its event still reaches the journal.
  closers.push(async () => {
    ways.stop();
    await remembered.stop();
    await downtime.stop();
    await runner.stop();
    await locker.stop();
    await devices?.stop();
    await enrolment.stop();
    await presence.stop();
    if (eyes.accepted) await vision.stop();
    journal.note("agent.stopped", {});
    await journal.settled();
    await site.stop();
  });
  await locker.start();
  if (eyes.accepted) await vision.start().catch((error: unknown) => warn({ code: codeOf(error) }));
  await presence.start();
  ways.start();
  downtime.start();
  devices?.start();
  site.start({
    lock: () => runner.send({ type: "lock-now" }),
    identify: () => display.identify(),
    deniedHolders: look,
    policy: (head) => void policy.accept(head),
    profiles: (signed) => devices?.profiles(signed),
    risk: look,
    policyReference: () => policy.reference(),
    wiped: async () => {
      await downtime.forget();
      await remembered.forget();
      await rm(join(dataDir, "peripheral-profiles.jws"), { force: true });
      await rm(join(dataDir, "policy"), { recursive: true, force: true });
    },
  });
  update();
  return { url: server.url, pageUrl: server.pageUrl, journalFile, view: () => display.view(), stop: close };
}
