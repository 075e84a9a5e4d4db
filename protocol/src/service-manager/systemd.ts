import { execFile } from "node:child_process";
import { type Notify, type ServiceManager, serviceManager } from "./service-manager.js";

const NOTIFY_WITHIN_MS = 5_000;

/**
 * systemd above this process, spoken to by its own `systemd-notify`: Node has no datagram sockets of a local path. The
 * unit has to allow `NotifyAccess=all`, since a process of its own is what speaks. Takes the socket's name out of `env`,
 * so that no other program that the service starts can speak in its name.
 */
export function systemdAbove(env: NodeJS.ProcessEnv): ServiceManager {
  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC, WATCHDOG_PID, PATH } = env;
  delete env["NOTIFY_SOCKET"];
  return serviceManager({
    env: { WATCHDOG_USEC, WATCHDOG_PID },
    pid: process.pid,
    notify: socket === undefined || socket === "" ? null : bySystemdNotify({ NOTIFY_SOCKET: socket, PATH }),
    every: (ms, beat) => {
      const handle = setInterval(beat, ms);
      handle.unref();
      return () => clearInterval(handle);
    },
  });
}

const bySystemdNotify =
  (env: NodeJS.ProcessEnv): Notify =>
  (lines) =>
    new Promise((resolve) => {
      const options = { env, timeout: NOTIFY_WITHIN_MS, killSignal: "SIGKILL" } as const;
      execFile("systemd-notify", [...lines], options, (error) => resolve(error === null)).unref();
    });
