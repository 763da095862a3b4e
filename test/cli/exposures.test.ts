import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { isJsonObject } from '../../src/domain/json.ts'
import { startAnthropicServer } from '../fixtures/providers/anthropic-server.ts'
import { testKey } from '../fixtures/providers/provider-server.ts'
import { fixture } from '../tools/servers.ts'
import { run, temporaryFolder } from './calltrail.ts'
import { runHere } from './run-here.ts'

const bench = fixture('workbench.mjs')
const config = `mcpServers: { bench: { command: ${JSON.stringify(bench.command)}, args: ${JSON.stringify(bench.args)} } }
toolsets:
  bench:
    servers: [bench]
    composite:
      actions:
        - name: say
          description: Says it.
          parameters: { word: { type: string } }
          onFailure: stop
          steps: [{ call: bench/echo, args: { title: "{{ input.word }}" } }]
`
const suite = `suite: s
toolset: bench
cases:
  - { id: a, prompt: Say a., expect: { calls: [{ tool: bench/echo, args: { title: a } }] } }
`
const calls: Readonly<Record<string, { name: string; arguments: string }>> = {
  describe_tools: { name: 'call_tool', arguments: '{"name":"bench/echo","arguments":{"title":"a"}}' },
  say: { name: 'say', arguments: '{"word":"a"}' },
  run_code: { name: 'run_code', arguments: '{"code":"await tools.bench.echo({ title: \\"a\\" })"}' },
  tool_search_tool_bm25: { name: 'bench__echo', arguments: '{"title":"a"}' },
}

test('eval plays deferred, composite, code and native, and refuses who cannot play them', async () => {
  const provider = await startAnthropicServer(({ messages, tools }) => {
    const [first] = Array.isArray(tools) ? tools.filter(isJsonObject) : []
    const call = calls[String(first?.name)]
    const isFirst = Array.isArray(messages) && messages.length === 1
    return call && isFirst ? { calls: [{ id: 'c1', ...call }] } : { text: 'Done.' }
  })
  onTestFinished(() => provider.close())
  const cwd = temporaryFolder()
  writeFileSync(join(cwd, 'calltrail.yaml'), config)
  writeFileSync(join(cwd, 's.yaml'), suite)
  const env = {
    CALLTRAIL_HOME: join(cwd, 'home'),
    ANTHROPIC_API_KEY: testKey,
    ANTHROPIC_BASE_URL: provider.url,
  }
  const exposures = ['deferred', 'composite', 'code', 'native']
  const named = exposures.flatMap((name) => ['--exposure', name])
  const { code, stdout, stderr } = await run(
    ['eval', 's.yaml', '--json', '--model', 'anthropic:claude-x', ...named],
    { cwd, env },
  )
  expect([code, stderr]).toEqual([0, expect.any(String)])
  const { summary } = JSON.parse(stdout)
  const rates = summary.cells.map((cell: { exposure: string; pass_rate: { rate: number } }) => [
    cell.exposure,
    cell.pass_rate.rate,
  ])
  expect(Object.fromEntries(rates)).toEqual({ deferred: 1, composite: 1, code: 1, native: 1 })

  const refused = await runHere(['eval', 's.yaml', '--exposure', 'native'], { cwd, env })
  expect(refused.code).toBe(2)
  expect(refused.stderr).toContain('baseline:lexical cannot play the exposure native')

  writeFileSync(join(cwd, 'calltrail.yaml'), `${config}gateway: { toolset: bench, exposure: native }\n`)
  const served = await run(['gateway', '--port', '0'], { cwd, env })
  expect(served.code).toBe(2)
  expect(served.stderr).toContain('calltrail.yaml:12:')
  expect(served.stderr).toContain('native lives in the model request: it cannot be served')
}, 60_000)
