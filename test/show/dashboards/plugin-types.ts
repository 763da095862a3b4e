/**
 * What a column's type becomes in a Grafana frame, as the plugin's converters have it. Null: it has none, and the query
 * fails or the value arrives as JSON, which no panel of ours can draw.
 */
export function frameType(type: string): 'number' | 'string' | 'time' | null {
  const plain = /^Nullable\((.+)\)$/.exec(type)?.[1] ?? type
  if (/^(U?Int(8|16|32|64)|Float(32|64))$/.test(plain)) return 'number'
  if (/^Date/.test(plain)) return 'time'
  if (/^(String|LowCardinality\((Nullable\()?String\)*|Enum(8|16)\(.*)$/.test(plain)) return 'string'
  return null
}
