import type { CellJudgement } from '../../domain/gate.ts'
import { type Random, seededRandom } from '../../models/baselines/seeded-random.ts'
import { sum } from '../statistics/mean.ts'
import type { Passes } from '../statistics/repeated-trials.ts'
import { judge } from './judge.ts'
import { comparableNights, fewestNights, type Night, withoutBroken } from './night.ts'
import { type CellEvidence, clearingTrials, confirmingTrials, screen } from './screen.ts'

/** A model × exposure as it is imagined: how often each case passes, and what a night does to all of them. */
export interface ImaginedCell {
  /** Between 0 and 1, one for each case. */
  readonly rates: readonly number[]
  /** Tonight's, where something broke; else as ever. */
  readonly brokenRates?: readonly number[]
  /** The standard deviation, in logits, of what is added to every case of a night. */
  readonly drift: number
  /** Trials of a case in a night. */
  readonly trials: number
  /** Earlier nights. */
  readonly nights: number
}

export interface SimulatedNight {
  readonly cells: readonly CellJudgement[]
  /** Of all cells, tonight alone, those of the suspects too. */
  readonly trials: number
}

/** One night and its history, by chance, and what the gate says of them: it is the gate itself that judges. */
export function simulateNight(cells: readonly ImaginedCell[], seed: number): SimulatedNight {
  const random = seededRandom(seed, 'gate')
  const evidence = cells.map((cell) => imagine(cell, random))
  const trials = evidence.flatMap(({ tonight, again, fresh }) =>
    [...tonight.cases.values(), ...again.values(), ...fresh.values()].map(({ n }) => n),
  )
  return { cells: judge(evidence), trials: sum(trials) }
}

/** So many nights in a row on which nothing broke, after as few as a night can be compared with: how many are called regressed. */
export function simulateRow({ rates, drift, trials, nights }: ImaginedCell, seed: number): number {
  const random = seededRandom(seed, 'row')
  let before: readonly Night[] = []
  let regressed = 0
  for (let index = 0; index < fewestNights + nights; index += 1) {
    const evidence = playNight(drifted(rates, drift, random), { trials, before }, random)
    const [judgement] = judge([evidence])
    if (judgement?.isRegressed) regressed += 1
    before = [judgement ? withoutBroken(evidence.tonight, judgement) : evidence.tonight, ...before]
  }
  return regressed
}

function imagine(cell: ImaginedCell, random: Random): CellEvidence {
  const { rates, brokenRates = rates, trials, nights } = cell
  const before = Array.from({ length: nights }, (_, index) => {
    return nightOf(drifted(rates, cell.drift, random), trials, `${index}`, random)
  })
  return playNight(drifted(brokenRates, cell.drift, random), { trials, before }, random)
}

interface Earlier {
  readonly trials: number
  readonly before: readonly Night[]
}

function playNight(now: readonly number[], { trials, before }: Earlier, random: Random): CellEvidence {
  const tonight = nightOf(now, trials, 'tonight', random)
  const played = {
    tonight,
    ...comparableNights(tonight, before),
    again: new Map<string, Passes>(),
    fresh: new Map<string, Passes>(),
  }
  const play = (key: string, trials: number) => passesOf(now[Number(key)] ?? 0, trials, random)
  for (const { case: key } of screen(played)) played.again.set(key, play(key, clearingTrials))
  for (const { case: key, isCleared } of screen(played))
    if (!isCleared) played.fresh.set(key, play(key, confirmingTrials))
  return played
}

function drifted(rates: readonly number[], drift: number, random: Random): readonly number[] {
  if (drift === 0) return rates
  const factor = Math.exp(drift * normal(random))
  return rates.map((rate) => (rate * factor) / (1 - rate + rate * factor))
}

function nightOf(rates: readonly number[], trials: number, run: string, random: Random): Night {
  return {
    run,
    cases: new Map(rates.map((rate, index) => [String(index), passesOf(rate, trials, random)])),
  }
}

function passesOf(rate: number, n: number, random: Random): Passes {
  let passed = 0
  for (let trial = 0; trial < n; trial += 1) if (random.chance(rate)) passed += 1
  return { passed, n }
}

/** Box and Muller 1958. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
}
