const unitMs: Readonly<Record<string, number>> = { s: 1e3, m: 60e3, h: 3600e3 }

export const timeSpanExpected = 'expected a time span: 30s, 10m or 1h'

/** `30s`, `10m`, `8h` in milliseconds; null for anything else. */
export function parseTimeSpan(text: string): number | null {
  const [, amount = '', unit = ''] = /^([1-9]\d{0,6})([smh])$/.exec(text) ?? []
  return unit === '' ? null : Number(amount) * (unitMs[unit] ?? 0)
}
