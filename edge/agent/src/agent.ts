import { randomBytes, randomInt, randomUUID } from "node:crypto";
import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { codeOf } from "@wardkey/protocol";
import { obey } from "./commands.js";
import type { AgentConfig } from "./config.js";
import { Display } from "./display.js";
import { type EarlyLock, lockEarly } from "./early-lock.js";
import { Eyes } from "./eyes.js";
import { feedSession } from "./feed-session.js";
import { forgetSite } from "./forget-site.js";
import { followTable } from "./holder-table.js";
import { Journal, recover } from "./journal/index.js";
import { kioskNow, permitFace } from "./kiosk-now.js";
import { watchLease } from "./lease-end.js";
import { watchLocker } from "./lock-watch.js";
import { openEnrolment } from "./open-enrolment.js";
import { openEntries } from "./open-entries.js";
import { openNudges } from "./open-nudges.js";
import { asksForMore, openPolicy } from "./open-policy.js";
import { openScreen } from "./open-screen.js";
import { Outages } from "./outages.js";
import { leastConsent, ratesInForce } from "./policy/index.js";
import { checkCamera, liveProfile, PROFILES, presenceTuning, readCameraFacts } from "./profile/index.js";
import { RiskWatch } from "./risk-watch.js";
import { takeRunLock } from "./run-lock.js";
import { reportScores } from "./score-reports.js";
import type { ScreenServer } from "./screen/index.js";
import { type Session, SessionRunner, type TapReport } from "./session/index.js";
import { stopInOrder } from "./stop-in-order.js";
import { systemClock, systemTimers } from "./time.js";
import { SiteLink } from "./uplink/index.js";
import { drawChallenge } from "./vision/index.js";
import type { Agent, AgentLog, AgentWorld } from "./world.js";

const SILENT: AgentLog = { info: () => {}, warn: () => {} };

/**
 * Starts a kiosk agent: locked, whatever it was before. Throws `already-running`, `port-in-use`, `page-missing`,
 * `device-key-exposed`, `device-key-invalid`, `sealing-key-missing`, `sealing-key-invalid`, `room-unreachable`; a site,
 * an adapter, a camera or a disk that is missing is no error but a state that the screen shows.
 */
export async function startAgent(config: AgentConfig, world: AgentWorld): Promise<Agent> {
  const { clock = systemClock, timers = systemTimers, log = SILENT } = world;
  const warn = (event: { code: string }): void => log.warn(event, event.code);
  const closers: (() => Promise<void>)[] = [];
  // What cannot be closed keeps nothing else open, least of all what is locked.
  const close = async (): Promise<void> => {
    for (const each of closers.splice(0).reverse()) {
      await each().catch((error: unknown) => warn({ code: codeOf(error) }));
    }
  };
  try {
    const { dataDir } = config;
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await chmod(dataDir, 0o700).catch((error: unknown) => warn({ code: codeOf(error) }));
    const runLock = await takeRunLock(join(dataDir, "agent.lock"));
    closers.push(() => runLock.release());
    if (runLock.code !== null) warn({ code: runLock.code });
    // Before all that may take long or fail.
    const early = await lockEarly({ config, world, clock, timers, log: warn });
    closers.push(() => early.stop());
    return await assemble(config, world, { early, closers, close });
  } catch (error) {
    await close();
    throw error;
  }
}

