/**
 * What runs in the sandbox before the script does: a function of the two host functions and the names of the tools, that
 * answers with the runner of the script and a function that lists the failures it may not know of. It keeps the built-ins
 * that it needs, so that a script that changes them harms nobody but itself. The error of a call is made before the call,
 * so that its stack names the script's line.
 *
 * The engine does not tell of rejections that nobody handles, so a call is a promise that knows whether anybody waits
 * (`await`, `then`, `Promise.all`): its failure is lost when nobody did. One that somebody waited for, and that comes after
 * the script returned, is late: whether it was handled where it went cannot be known, unless the call has a `catch` of its own.
 */
export const prelude = `(call, print, names) => {
  'use strict'
  const { parse, stringify } = JSON
  const { create, freeze, defineProperty } = Object
  const text = String
  const { apply } = Reflect
  const { then } = Promise.prototype
  class Call extends Promise {
    #isAwaited = false
    #isCaught = false
    static get [Symbol.species]() { return Promise }
    static isLost(made) { return !made.#isAwaited }
    static isUncaught(made) { return made.#isAwaited && !made.#isCaught }
    then(...handlers) { this.#isAwaited = true; return apply(then, this, handlers) }
    catch(handler) { this.#isCaught = true; return this.then(undefined, handler) }
  }
  const { isLost, isUncaught } = Call
  freeze(Call.prototype)
  const failures = []
  let isOver = false
  const invoke = (namespace, name) => (args = {}) => {
    const failure = new Error()
    const asked = { made: null, error: null, isLate: false }
    const ask = async () => {
      try {
        const answer = parse(await call(namespace, name, stringify(args)))
        if (answer.error === undefined) return answer.value
        failure.message = answer.error
        throw failure
      } catch (error) {
        asked.error = error
        asked.isLate = isOver
        failures[failures.length] = asked
        throw error
      }
    }
    asked.made = new Call((resolve) => resolve(ask()))
    return asked.made
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
  const log = (...values) => { print(stringify(values.map(show).join(' '))) }
  const console = freeze({ log, info: log, warn: log, error: log, debug: log })
  defineProperty(globalThis, 'tools', { value: tools })
  defineProperty(globalThis, 'console', { value: console })
  const told = (error) => error instanceof Error
    ? { error: text(error), stack: text(error.stack) }
    : { error: 'threw ' + show(error), stack: '' }
  const run = async (script) => {
    try {
      const value = await script()
      return stringify({ value: value === undefined ? undefined : stringify(value) ?? text(value), isText: typeof value === 'string' ? value : undefined })
    } catch (error) {
      return stringify(told(error))
    } finally {
      isOver = true
    }
  }
  const failed = (isMeant) => failures.filter(isMeant).map(({ error }) => told(error))
  const unheard = () => stringify({
    lost: failed(({ made }) => isLost(made)),
    late: failed(({ made, isLate }) => isLate && isUncaught(made)),
  })
  return { run, unheard }
}`
