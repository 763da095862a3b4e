/** What Grafana and its ClickHouse plugin do to a query before they send it, as far as our dashboards use it. */
export interface Expansion {
  /** Seconds since the epoch. */
  readonly from: number
  readonly to: number
  /** Chosen values by variable; `$__all` where everything is. */
  readonly variables: Readonly<Record<string, readonly string[] | '$__all'>>
  /** All values of a variable, which is what `$__all` puts in its place. */
  readonly options: Readonly<Record<string, readonly string[]>>
}

/** In the order of the plugin: `$__conditionalAll`, then Grafana's variables, then the macros of the backend. */
export function expand(sql: string, expansion: Expansion): string {
  const expanded = expandMacros(expandVariables(expandConditionals(sql, expansion), expansion), expansion)
  const left = /\$_?_?\{?\w+/.exec(expanded)
  if (left) throw new Error(`nothing expands ${left[0]}`)
  return expanded
}

function expandConditionals(sql: string, { variables }: Expansion): string {
  const macro = '$__conditionalAll('
  let text = sql
  for (let at = text.lastIndexOf(macro); at >= 0; at = text.lastIndexOf(macro)) {
    const [phrase = '', variable = '', end] = argumentsAt(text, at + macro.length)
    const name = /(?<=\$\{)\w+(?=\})|(?<=\$)\w+/.exec(variable.trim())?.[0] ?? ''
    const kept = variables[name] === '$__all' ? '1=1' : phrase
    text = text.slice(0, at) + kept + text.slice(end)
  }
  return text
}

/** The two arguments, split at the comma outside of brackets, and the offset after the closing bracket. */
function argumentsAt(text: string, start: number): readonly [string, string, number] {
  let depth = 0
  let comma = -1
  for (let at = start; at < text.length; at++) {
    if (text[at] === '(') depth += 1
    if (text[at] === ',' && depth === 0) comma = at
    if (text[at] !== ')') continue
    if (depth === 0) return [text.slice(start, comma), text.slice(comma + 1, at), at + 1]
    depth -= 1
  }
  throw new Error('a macro does not end')
}

function expandVariables(sql: string, { variables, options }: Expansion): string {
  return sql.replace(/\$\{(\w+):singlequote\}/g, (_, name: string) => {
    const value = variables[name]
    if (value === undefined) throw new Error(`there is no variable ${name}`)
    const values = value === '$__all' ? (options[name] ?? []) : value
    return values.map((each) => `'${each.replace(/'/g, "\\'")}'`).join(',')
  })
}

function expandMacros(sql: string, { from, to }: Expansion): string {
  return sql
    .replace(/\$__timeFilter\((\w+)\)/g, `$1 >= toDateTime(${from}) AND $1 <= toDateTime(${to})`)
    .replace(/\$__fromTime\b/g, `toDateTime(${from})`)
}
