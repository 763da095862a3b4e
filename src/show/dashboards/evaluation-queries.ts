/** SQL of the evaluation overview. Times are UTC; infrastructure errors are in no denominator but their own; unknown is NULL. */

/** A variable that is set to "All" filters nothing: the plugin then puts `1=1` there. */
const chosen = (column: string, variable = column) =>
  `$__conditionalAll(${column} IN (\${${variable}:singlequote}), $${variable})`

const trialsShown = ['$__timeFilter(at)', chosen('suite'), chosen('model'), chosen('exposure'), chosen('run')]
const inTrials = trialsShown.join('\n  AND ')

const label = "if(model_kind = 'baseline', concat(model, ' (baseline, not a language model)'), model)"
const judged = "outcome IN ('passed', 'failed')"
const done = "outcome != 'infrastructure'"

/** The Wilson score interval, 95 %, with each case counted once: repeated trials of a case are alike. */
const wilson = (sign: '+' | '-') =>
  `(p + 1.9207 / n ${sign} 1.96 * sqrt(p * (1 - p) / n + 0.9604 / (n * n))) / (1 + 3.8415 / n)`

export const runs = `
SELECT
  minIf(at, event = 'started') AS started,
  run,
  if(countIf(event = 'finished') = 0, 'unfinished', anyIf(state, event = 'finished')) AS state,
  anyIf(planned, event = 'started') AS planned,
  anyOrNullIf(done, event = 'finished') AS done,
  anyOrNullIf(infrastructure_errors, event = 'finished') AS infrastructure_errors,
  anyOrNullIf(duration_ms, event = 'finished') AS duration_ms
FROM runs
WHERE $__timeFilter(at)
GROUP BY run
ORDER BY started DESC
LIMIT 20`

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
    100 * sumIf(violations, ${done}) / countIf(${done}) AS violations,
    avgIf(retrieval_hit, ${done}) AS hit
  FROM (SELECT * FROM trials WHERE ${inTrials}) AS trials
  LEFT JOIN (
    SELECT trial, anyIf(value, grader = 'selection') AS selection, anyIf(value, grader = 'arguments') AS arguments
    FROM scores
    WHERE $__timeFilter(at)
    GROUP BY trial
  ) AS scores USING trial
  GROUP BY model, exposure
)
SELECT label AS "model", exposure, trials,
  if(n = 0, NULL, p) AS "pass rate",
  if(n = 0, NULL, ${wilson('-')}) AS "low",
  if(n = 0, NULL, ${wilson('+')}) AS "high",
  if(isNaN(f1), NULL, f1) AS "F1",
  if(isNaN(args), NULL, args) AS "arguments",
  if(isNaN(definition_tokens), NULL, definition_tokens) AS "definition tokens",
  if(exposure = 'full' OR whole.tokens IS NULL, NULL, 1 - definition_tokens / whole.tokens) AS "saving vs full",
  total_tokens AS "all tokens",
  if(trials = 0, NULL, violations) AS "violations per 100",
  hit AS "retrieval hit",
  infrastructure_errors AS "infrastructure errors"
FROM cells
LEFT JOIN (SELECT model, toNullable(definition_tokens) AS tokens FROM cells WHERE exposure = 'full') AS whole USING model
ORDER BY "model", exposure`

/** One line per model × exposure: the columns are time, the line's name and its value. */
const overTime = (value: string) => `
SELECT $__timeInterval(at) AS time, concat(any(${label}), ' × ', exposure) AS cell, ${value} AS value
FROM trials
WHERE ${inTrials}
  AND ${done}
GROUP BY time, model, exposure
HAVING value IS NOT NULL
ORDER BY time`

export const passRate = overTime(
  `if(countIf(${judged}) = 0, NULL, countIf(outcome = 'passed') / countIf(${judged}))`,
)
export const definitionTokens = overTime(
  'if(sum(model_turns) = 0, NULL, sum(definition_tokens * model_turns) / sumIf(model_turns, definition_tokens IS NOT NULL))',
)
export const violations = overTime('100 * sum(violations) / count()')

export const infrastructureErrors = `
SELECT $__timeInterval(at) AS time, ${label} AS model_label, toFloat64(countIf(outcome = 'infrastructure')) AS errors
FROM trials
WHERE ${inTrials}
GROUP BY time, model_label
ORDER BY time`

/** A baseline that guesses says nothing about a case. */
export const worstCases = `
SELECT concat(suite, '/', case) AS "case",
  countIf(outcome = 'passed') AS passed,
  countIf(${judged}) AS judged,
  arrayStringConcat(arraySort(groupUniqArrayIf(exposure, outcome = 'failed')), ', ') AS "fails under",
  anyHeavyIf(message, outcome = 'failed') AS "commonest reason"
FROM trials
WHERE ${inTrials}
  AND model != 'baseline:random'
GROUP BY suite, case
HAVING passed < judged
ORDER BY passed / judged, "case"
LIMIT 25`

export const policies = `
SELECT arrayStringConcat(policies, ', ') AS "policy", effect, mode, resource, count() AS decisions,
  uniqExact(chain) AS chains
FROM policy_decisions
WHERE $__timeFilter(at) AND effect = 'deny'
GROUP BY policies, effect, mode, resource
ORDER BY decisions DESC
LIMIT 25`

export const tools = `
SELECT name AS "tool", count() AS calls,
  countIf(outcome != 'ok') / count() AS "not ok",
  quantile(0.5)(duration_ms) AS "p50 ms",
  quantile(0.95)(duration_ms) AS "p95 ms"
FROM spans
WHERE $__timeFilter(at) AND kind = 'tool'
GROUP BY name
ORDER BY calls DESC
LIMIT 50`

/** Values of the dashboard's variables, newest or first in the alphabet first. */
export const variables = {
  suite: 'SELECT DISTINCT suite FROM trials ORDER BY suite',
  model: 'SELECT DISTINCT model FROM trials ORDER BY model',
  exposure: 'SELECT DISTINCT exposure FROM trials ORDER BY exposure',
  run: "SELECT run FROM runs WHERE event = 'started' ORDER BY at DESC LIMIT 100",
} as const
