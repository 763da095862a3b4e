import { describe, expect, test } from 'vitest'
import { loadConfig } from '../../src/config/calltrail-config.ts'
import { defineSchedules } from '../../src/config/schedules-config.ts'
import { complaints, folderWith } from './files.ts'

const secret = 'https://hooks.slack.example/services/T0/B0/verysecret'

async function schedulesOf(text: string, variables: Readonly<Record<string, string>> = {}) {
  const folder = await folderWith({ 'calltrail.yaml': text })
  const { schedules } = await loadConfig(undefined, folder)
  return { folder, schedules: await defineSchedules(schedules, variables) }
}

test('a schedule is what eval is told, and when', async () => {
  const { folder, schedules } = await schedulesOf(
    [
      'schedules:',
      '  nightly:',
      '    cron: "30 2 * * 1-5"',
      '    timezone: Europe/Berlin',
      '    jitter: 10m',
      '    on: drift',
      '    suites: [suites/files.yaml]',
      '    models: [openai:gpt-5-mini]',
      '    gate: strict',
      '    reports: { html: reports/nightly.html }',
      '    webhooks: [{ url: "$' + '{HOOK}", format: slack }]',
      '  plain: { on: drift, jitter: 0s, suites: [suites] }',
      '  part: { cron: "@daily", fromChains: "since=1d", shard: 2/3, gate: false, budget: { usd: 2.5, tokens: 9 }, trialTimeout: 90s, timeLimit: 2h, cache: true }',
    ].join('\n'),
    { HOOK: secret },
  )
  expect(schedules[0]).toMatchObject({
    ...{ name: 'nightly', cron: '30 2 * * 1-5', timezone: 'Europe/Berlin', jitterMs: 600_000, onDrift: true },
    eval: {
      ...{ suites: [`${folder}/suites/files.yaml`], models: ['openai:gpt-5-mini'], gate: 'strict' },
      reports: { html: `${folder}/reports/nightly.html` },
    },
    webhooks: [{ label: 'schedules.nightly.webhooks[0]', url: secret, format: 'slack', when: 'regressed' }],
  })
  const unsaid = { gate: 'on', timeLimitMs: 8 * 3_600_000, budget: {}, cache: false }
  expect(schedules[1]).toMatchObject({ cron: null, timezone: 'UTC', jitterMs: 0, eval: unsaid })
  expect(schedules[2]?.eval).toMatchObject({
    ...{ suites: [], fromChains: 'since=1d', shard: '2/3', gate: 'off', cache: true },
    ...{ budget: { usd: 2.5, tokens: 9 }, trialTimeoutMs: 90_000, timeLimitMs: 7_200_000 },
  })
})

