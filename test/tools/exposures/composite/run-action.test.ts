import { afterEach, describe, expect, test, vi } from 'vitest'
import { type Action, ActionCancelled, ActionCutOff } from '../../../../src/domain/action.ts'
import { type ToolSource, textOf } from '../../../../src/domain/tool.ts'
import { InfrastructureError } from '../../../../src/errors.ts'
import { composite } from '../../../../src/tools/exposures/composite/composite.ts'
import { call, context, toolset } from '../../servers.ts'
import { action, adding, answers, failing, reading, shop, undoable } from './shop.ts'

describe('a server that is gone in the middle', () => {
  const gone = new InfrastructureError('server_died', 'server memory exited with code 7')
  const use = async (composed: Action, dead: readonly string[]) => {
    const { source, made } = shop(answers)
    const upstream: ToolSource = {
      ...source,
      async callTool(one, context) {
        const result = await source.callTool(one, context)
        if (dead.includes(one.name)) throw gone
        return result
      },
    }
    const shown = composite(toolset(['files', 'memory'], { composite: { actions: [composed], tools: [] } }))
    const failure = await shown
      .expose(upstream)
      .callTool(call(composed.name, { path: 'a' }), context())
      .catch((error: unknown) => error)
    if (!(failure instanceof ActionCutOff)) throw failure
    expect(textOf(failure.result)).toBe(failure.message)
    return { failure, made: made.map(({ name }) => name), lines: failure.message.split('\n') }
  }
  const died = [
    'note did not come to its end.',
    'Step third (memory/fail) failed: server memory exited with code 7',
    'Whether it was done is not known.',
  ]

  test('undo is tried all the same, and what was done and undone is told', async () => {
    const composed = action([reading, undoable, failing, adding], { onFailure: 'undo' })
    const { failure, made, lines } = await use(composed, ['memory/fail'])
    expect(failure.code).toBe('server_died')
    expect(made.slice(2)).toEqual(['memory/fail', 'memory/remove'])
    expect(lines).toEqual([
      ...died,
      'Step added (memory/add) was undone with memory/remove.',
      'Step file (files/read) stays done: nothing says how to undo it.',
    ])
  })

  test('an undo that does not reach its server says what stays', async () => {
    const composed = action([reading, undoable, failing], { onFailure: 'undo' })
    const { lines } = await use(composed, ['memory/fail', 'memory/remove'])
    expect(lines[3]).toBe(
      'Step added (memory/add) stays done: undoing it failed: server memory exited with code 7',
    )
  })

  test('stop says what was done before; continue goes on, and says so too', async () => {
    const stopped = await use(action([reading, failing, adding]), ['memory/fail'])
    expect([stopped.made, stopped.lines]).toEqual([
      ['files/read', 'memory/fail'],
      [...died, 'Done before it: file (files/read).'],
    ])
    const first = await use(action([failing, adding]), ['memory/fail'])
    expect(first.lines).toEqual([...died, 'Nothing was done before it.'])
    const continued = await use(action([reading, failing, adding], { onFailure: 'continue' }), [
      'memory/fail',
    ])
    expect(continued.made).toEqual(['files/read', 'memory/fail', 'memory/add'])
    expect(continued.failure.result).toMatchObject({ isError: false, structuredContent: { id: 7 } })
    expect(continued.lines).toEqual(died.slice(1))
  })
})

describe('an action that is cancelled', () => {
  afterEach(() => void vi.useRealTimers())

  /** Cancelled under the first call of `during`: one that waits is given up, another is answered all the same. */
  const use = async (composed: Action, during: string, waiting: readonly string[] = []) => {
    const { source, made } = shop(answers)
    const cancelling = new AbortController()
    const upstream: ToolSource = {
      ...source,
      async callTool(one, { signal }) {
        signal.throwIfAborted()
        const answer = await source.callTool(one, context())
        if (one.name === during) cancelling.abort('the user left')
        if (!waiting.includes(one.name)) return answer
        return new Promise((_, reject) => {
          const giveUp = () => reject(signal.reason)
          if (signal.aborted) giveUp()
          else signal.addEventListener('abort', giveUp)
        })
      },
    }
    const shown = composite(toolset(['files', 'memory'], { composite: { actions: [composed], tools: [] } }))
    const answered = await shown
      .expose(upstream)
      .callTool(call(composed.name, { path: 'a' }), context(cancelling.signal))
      .catch((error: unknown) => error)
    const lines = answered instanceof ActionCancelled ? answered.message.split('\n') : []
    return { answered, made: made.map(({ name }) => name), lines }
  }
  const begun = [
    'note did not come to its end.',
    'Step third (memory/fail) failed: cancelled: the user left',
    'Whether it was done is not known.',
  ]
  const undone = [
    'Step added (memory/add) was undone with memory/remove.',
    'Step file (files/read) stays done: nothing says how to undo it.',
  ]
  const fails = ['memory/fail']

  test('its step fails, nothing more is begun, and what was done is undone all the same', async () => {
    const composed = action([reading, undoable, failing, adding], { onFailure: 'undo' })
    const { made, lines } = await use(composed, 'memory/fail', fails)
    expect(made).toEqual(['files/read', 'memory/add', 'memory/fail', 'memory/remove'])
    expect(lines).toEqual([...begun, ...undone])
  })

  test('the step that comes next is not begun, and what was done is undone', async () => {
    const composed = action([reading, undoable, failing], { onFailure: 'undo' })
    const { made, lines } = await use(composed, 'memory/add')
    expect(made).toEqual(['files/read', 'memory/add', 'memory/remove'])
    expect(lines).toEqual([
      'note did not come to its end.',
      'Step third (memory/fail) failed: not begun: the user left',
      ...undone,
    ])
  })

  test('stop tells what was done before; nothing is tried next, so that a step that continues leaves it to its action', async () => {
    const last = { ...failing, onFailure: 'continue' } as const
    const stopped = await use(action([reading, failing, adding]), 'memory/fail', fails)
    expect(stopped.lines).toEqual([...begun, 'Done before it: file (files/read).'])
    const continued = await use(
      action([reading, failing, adding], { onFailure: 'continue' }),
      'memory/fail',
      fails,
    )
    expect(continued).toEqual(stopped)
    const left = await use(action([undoable, last, adding], { onFailure: 'undo' }), 'memory/fail', fails)
    expect(left.made).toEqual(['memory/add', 'memory/fail', 'memory/remove'])
    expect(left.lines).toEqual([...begun, undone[0]])
  })

  test('one whose last step was answered has come to its end', async () => {
    const { answered, made } = await use(action([undoable], { onFailure: 'undo' }), 'memory/add')
    expect(made).toEqual(['memory/add'])
    expect(answered).toMatchObject({ isError: false, structuredContent: { id: 7 } })
  })

  test('undoing has a time of its own, after which nothing more is undone', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const again = { ...undoable, id: 'again' }
    const hanging = use(action([undoable, again, failing], { onFailure: 'undo' }), 'memory/fail', [
      'memory/fail',
      'memory/remove',
    ])
    await vi.advanceTimersByTimeAsync(30_000)
    const { made, lines } = await hanging
    expect(made).toEqual(['memory/add', 'memory/add', 'memory/fail', 'memory/remove'])
    expect(lines.slice(3)).toEqual([
      'Step again (memory/add) stays done: undoing it failed: cancelled: not done after 30 s',
      'Whether it was done is not known.',
      'Step added (memory/add) stays done: undoing it failed: not begun: not done after 30 s',
    ])
  })
})
