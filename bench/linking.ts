import { join } from '../src/chain/join.ts'
import { clients, trafficOf } from '../test/chain/client-traffic.ts'
import { liveCauses } from '../test/chain/live-traffic.ts'

// How well calls are joined to the decisions behind them, by client: conversations at once, one of them unseen by the model's
// recorder, equal calls, lost calls. A wrong link is worse than none: precision is to be 1.

const seeds = 100
for (const client of clients) {
  const total = { calls: 0, right: 0, wrong: 0, ambiguous: 0 }
  const begun = performance.now()
  for (let seed = 1; seed <= seeds; seed++) {
    const { spans, truth } = trafficOf(client, seed)
    total.calls += truth.size
    for (const { link } of join(spans, { known: [], nowMs: Date.UTC(2026, 10, 21) })) {
      if (link.type !== 'caused') continue
      if (link.candidates.length > 1) total.ambiguous += 1
      else total[truth.get(link.to) === link.from ? 'right' : 'wrong'] += 1
    }
  }
  const { calls, right, wrong, ambiguous } = total
  const figures = [
    `precision ${(right / (right + wrong)).toFixed(4)}`,
    `recall ${(right / calls).toFixed(3)}`,
    `${ambiguous} of ${calls} calls ambiguous`,
    `${((performance.now() - begun) / calls).toFixed(3)} ms per call`,
  ]
  console.log(client.name.padEnd(28), figures.join(' · '))
}

// The same, as far as it is known while the calls pass: what is not sure is left to ingest.
for (const client of clients) {
  const total = { calls: 0, right: 0, wrong: 0 }
  const begun = performance.now()
  for (let seed = 1; seed <= seeds / 4; seed++) {
    const { spans, truth } = trafficOf(client, seed)
    total.calls += truth.size
    for (const [call, cause] of liveCauses(spans)) total[truth.get(call) === cause ? 'right' : 'wrong'] += 1
  }
  const { calls, right, wrong } = total
  const figures = [
    `precision ${(right / (right + wrong)).toFixed(4)}`,
    `recall ${(right / calls).toFixed(3)}`,
    `${((performance.now() - begun) / calls).toFixed(3)} ms per call`,
  ]
  console.log(`${client.name}, live`.padEnd(34), figures.join(' · '))
}
