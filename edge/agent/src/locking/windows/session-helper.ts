/**
 * What runs in the person's Windows session: locks the workstation when it is told to, and says what Windows tells of the
 * session (`Microsoft.Win32.SystemEvents.SessionSwitch`, which is WM_WTSSESSION_CHANGE). One word a line, both ways.
 * It begins with how things are: while a session is locked, Windows' own LogonUI runs in it. `LockWorkStation` locks the
 * session of whoever calls it (a service, in session 0, would lock nothing) and refuses one that is locked already. A session
 * that is connected anew may have been left unlocked: `SessionUnlock` does not always come.
 */
const SCRIPT = `
$ErrorActionPreference = 'Stop'
Add-Type -Namespace Wardkey -Name Desktop -MemberDefinition '[DllImport("user32.dll", SetLastError = true)] public static extern bool LockWorkStation();'
Add-Type -AssemblyName System
$out = [Console]::Out
Register-ObjectEvent -InputObject ([Microsoft.Win32.SystemEvents]) -EventName SessionSwitch -Action {
  switch ($Event.SourceEventArgs.Reason) {
    'SessionLock' { [Console]::Out.WriteLine('locked') }
    'SessionUnlock' { [Console]::Out.WriteLine('unlocked') }
    'ConsoleDisconnect' { [Console]::Out.WriteLine('locked') }
    'RemoteDisconnect' { [Console]::Out.WriteLine('locked') }
    'ConsoleConnect' { [Console]::Out.WriteLine('connected') }
    'RemoteConnect' { [Console]::Out.WriteLine('connected') }
    'SessionLogoff' { [Console]::Out.WriteLine('locked') }
  }
  [Console]::Out.Flush()
} | Out-Null
$session = (Get-Process -Id $PID).SessionId
function Test-Locked { [bool](Get-Process -Name LogonUI -ErrorAction SilentlyContinue | Where-Object SessionId -eq $session) }
if (Test-Locked) { $out.WriteLine('locked') }
$out.WriteLine('ready')
$out.Flush()
$next = [Console]::In.ReadLineAsync()
while ($true) {
  if ($next.Wait(200)) {
    if ($null -eq $next.Result) { exit 0 }
    if ($next.Result -eq 'lock' -and -not [Wardkey.Desktop]::LockWorkStation() -and -not (Test-Locked)) { $out.WriteLine('refused'); $out.Flush() }
    $next = [Console]::In.ReadLineAsync()
  }
  Wait-Event -Timeout 0 | Out-Null
}
`;

/** How the helper is started: nothing of it comes from outside, and no file of it lies where somebody could change it. */
export function sessionHelper(): { readonly command: string; readonly args: readonly string[] } {
  return {
    command: "powershell.exe",
    args: [
      "-NoLogo",
      "-NoProfile",
      "-NonInteractive",
      "-ExecutionPolicy",
      "Bypass",
      "-EncodedCommand",
      // PowerShell takes base64 of UTF-16LE here.
      Buffer.from(SCRIPT, "utf16le").toString("base64"),
    ],
  };
}
