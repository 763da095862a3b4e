import { describe, expect, test } from 'vitest'
import { type Action, ActionCutOff } from '../../../../src/domain/action.ts'
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
