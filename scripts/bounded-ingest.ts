// `npm run bounded [MEGABYTES]`: ingests a journal of that size (1 GiB unless said) with a JavaScript heap of 192 MiB, and says
// how much memory the process took above the open database, which is the engine's for the most part. The
// journal is that of an evaluation: joining live sessions takes memory for all spans since six hours before the first new one.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bytesBelow } from '../src/journal/disk-bound.ts'
import { openHome } from '../src/journal/home.ts'
import { openStore } from '../src/store/stores.ts'
import { observedSession } from '../test/chain/observed-session.ts'
import { ingestHome, openLog } from '../test/store/recorded-home.ts'

/** Of the old generation, in MiB; a batch and what it leads to take about half of it. */
const heapMegabytes = 192
const megabyte = 1_048_576

interface Measured {
  readonly entries: number
  readonly spans: number
  /** Of the process, in MiB: with the database open, and at its highest. */
  readonly idle: number
  readonly peak: number
}

if (process.argv[2] === '--ingest') await measure(process.argv[3] ?? '')
else ingestOf(Number(process.argv[2] ?? 1024))

async function measure(home: string): Promise<void> {
  const store = await openStore({ home })
  const idle = Math.round(process.memoryUsage.rss() / megabyte)
  const { entries, spans } = await ingestHome(home, store)
  await store.close()
  const peak = Math.round(process.resourceUsage().maxRSS / 1024)
  process.stdout.write(JSON.stringify({ entries, spans, idle, peak } satisfies Measured))
  process.exit(0)
}

function ingestOf(megabytes: number): void {
  const folder = mkdtempSync(join(tmpdir(), 'calltrail-bounded-'))
  try {
    record(folder, megabytes * megabyte)
    const argv = [
      `--max-old-space-size=${heapMegabytes}`,
      '--import',
      'tsx',
      fileURLToPath(import.meta.url),
      '--ingest',
      folder,
    ]
    const begun = performance.now()
    const { status, stdout } = spawnSync(process.execPath, argv, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    if (status !== 0) throw new Error('the ingest failed: what it says stands above')
    const { entries, spans, idle, peak }: Measured = JSON.parse(stdout)
    console.log(
      `${megabytes} MiB of journal, ${entries} entries, ${spans} spans: peak ${peak} MiB, ${peak - idle} above the open database, ${Math.round((performance.now() - begun) / 1000)} s`,
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** With the writer that recorders use: conversations of 20 turns, results from a few bytes to a megabyte. */
function record(folder: string, bytes: number): void {
  const home = openHome(folder)
  for (let number = 0; bytesBelow(home.journal) < bytes; ) {
    const journal = openLog(home)
    for (let session = 0; session < 25; session++, number++) recordSession(journal, number)
    journal.close()
  }
}

function recordSession(journal: ReturnType<typeof openLog>, number: number): void {
  const session = observedSession(journal, { type: 'trial', parent: 'run-1' })
  for (let turn = 0; turn < 20; turn++) {
    const at = (span: string) => `${number}-${turn}-${span}`
    const callId = `call_${number}_${turn}`
    session.modelRequest(at('model'), { prompt: `Request ${number}: ${words(number, 25)}` })
    session.modelResponse(at('model'))
    session.decision(at('decision'), at('model'), { callId })
    session.request(at('call'), { callId, arguments: JSON.stringify({ query: words(number + turn, 15) }) })
    session.result(at('call'), { text: words(number * 20 + turn, resultWords(number * 20 + turn)) })
  }
  session.close()
}

/** Most results are short; one in a thousand has about a megabyte. */
function resultWords(call: number): number {
  if (call % 1000 === 999) return 160_000
  return call % 20 === 19 ? 4_000 : 100
}

function words(seed: number, count: number): string {
  return Array.from({ length: count }, (_, index) =>
    ((seed * 7919 + index * 104_729) % 1_500_007).toString(36),
  ).join(' ')
}
