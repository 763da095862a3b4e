import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Store } from '../../src/domain/store.ts'
import { chainSpans } from '../../src/forensics/chain-spans.ts'
import type { ChainView } from '../../src/forensics/chain-view.ts'
import { readChain, readChainEntries } from '../../src/forensics/read-chain.ts'
import { nodesOf, reconstruct } from '../../src/forensics/reconstruct.ts'
import { openHome } from '../../src/journal/home.ts'
import { loadCallPrices } from '../../src/models/call-prices.ts'
import type { ChainRow, QueryName } from '../../src/store/queries.ts'
import { openStore } from '../../src/store/stores.ts'
import { observedSession } from '../chain/observed-session.ts'
import { all, ingestHome, openLog, recordTrial } from '../store/recorded-home.ts'
import { temporaryFolder } from '../store/temporary-folder.ts'

const folder = temporaryFolder()
let store: Store<QueryName>
let view: ChainView

beforeAll(async () => {
  const home = openHome(folder.path)
  const journal = openLog(home)
  const server = observedSession(journal, { server: 'files', parent: 'run-1' })
  const define = (session: string, destructiveHint: boolean) => {
    const tools = [{ name: 'read_text_file', annotations: { destructiveHint, openWorldHint: 'no flag' } }]
    const list = { server: 'files', serverVersion: null, count: 1, hash: `${destructiveHint}` }
    journal.append('tool_definitions', session, { ...list, tools: journal.body({ value: tools }).ref })
  }
  define(server.session, true)
  const trial = recordTrial(journal, 'alpha')
  trial.request('unanswered', { parentSpan: 'alpha-1-outer' })
  trial.close()
  define(server.session, false)
  journal.close()
  store = await openStore({ home: home.path })
  await ingestHome(home.path, store)
  const [row] = await all(store.query<ChainRow>('chains', { denied: 1 }))
  view = await readChain(home, store, row?.chain ?? '', loadCallPrices)
})
afterAll(async () => {
  await store.close()
  folder.remove()
})

test('a chain is read with its sessions and what the server had said of its tools when it ended', () => {
  expect(view.sessions).toMatchObject([{ type: 'trial', server: null, ending: { reason: 'ended' } }])
  expect(view.hints).toEqual(new Map([['files/read_text_file', { destructiveHint: true }]]))
  const effects = nodesOf(reconstruct(view)).flatMap(({ effect }) => (effect ? [effect.happened] : []))
  expect(effects).toEqual(['done', 'done', 'unknown'])
  expect(view.costs).toEqual(new Map([['alpha-1-model', null]]))
})

test('its calls are spans of one trace, each below the call that led to it, decisions and verdicts events of them', async () => {
  const entries = await readChainEntries(store, view.chain)
  const spans = chainSpans(view, { entries })
  const facts = spans.map(({ span }) => [
    span.spanId,
    span.parentId,
    span.events.length,
    span.failure !== null,
  ])
  expect(facts).toEqual([
    ['alpha-1-model', '00f067aa0ba902b7', 1, false],
    ['alpha-1-inner', 'alpha-1-outer', 1, false],
    ['alpha-1-outer', 'alpha-1-model', 0, false],
    ['unanswered', 'alpha-1-outer', 0, true],
  ])
  for (const { span } of spans) expect(span.traceId).toBe(view.chain)
  expect(JSON.stringify(spans)).not.toContain('alpha.yaml')
  const texts = chainSpans(view, { entries, textOf: (digest) => `body ${digest}` })
  expect(JSON.stringify(texts)).toContain('body ')
})
