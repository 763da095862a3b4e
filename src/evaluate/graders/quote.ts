import type { Json } from '../../domain/json.ts'

const longest = 60

/** A value as a reason shows it: JSON, cut to what fits into a line of a table. `absent` for what was not given. */
export function quote(value: Json | undefined): string {
  if (value === undefined) return 'absent'
  const text = JSON.stringify(value)
  if (text.length <= longest) return text
  const isText = typeof value === 'string'
  return `${[...text].slice(0, longest).join('')}…${isText ? '"' : ''}`
}
