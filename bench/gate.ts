import { parseArgs } from 'node:util'
import { type ImaginedCell, simulateNight, simulateRow } from '../src/evaluate/gate/simulate.ts'
import { wilsonInterval } from '../src/evaluate/statistics/pass-rate.ts'
import { type Random, seededRandom } from '../src/models/baselines/seeded-random.ts'

// What the gate is worth: nights with their histories by chance, judged by the gate's own code. 100 cases, 3 trials each, 14
// earlier nights. A case's rate is logit-normal; a night adds the same normal drift, in logits, to all of its cases. A
// broken case is any of the 100, drawn by chance, and passes no more, those that hardly ever passed among them. `--nights N`.

const { values } = parseArgs({ options: { nights: { type: 'string', default: '2000' } } })
const nights = Number(values.nights)
const [cases, trials, earlier] = [100, 3, 14]

const suites = {
  hard: { centre: 1, spread: 2 },
  medium: { centre: 1.5, spread: 1.5 },
  easy: { centre: 2.5, spread: 2 },
}
const drifts = [0, 0.1, 0.2, 0.3]

interface Figures {
  readonly regressed: number
  readonly found: number
  readonly trials: number
}

function play(suite: (typeof suites)['hard'], drift: number, broken: number, left: number): Figures {
  const figures = { regressed: 0, found: 0, trials: 0 }
  for (let night = 0; night < nights; night += 1) {
    const random = seededRandom(night, `${suite.centre} ${suite.spread} ${drift} ${broken}`)
    const rates = Array.from({ length: cases }, () => ratesOf(suite, random))
    const chosen = chooseCases(broken, random)
    const brokenRates = rates.map((rate, index) => (chosen.has(index) ? rate * left : rate))
    const cell: ImaginedCell = { rates, brokenRates, drift, trials, nights: earlier }
    const { cells, trials: played } = simulateNight([cell], night)
    const confirmed = cells.flatMap(({ suspects }) => suspects.filter(({ isConfirmed }) => isConfirmed))
    figures.regressed += cells.some(({ isRegressed }) => isRegressed) ? 1 : 0
    figures.found += confirmed.some(({ case: key }) => chosen.has(Number(key))) ? 1 : 0
    figures.trials += played / (cases * trials) / nights
  }
  return figures
}

const rowNights = 100

/** Each night is compared with those before it, without what the gate found broken in them by mistake. */
function inARow(suite: (typeof suites)['hard'], drift: number): number {
  let regressed = 0
  for (let row = 0; row < nights / rowNights; row += 1) {
    const random = seededRandom(row, `${suite.centre} ${suite.spread} ${drift} row`)
    const rates = Array.from({ length: cases }, () => ratesOf(suite, random))
    regressed += simulateRow({ rates, drift, trials, nights: rowNights }, row)
  }
  return regressed
}

function ratesOf({ centre, spread }: (typeof suites)['hard'], random: Random): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
  return 1 / (1 + Math.exp(-centre - spread * normal))
}

function chooseCases(count: number, random: Random): ReadonlySet<number> {
  const chosen = new Set<number>()
  while (chosen.size < count) chosen.add(random.below(cases))
  return chosen
}

const missed: string[] = []
const figures: Record<string, unknown> = {}

function tell(name: string, value: number, bound: number, most: boolean, shown: string): void {
  const isMet = most ? value <= bound : value >= bound
  if (!isMet) missed.push(name)
  console.log(
    `  ${isMet ? 'ok    ' : 'MISSED'} ${name}: ${shown} (${most ? 'at most' : 'at least'} ${bound})`,
  )
}

function share(count: number): { readonly text: string; readonly rate: number; readonly low: number } {
  const { low, high } = wilsonInterval(count, nights)
  const percent = (value: number) => (value * 100).toFixed(1)
  const text = `${percent(count / nights)} % [${percent(low)} – ${percent(high)}]`
  return { text, rate: count / nights, low }
}

console.log(`${nights} nights each; intervals are 95 %, Wilson`)
for (const [name, suite] of Object.entries(suites))
  for (const drift of drifts) {
    console.log(`\n${name} suite (logit rates ${suite.centre} ± ${suite.spread}), drift ${drift}`)
    const [none, one, five, halved] = [
      play(suite, drift, 0, 1),
      play(suite, drift, 1, 0),
      play(suite, drift, 5, 0),
      play(suite, drift, 5, 0.5),
    ]
    const [alarms, single, several] = [share(none.regressed), share(one.found), share(five.found)]
    tell('false alarms', alarms.rate, 0.05, true, alarms.text)
    const row = share(inARow(suite, drift))
    tell('false alarms of nights in a row', row.rate, 0.05, true, row.text)
    tell('one broken case found, lower bound', single.low, 0.65, false, single.text)
    tell('five broken cases, one or more found', several.rate, 0.99, false, several.text)
    const most = Math.max(none.trials, one.trials, five.trials)
    const each = [none, one, five].map((some) => some.trials.toFixed(2)).join(', ')
    tell('trials, against 3 of each case', most, 1.4, true, `${each} with none, one and five broken`)
    console.log(`         five cases that pass half as often, found: ${share(halved.found).text}`)
    figures[`${name}, drift ${drift}`] = {
      falseAlarms: alarms.rate,
      falseAlarmsInARow: row.rate,
      oneFound: single.rate,
      oneFoundLow: single.low,
      fiveFound: several.rate,
      trials: Number(most.toFixed(3)),
    }
  }
console.log(JSON.stringify({ figures, missed }))
process.exit(missed.length > 0 ? 1 : 0)
