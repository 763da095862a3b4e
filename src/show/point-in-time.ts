import { UsageError } from '../errors.ts'

const unitMs: Readonly<Record<string, number>> = { s: 1e3, m: 60e3, h: 3600e3, d: 86400e3, w: 604800e3 }

/** What an option says: `24h` before `nowMs`, or a time as it stands; in ISO 8601. */
export function timeOf(option: string, text: string, nowMs: number): string {
  const [, amount, unit = ''] = /^(\d+)([smhdw])$/.exec(text) ?? []
  const at = amount === undefined ? Date.parse(text) : nowMs - Number(amount) * (unitMs[unit] ?? 0)
  const isTime = !Number.isNaN(new Date(at).getTime())
  if (isTime) return new Date(at).toISOString()
  throw new UsageError([
    { message: `${option} ${text} is no time`, hint: 'write 30m, 24h, 7d or 2026-11-20T08:00Z' },
  ])
}
