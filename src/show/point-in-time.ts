import { UsageError } from '../errors.ts'

const unitMs: Readonly<Record<string, number>> = { s: 1e3, m: 60e3, h: 3600e3, d: 86400e3, w: 604800e3 }

/** A date, a time of it, a zone: what is left out is midnight, and UTC, as all times are shown. */
const timePattern =
  /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(\.\d{1,9})?)?)? ?(Z|UTC|[+-]\d\d:?\d\d)?$/i

/** What an option says: `24h` before `nowMs`, or a time as it stands; in ISO 8601. */
export function timeOf(option: string, text: string, nowMs: number): string {
  const [, amount, unit = ''] = /^(\d+)([smhdw])$/.exec(text) ?? []
  const at = amount === undefined ? momentOf(text.trim()) : nowMs - Number(amount) * (unitMs[unit] ?? 0)
  const isTime = at !== null && !Number.isNaN(new Date(at).getTime())
  if (isTime) return new Date(at).toISOString()
  throw new UsageError([
    { message: `${option} ${text} is no time`, hint: 'write 30m, 24h, 7d or 2026-11-20T08:00Z' },
  ])
}

/** Null for what is no time, as the 30th of February. */
function momentOf(text: string): number | null {
  const [, date, minutes = '00:00', seconds = '00', fraction = '', zone = 'Z'] = timePattern.exec(text) ?? []
  if (date === undefined) return null
  const local = `${date}T${minutes}:${seconds}`
  const spoken = Date.parse(`${local}Z`)
  if (Number.isNaN(spoken) || !new Date(spoken).toISOString().startsWith(local)) return null
  const offset = /^(?:Z|UTC)$/i.test(zone) ? 'Z' : zone.replace(/^(...):?/, '$1:')
  return Date.parse(`${local}${fraction}${offset}`)
}

/** Refuses a range in which nothing can lie; empty is no bound. */
export function expectRange({ since, until }: { readonly since: string; readonly until: string }): void {
  if (since === '' || until === '' || since < until) return
  throw new UsageError([
    {
      message: `nothing lies between since ${since} and until ${until}`,
      hint: 'since is the earlier of the two, as in --since 2h --until 1h',
    },
  ])
}
