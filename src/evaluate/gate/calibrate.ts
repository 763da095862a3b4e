import type { Calibration } from '../../domain/gate.ts'
import { mean, sum } from '../statistics/mean.ts'
import { wilsonInterval } from '../statistics/pass-rate.ts'
import { nightsAboveUsual, smoothed, trialNoise, usualOf } from './drift.ts'
import { fewestNights } from './night.ts'
import type { CellEvidence } from './screen.ts'
import { type ImaginedCell, simulateNight } from './simulate.ts'

/** Draws of a trial, so that the largest suites take about a second. */
const budget = 8e6
const mostSimulated = 1000

/**
 * An A/A test: nights and histories like those that there were, by the rates of the cases and by what nights differed by more than
 * trials explain, judged by the gate itself. Null where no cell has history enough.
 */
export function calibrate(cells: readonly CellEvidence[]): Calibration | null {
  const imagined = cells.filter(({ history }) => history.length >= fewestNights).map(imagine)
  if (imagined.length === 0) return null
  const draws = sum(imagined.map(({ rates, trials, nights }) => rates.length * trials * (nights + 1)))
  const nights = Math.max(100, Math.min(mostSimulated, Math.round(budget / draws)))
  let falseAlarms = 0
  for (let seed = 0; seed < nights; seed += 1)
    if (simulateNight(imagined, seed).cells.some(({ isRegressed }) => isRegressed)) falseAlarms += 1
  return { falseAlarms, nights, ...wilsonInterval(falseAlarms, nights) }
}

export function imagine({ tonight, history }: CellEvidence): ImaginedCell {
  const usual = usualOf(tonight, history)
  const rates = Array.from(usual.values(), smoothed)
  const nights = nightsAboveUsual(history, usual)
  const variance = sum(nights.map((night) => night ** 2)) / Math.max(1, nights.length - 1)
  const excess = Math.max(0, variance - trialNoise(tonight, usual) ** 2)
  const slope = mean(rates.map((rate) => rate * (1 - rate))) ?? 1
  const trials = Math.max(1, Math.round(mean(Array.from(tonight.cases.values(), ({ n }) => n)) ?? 1))
  return { rates, drift: Math.sqrt(excess) / slope, trials, nights: history.length }
}
