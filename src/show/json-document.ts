import { isJsonObject, type Json } from '../domain/json.ts'
import type { Rescore } from '../evaluate/rescore.ts'
import type { RebuildReport } from '../store/rebuild.ts'
import type { CompareReport } from './compare-report.ts'
import type { DriftReport } from './drift-report.ts'
import type { EvalReport } from './eval-report.ts'
import type { RunsList } from './runs-list.ts'

/** The documents of `--json`: fields named as those of the database, texts that hold JSON parsed. */
export function runsDocument({ rows, isWhole }: Pick<RunsList, 'rows' | 'isWhole'>) {
  const runs = rows.map(({ suites, models, seed, ...row }) => ({
    ...row,
    suites: JSON.parse(suites),
    models: JSON.parse(models),
    seed: Number(seed),
  }))
  return { runs, is_whole: isWhole }
}

export function rebuildDocument({ entries, spans, links, tables, setAside }: RebuildReport) {
  return { entries, spans, new_links: links, tables, set_aside: setAside }
}

export function driftDocument({ command: _, home: __, ...report }: DriftReport) {
  return snakeCase(JSON.parse(JSON.stringify(report)))
}

export function evalDocument({ command: _, isStored: __, again: ___, ...report }: EvalReport) {
  return snakeCase(JSON.parse(JSON.stringify(report)))
}

export function rescoreDocument(done: Rescore) {
  return snakeCase(JSON.parse(JSON.stringify(done)))
}

export function compareDocument(report: CompareReport) {
  return snakeCase(JSON.parse(JSON.stringify(report)))
}

/** Keys alone: names of models, suites and cases are values. */
export function snakeCase(value: Json): Json {
  if (Array.isArray(value)) return value.map(snakeCase)
  if (!isJsonObject(value)) return value
  const entries = Object.entries(value).map(([key, inner]) => [
    key.replace(/(?<=[a-z])[A-Z0-9]+/g, (part) => `_${part.toLowerCase()}`),
    snakeCase(inner),
  ])
  return Object.fromEntries(entries)
}
