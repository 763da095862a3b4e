/**
 * What runs in the sandbox before the script does: a function of the two host functions and the names of the tools, that
 * answers with the runner of the script. It keeps the built-ins that it needs, so that a script that changes them harms
 * nobody but itself. The error of a call is made before the call, so that its stack names the script's line.
 */
export const prelude = `(call, print, names) => {
  'use strict'
  const { parse, stringify } = JSON
  const { create, freeze, defineProperty } = Object
  const text = String
  const invoke = (namespace, name) => async (args = {}) => {
    const failure = new Error()
    const answer = parse(await call(namespace, name, stringify(args)))
    if (answer.error === undefined) return answer.value
    failure.message = answer.error
    throw failure
  }
  const orUnknown = (known, make) => new Proxy(freeze(known), {
    get: (target, key) => key in target ? target[key] : typeof key === 'symbol' || key === 'then' ? undefined : make(key),
  })
  const spaces = create(null)
  for (const [namespace, members] of parse(names)) {
    const functions = create(null)
    for (const name of members) functions[name] = invoke(namespace, name)
    spaces[namespace] = orUnknown(functions, (name) => invoke(namespace, name))
  }
  const tools = orUnknown(spaces, (namespace) => orUnknown(create(null), (name) => invoke(namespace, name)))
  const show = (value) => {
    if (typeof value === 'string') return value
    if (value instanceof Error) return text(value)
    try { return stringify(value) ?? text(value) } catch { return text(value) }
  }
  const log = (...values) => { print(values.map(show).join(' ')) }
  const console = freeze({ log, info: log, warn: log, error: log, debug: log })
  defineProperty(globalThis, 'tools', { value: tools })
  defineProperty(globalThis, 'console', { value: console })
  return async (script) => {
    try {
      const value = await script()
      return stringify({ value: value === undefined ? undefined : stringify(value) ?? text(value), isText: typeof value === 'string' ? value : undefined })
    } catch (error) {
      if (!(error instanceof Error)) return stringify({ error: 'threw ' + show(error), stack: '' })
      return stringify({ error: text(error), stack: text(error.stack) })
    }
  }
}`