async function assemble(
  config: AgentConfig,
  world: AgentWorld,
  opened: { readonly early: EarlyLock; readonly closers: (() => Promise<void>)[]; readonly close: () => Promise<void> },
): Promise<Agent> {
  const { clock = systemClock, timers = systemTimers, log = SILENT } = world;
  const { early, closers, close } = opened;
  const { locker, cover, devices } = early;
  const { dataDir } = config;
  const newId = (): string => randomUUID();
  const warn = (event: { code: string }): void => log.warn(event, event.code);

  const journalFile = join(dataDir, "journal.sqlite");
  const setAside = join(dataDir, "journal-set-aside");
  const journal = await Journal.open({ file: journalFile, setAside, clock, timers, newId });
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
  const risk = await RiskWatch.open({ site, timers, journal });
  closers.push(async () => risk.stop());
  const profile = liveProfile(PROFILES[config.profile], policy);
  const started = { livenessEnforced: profile.livenessEnforced, pageCamera: profile.pageCamera };
  const outgrown = (): boolean => asksForMore(started, profile);
  let tuning = presenceTuning(policy.current().settings);

  await devices?.listenTo({ site, journal });

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
    leastConsent: () => leastConsent(policy.current().settings, kioskNow({ site, journal }).risk),
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

  const session = (): Session => runner.session;
  const nudging = openNudges({ clock, timers, journal, policy, session, changed: () => update() });
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
      inHand: entries.ways.phoneOf,
    }),
    changed: nudging.sessionChanged,
    tapped: ({ outcome, code, timings }: TapReport) =>
      log.info(code === null ? { outcome, timings } : { outcome, code, steps: timings }, "tap"),
  });

  const kiosk = { config, clock, timers, site, policy, journal, eyes, presence, taps, vision, radio: () => radio };
  const { candidates, enrolment } = openEnrolment({ ...kiosk, profile, outgrown, runner, changed: () => update() });
  const entries = await openEntries({
    ...kiosk,
    badges: world.badges ?? devices?.badges ?? null,
    session: runner,
    log: warn,
    changed: () => update(),
  });
  const { ways, breakGlass } = entries;

  const display = new Display({
    ...kiosk,
    version: world.version,
    profile,
    runner,
    locker,
    enrolment,
    ways,
    breakGlass,
    ...nudging,
    show: (view) => screen?.show(view),
  });
  update = () => display.update();

  const server = await openScreen({
    config,
    clock,
    timers,
    eyes,
    vision,
    cover,
    outgrown,
    command: (command) => obey(command, { runner, presence, enrolment, candidates, ways, breakGlass, ...nudging }),
    log: warn,
  });
  screen = server;
  closers.push(() => server.close());

  // Listeners first, so that nothing said while starting is missed.
  const look = (): void => runner.send({ type: "look-again" });
  feedSession({
    senses,
    eyes,
    outages,
    runner,
    radio: (state) => {
      radio = state;
    },
    changed: () => update(),
  });
  watchLocker({
    locker,
    before: early.troublesSoFar(),
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
    risk.look();
    look();
  };
  journal.onHealth(({ code }) => {
    if (code !== null) warn({ code });
    look();
  });
  site.onChange(learn);
  const leaseUnwatched = watchLease({ site, timers, ended: learn });
  site.onChange(() => void policy.review());
  policy.onChange(({ settings }) => {
    tuning = presenceTuning(settings);
    if (outgrown()) warn({ code: "policy-needs-restart" });
    look();
    site.policyChanged();
  });
  learn();

  closers.push(() =>
    stopInOrder({
      endSession: () => {
        leaseUnwatched();
        nudging.nudges.stop();
        runner.end();
      },
      letGo: () => early.stop(),
      rest: [
        () => entries.stop(),
        async () => {
          // The radio last: links are let go over it.
          await Promise.all([runner.stop(), enrolment.stop()]);
          await presence.stop();
        },
        async () => (eyes.accepted ? vision.stop() : undefined),
      ],
      lastWords: async () => {
        journal.note("agent.stopped", {});
        await journal.settled();
        await site.stop();
        stopReports();
      },
      failed: warn,
    }),
  );
  await early.startRest();
  if (eyes.accepted) await vision.start().catch((error: unknown) => warn({ code: codeOf(error) }));
  await presence.start();
  entries.start();
  site.start({
    lock: () => runner.send({ type: "lock-now" }),
    identify: () => display.identify(),
    deniedHolders: look,
    policy: (head) => void policy.accept(head),
    profiles: (signed) => devices?.profiles(signed),
    risk: learn,
    nudge: (message) => nudging.nudges.take(message),
    policyReference: () => policy.reference(),
    wiped: () => forgetSite(dataDir, entries),
  });
  update();
  return { url: server.url, pageUrl: server.pageUrl, journalFile, view: () => display.view(), stop: close };
}
