// `npm run kills [ROUNDS]`: recorders, gateways and ingest are killed under load, 200 times each unless said, a rebuild at each of its last steps. CI runs a few rounds.
import { spawnSync } from 'node:child_process'

const rounds = process.argv[2] ?? '200'
const vitest = [
  'node_modules/vitest/vitest.mjs',
  'run',
  'test/record/kill',
  'test/record/gateway/kill',
  'test/store/kill',
  'test/journal/kill',
]
const { status } = spawnSync(process.execPath, vitest, {
  stdio: 'inherit',
  env: { ...process.env, CALLTRAIL_KILLS: rounds },
})
process.exit(status ?? 1)
