import { guessingModel } from '../../domain/model.ts'
import { isPlanned } from '../../store/queries/run-queries.ts'

/** SQL of the evaluation overview. Times are UTC; infrastructure errors are in no denominator but their own; unknown is NULL. */

/** A variable that is set to "All" filters nothing: the plugin then puts `1=1` there. */
const chosen = (column: string, variable = column) =>
  `$__conditionalAll(${column} IN (\${${variable}:singlequote}), $${variable})`

/** Runs are shown whole, by when they started: half a run would be a pass rate of whatever cases came first. */
const inRuns = `at >= $__fromTime AND run IN (SELECT run FROM runs WHERE event = 'started' AND $__timeFilter(at))`
const anyExposure = [inRuns, isPlanned, chosen('suite'), chosen('model'), chosen('run')].join('\n  AND ')
const inTrials = `${anyExposure}\n  AND ${chosen('exposure')}`
const ofTrials = `trial IN (SELECT trial FROM trials WHERE ${inTrials})`

const label = "if(model_kind = 'baseline', concat(model, ' (baseline, not a language model)'), model)"
const judged = "outcome IN ('passed', 'failed')"
const done = "outcome != 'infrastructure'"

/** The Wilson score interval, 95 %, with each case counted once: repeated trials of a case are alike. z is 1.96. */
const wilson = (sign: '+' | '-') =>
  `(p + 1.9208 / n ${sign} 1.96 * sqrt(p * (1 - p) / n + 0.9604 / (n * n))) / (1 + 3.8416 / n)`

export const runs = `
SELECT
  minIf(at, event = 'started') AS started,
  run,
  if(countIf(event = 'finished') = 0, 'unfinished', argMaxIf(state, at, event = 'finished')) AS state,
  anyIf(planned, event = 'started') AS planned,
  maxOrNullIf(done, event = 'finished') AS done,
  maxOrNullIf(infrastructure_errors, event = 'finished') AS "infrastructure errors",
  sumOrNullIf(duration_ms, event = 'finished') AS duration
FROM runs
WHERE ${inRuns}
GROUP BY run
ORDER BY started DESC
LIMIT 20`

/** `full` is what the others are measured against, whether it is chosen or not. */
export const cells = `
WITH cells AS (
  SELECT model, exposure, any(${label}) AS label,
    countIf(${done}) AS trials,
    countIf(outcome = 'infrastructure') AS infrastructure_errors,
    toFloat64(uniqExactIf((suite, case), ${judged})) AS n,
    countIf(outcome = 'passed') / countIf(${judged}) AS p,
    avgIf(selection, ${done}) AS f1,
    avgIf(arguments, ${done}) AS args,
    sumIf(definition_tokens * model_turns, ${done}) / sumIf(model_turns, ${done} AND definition_tokens IS NOT NULL) AS definition_tokens,
    avgIf(total_tokens, ${done}) AS total_tokens,
    100 * avgIf(violations, ${done}) AS violations,
    avgIf(retrieval_hit, ${done}) AS hit
  FROM (SELECT * FROM trials WHERE ${inTrials}) AS trials
  LEFT JOIN (
    SELECT trial, anyIf(value, grader = 'selection') AS selection, anyIf(value, grader = 'arguments') AS arguments
    FROM scores
    WHERE ${inRuns}
    GROUP BY trial
  ) AS scores USING trial
  GROUP BY model, exposure
),
shown AS (
  SELECT model, exposure, suite, case, sum(definition_tokens * model_turns) AS tokens, sum(model_turns) AS requests
  FROM trials
  WHERE ${anyExposure}
    AND ${done}
    AND definition_tokens IS NOT NULL
    AND model_turns > 0
  GROUP BY model, exposure, suite, case
),
savings AS (
  SELECT model, exposure,
    toNullable(1 - sum(shown.tokens) / sum(shown.requests * whole.tokens / whole.requests)) AS saving
  FROM (SELECT * FROM shown WHERE exposure != 'full') AS shown
  JOIN (SELECT model, suite, case, tokens, requests FROM shown WHERE exposure = 'full') AS whole USING (model, suite, case)
  GROUP BY model, exposure
)
SELECT label AS "model", exposure, trials,
  if(n = 0, NULL, p) AS "pass rate",
  if(n = 0, NULL, ${wilson('-')}) AS "low",
  if(n = 0, NULL, ${wilson('+')}) AS "high",
  if(isNaN(f1), NULL, f1) AS "F1",
  if(isNaN(args), NULL, args) AS "arguments",
  if(isNaN(definition_tokens), NULL, definition_tokens) AS "definition tokens",
  saving AS "saving vs full",
  total_tokens AS "all tokens",
  violations AS "violations per 100",
  hit AS "retrieval hit",
  infrastructure_errors AS "infrastructure errors"
FROM cells
LEFT JOIN savings USING (model, exposure)
ORDER BY "model", exposure`

