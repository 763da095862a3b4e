import stringWidth from 'string-width'
import { expect, test } from 'vitest'
import { recordOf } from '../../src/evaluate/schedule/schedule-record.ts'
import { renderSchedules } from '../../src/show/schedule-list.ts'
import { schedule } from '../evaluate/schedule/schedules.ts'

const models = ['openai:gpt-5-mini', 'anthropic:claude-haiku-4-5', 'openai:a-model-with-quite-a-long-name']
const each = schedule({
  ...{ jitterMs: 600_000, onDrift: true, cron: '0,20,40 1-5,13-17 1,8,15,22,29 1-6,9-12 1-5' },
  webhooks: [
    {
      label: 'schedules.nightly.webhooks[0]',
      url: 'https://u:s3cret@hooks.example:8443/s3cret?k=s3cret',
      format: 'slack',
      when: 'regressed',
    },
  ],
})
const listed = {
  schedule: { ...each, eval: { ...each.eval, suites: ['/srv/suites/', '/srv/more/words.yaml'], models } },
  record: recordOf(each, {}, 0),
  next: '2026-11-22T01:30:00.000Z',
}

test('a list of schedules fits its terminal, leaves nothing out, and says who is told of what', () => {
  const told = renderSchedules([listed, listed], {
    isTTY: true,
    columns: 60,
    hasColour: false,
    hasLines: true,
  })
  expect(Math.max(...told.split('\n').map((line) => stringWidth(line)))).toBeLessThanOrEqual(60)
  const words = told.replaceAll(/\s+/g, ' ')
  const parts = [
    'nightly when 0,20,40 1-5,13-17 1,8,15,22,29 1-6,9-12 1-5 on the clocks of Europe/Berlin, up to 10 min later;',
    'when a tool definition changed plays suites, words.yaml · openai:gpt-5-mini, anthropic:claude-haiku-4-5,',
    'next 2026-11-22 01:30 UTC last – tells hooks.example:8443 of what regressed, and of a run whose time was up',
  ]
  for (const part of parts) expect(words).toContain(part)
  expect(told).not.toContain('s3cret')
})