describe('what is wrong with a schedule is said with its place', () => {
  const five = 'expected minute, hour, day of month, month and day of week'
  test.for<[fact: string, schedule: string, lines: readonly (string | RegExp)[]]>([
    [
      'a pattern that is none, and a zone that there is not',
      '{ cron: "61 * * * *", timezone: Mars/Olympus, suites: [s] }',
      [
        `calltrail.yaml:2:20  schedules.nightly.cron: ${five}, found "61 * * * *"`,
        'as in "30 2 * * 1-5"',
        'calltrail.yaml:2:44  schedules.nightly.timezone: expected a time zone by its IANA name, found "Mars/Olympus"',
        'as in Europe/Berlin',
      ],
    ],
    [
      'a pattern with seconds',
      '{ cron: "0 0 3 * * *", suites: [s] }',
      [`calltrail.yaml:2:20  schedules.nightly.cron: ${five}, found "0 0 3 * * *"`, 'as in'],
    ],
    [
      'a time that never comes',
      '{ cron: "0 0 30 2 *", suites: [s] }',
      [
        `calltrail.yaml:2:20  schedules.nightly.cron: ${five}, found "0 0 30 2 *", which never comes`,
        'as in',
      ],
    ],
    [
      'two reports that are written to one file',
      '{ cron: "@daily", suites: [s], reports: { json: a/r, html: a/./r } }',
      [
        'calltrail.yaml:2:71  schedules.nightly.reports.html: the json report is written to this file as well',
        'give each report a file of its own',
      ],
    ],
    [
      'one that would never run',
      '{ suites: [s] }',
      [
        'calltrail.yaml:2:12  schedules.nightly: it would never run',
        'set cron: "0 3 * * *", or on: drift, or both',
      ],
    ],
    [
      'a jitter that is no time span, and a key that there is not',
      '{ cron: "@daily", jitter: 10, timeLimit: 0s, suites: [s], model: x }',
      [
        'calltrail.yaml:2:38  schedules.nightly.jitter: expected text, found the number 10',
        'put it in quotes: "10"',
        'calltrail.yaml:2:53  schedules.nightly.timeLimit: expected a time span: 30s, 10m or 1h',
        'calltrail.yaml:2:70  schedules.nightly: unknown key "model"',
        'nearest: models',
      ],
    ],
    [
      'a shard that is none, and one that is compared',
      '{ cron: "@daily", suites: [s], shard: 4/3 }',
      ['calltrail.yaml:2:50  schedules.nightly.shard: expected a shard: 1/3, 2/3 or 3/3'],
    ],
    [
      'what cannot be compared, and is',
      '{ cron: "@daily", suites: [s], shard: 1/3, cache: true }',
      [
        'calltrail.yaml:2:50  schedules.nightly.shard: a shard cannot be compared',
        'set gate: false and no baseline',
        'calltrail.yaml:2:62  schedules.nightly.cache: answers of earlier runs cannot be compared',
        'leave cache out',
      ],
    ],
    [
      'nothing to play',
      '{ cron: "@daily" }',
      ['calltrail.yaml:2:12  schedules.nightly: it would play nothing', 'set suites: [suites/]'],
    ],
    [
      'a webhook that would never be told',
      '{ cron: "@daily", gate: false, suites: [s], webhooks: [{ url: "https://x.example" }] }',
      [
        'calltrail.yaml:2:67  schedules.nightly.webhooks[0]: it would never be told: nothing is found to have regressed without the gate',
        'leave gate: false out, or set when: not passed',
      ],
    ],
    [
      'an address that is none, which is not quoted',
      '{ cron: "@daily", suites: [s], webhooks: [{ url: "$' + '{HOOK}" }] }',
      [
        'calltrail.yaml:2:61  schedules.nightly.webhooks[0].url: expected an http or https address',
        'what it holds is not shown: it may be a secret',
      ],
    ],
    [
      'a variable that is not set',
      '{ cron: "@daily", suites: [s], webhooks: [{ url: "$' + '{GONE}" }] }',
      [
        'calltrail.yaml:2:61  schedules.nightly.webhooks[0].url: the variable GONE is not set',
        'set it, or write $' + '{GONE:-default}',
      ],
    ],
    [
      'all of it at once, a variable that is not set too',
      '{ cron: "@daily", timezone: Mars/Phobos, suites: [s], webhooks: [{ url: "$' + '{GONE}" }] }',
      [
        'calltrail.yaml:2:40  schedules.nightly.timezone: expected a time zone by its IANA name, found "Mars/Phobos"',
        'as in Europe/Berlin, America/New_York or UTC',
        'calltrail.yaml:2:84  schedules.nightly.webhooks[0].url: the variable GONE is not set',
        'set it, or write $' + '{GONE:-default}',
      ],
    ],
  ])('%s', async ([, schedule, lines]) => {
    const found = await complaints(() =>
      schedulesOf(`schedules:\n  nightly: ${schedule}`, {
        HOOK: 'verysecret',
      }),
    )
    expect(found.map((line, index) => line.startsWith(String(lines[index])) || [line, lines[index]])).toEqual(
      lines.map(() => true),
    )
    expect(found.join('\n')).not.toContain('verysecret')
  })

  test('a name that no file could have', async () => {
    const [line] = await complaints(() => schedulesOf('schedules: { "../x": { on: drift, suites: [s] } }'))
    expect(line).toMatch(
      /^calltrail\.yaml:1:\d+ {2}schedules\.\.\.\/x: expected a name of letters, digits, _ and -/,
    )
  })
})