const starts = "(SELECT run, min(at) AS started FROM runs WHERE event = 'started' GROUP BY run) AS starts"

/** A point per run, a line per model × exposure: the columns are time, the line's name and its value. */
const overTime = (value: string) => `
SELECT started AS time, concat(any(${label}), ' × ', exposure) AS line, ${value} AS value
FROM trials
JOIN ${starts} USING run
WHERE ${inTrials}
  AND ${done}
GROUP BY started, run, model, exposure
HAVING value IS NOT NULL
ORDER BY time, line`

export const passRate = overTime(
  `if(countIf(${judged}) = 0, NULL, countIf(outcome = 'passed') / countIf(${judged}))`,
)
export const definitionTokens = overTime(
  'if(sum(model_turns) = 0, NULL, sum(definition_tokens * model_turns) / sumIf(model_turns, definition_tokens IS NOT NULL))',
)
export const violations = overTime('100 * avg(violations)')

export const infrastructureErrors = `
SELECT started AS time, any(${label}) AS line, toFloat64(countIf(outcome = 'infrastructure')) AS value
FROM trials
JOIN ${starts} USING run
WHERE ${inTrials}
GROUP BY started, run, model
ORDER BY time, line`

/** A baseline that guesses says nothing about a case. */
export const worstCases = `
SELECT concat(suite, '/', case) AS "case",
  countIf(outcome = 'passed') AS passed,
  countIf(${judged}) AS judged,
  arrayStringConcat(arraySort(groupUniqArrayIf(exposure, outcome = 'failed')), ', ') AS "fails under",
  topKIf(1, 100)(assumeNotNull(message), outcome = 'failed')[1] AS "commonest reason"
FROM trials
WHERE ${inTrials}
  AND model != '${guessingModel}'
GROUP BY suite, case
HAVING passed < judged
ORDER BY passed / judged, "case"
LIMIT 25`

export const policies = `
SELECT arrayStringConcat(policies, ', ') AS "policy", effect, mode, resource, count() AS decisions,
  uniqExact(chain) AS chains
FROM policy_decisions
WHERE ${ofTrials}
  AND effect = 'deny'
GROUP BY policies, effect, mode, resource
ORDER BY decisions DESC, "policy", resource
LIMIT 25`

export const tools = `
SELECT name AS "tool", count() AS calls,
  countIf(outcome != 'ok') / count() AS "not ok",
  quantile(0.5)(duration_ms) AS "p50 ms",
  quantile(0.95)(duration_ms) AS "p95 ms"
FROM spans
WHERE ${ofTrials}
  AND kind = 'tool'
GROUP BY name
ORDER BY calls DESC, "tool"
LIMIT 50`

/** Values of the dashboard's variables, newest or first in the alphabet first; a second column is what the reader sees. */
export const variables = {
  suite: 'SELECT DISTINCT suite FROM trials ORDER BY suite',
  model: `SELECT DISTINCT model, ${label} AS text FROM trials ORDER BY model`,
  exposure: 'SELECT DISTINCT exposure FROM trials ORDER BY exposure',
  run: "SELECT run FROM runs WHERE event = 'started' ORDER BY at DESC LIMIT 100",
} as const
