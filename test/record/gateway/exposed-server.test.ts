import { Client, InMemoryTransport } from '@modelcontextprotocol/client'
import { expect, test } from 'vitest'
import type { Composite } from '../../../src/domain/action.ts'
import { exposedServer } from '../../../src/record/gateway/exposed-server.ts'
import { composite } from '../../../src/tools/exposures/composite/composite.ts'
import { openLiveToolset } from '../../../src/tools/live-toolset.ts'
import { call, context, fixture, toolset } from '../../tools/servers.ts'

const said = { id: 'said', call: 'bench/echo', args: { title: 'said' }, when: [] }
const actions: Composite = {
  tools: [],
  actions: [
    {
      name: 'say_and_die',
      description: 'Says it, and ends the server.',
      inputSchema: { type: 'object' },
      steps: [
        { ...said, undo: { call: 'bench/echo', args: { title: 'taken back' } } },
        { id: 'dead', call: 'bench/die', args: {}, when: [] },
      ],
      onFailure: 'undo',
    },
  ],
}

test('an action whose server dies in its middle is undone at the server started anew, and the model is told', async () => {
  const definition = toolset(['bench'], { composite: actions })
  const live = openLiveToolset(definition, [fixture('workbench.mjs')], { onFailure: () => {} })
  const server = exposedServer({
    tools: composite(definition).expose(live),
    contextOf: ({ signal }) => context(signal),
    beginCall: (_, name, given) => call(name, given),
  })
  const client = new Client({ name: 'test', version: '1' })
  const [here, there] = InMemoryTransport.createLinkedPair()
  await server.connect(there)
  await client.connect(here)
  const { isError, content } = await client.callTool({ name: 'say_and_die' })
  await client.close()
  await live.close()
  expect(isError).toBe(true)
  const [told] = content.flatMap((block) => (block.type === 'text' ? [block.text.split('\n')] : []))
  expect(told?.[1]).toMatch(/^Step dead \(bench\/die\) failed: .*server bench exited with code 7/)
  expect(told?.slice(-2)).toEqual([
    'Whether it was done is not known.',
    'Step said (bench/echo) was undone with bench/echo.',
  ])
})
