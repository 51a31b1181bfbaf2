/** Times as an operator reads them. */

const pad = (value: number, digits = 2) => String(value).padStart(digits, '0');

/** Local time with its offset: `2030-01-31 09:00:00.250 +01:00`. */
export function localTime(atMs: number): string {
  const at = new Date(atMs);
  const day = `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
  const time = `${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}.${pad(at.getMilliseconds(), 3)}`;
  const offset = -at.getTimezoneOffset();
  const size = Math.abs(offset);
  return `${day} ${time} ${offset < 0 ? '-' : '+'}${pad(Math.trunc(size / 60))}:${pad(size % 60)}`;
}

/** The two largest units at most: `3s`, `4m59s`, `2h5m`, `1d4h`. Below a second: `250ms`. */
export function spokenDuration(durationMs: number): string {
  if (durationMs < 1000) return `${Math.max(0, Math.round(durationMs))}ms`;
  const seconds = Math.floor(durationMs / 1000);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 ? `${minutes}m${seconds % 60}s` : `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 ? `${hours}h${minutes % 60}m` : `${hours}h`;
  const days = Math.floor(hours / 24);
  return hours % 24 && days < 10 ? `${days}d${hours % 24}h` : `${days}d`;
}

/** `12m ago`, `in 3s`. */
export function fromNow(atMs: number, nowMs: number): string {
  return atMs <= nowMs ? `${spokenDuration(nowMs - atMs)} ago` : `in ${spokenDuration(atMs - nowMs)}`;
}
