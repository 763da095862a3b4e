import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { renderChainPage } from '../../../src/show/page/chain-page.ts'
import { caused, chainView, decision, span, spans, trial } from '../../forensics/chain-views.ts'

const page = renderChainPage(chainView(spans, { policies: [decision], trial }))

describe('the page of a chain', () => {
  test('holds prompt, identity with its source, decisions, policy, calls, outcomes and payloads', () => {
    const text = page
      .replace(/<style>.*<\/style>/s, '')
      .replace(/<[^>]+>/g, ' ')
      .replace(/\s+/g, ' ')
    for (const words of [
      '“Which port?”',
      'trial · files/port-of-the-service × full · failed: wrong answer · run 01a2-run',
      'ana verified',
      'credential – not known',
      'openai:gpt-x 1,204 → 88 tokens',
      'Let me look.',
      'decided files/read',
      'link 1: exact call id',
      'port: 8080',
      'would deny',
      'no-secrets',
      'files/list no answer',
      'sent, never decided',
    ])
      expect(text).toContain(words)
  })

  test('loads and runs nothing, and its policy allows its own style alone', () => {
    expect(page).not.toMatch(/<script|<link|<img|<iframe|\b(?:src|href|action|style|on\w+)=/i)
    const [, style = ''] = /<style>(.*)<\/style>/s.exec(page) ?? []
    const hash = createHash('sha256').update(style).digest('base64')
    expect(page).toContain(`default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;;`)
  })

  test('lets nothing that was recorded be markup, or turn the writing around', () => {
    const evil = `"'><script>alert(1)</script><img src=x onerror=alert(2)>\u202e\u0000</pre></style><!--`
    const identity = JSON.stringify({
      ...{ groups: { value: [evil], source: 'self-reported' }, role: null, env: null, agent: null },
      user: { value: evil, source: 'self-reported' },
      client: { value: evil, source: evil },
      permissions: { scopes: [evil], credentialId: evil, policySetHash: evil },
    })
    const hostile = spans.map((each) => ({
      ...{ ...each, identity, input: evil, message: evil, name: evil, run: evil, server: evil },
      output: JSON.stringify({ content: [{ type: 'text', text: evil }], text: evil }),
      attributes: { code: evil, result_bytes: evil },
    }))
    const markup = renderChainPage(
      chainView(hostile, {
        ...{ chain: evil, links: [caused('lost', [evil, evil], { evidence: evil })] },
        policies: [{ ...decision, policies: [evil], errors: [evil], reason: evil, engine: evil }],
        sessions: [
          {
            ...{ session: evil, type: 'stdio', server: evil, protocolVersion: evil },
            ending: { reason: evil, message: evil },
          },
        ],
      }),
    )
    const tags = new Set([...markup.matchAll(/<[!/]?([a-z-]+)/g)].map(([, name]) => name))
    expect([...tags].filter((name) => ['script', 'img'].includes(name ?? ''))).toEqual([])
    expect(markup.match(/<\/style>|<style>|<!--/g)).toEqual(['<style>', '</style>'])
    expect(markup).not.toMatch(/[\u202e\u0000]/)
    expect(markup).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
  })

  test('marks what was hidden, folds what is long, and says how much of it is left out', () => {
    const output = JSON.stringify({ content: [{ type: 'text', text: 'x'.repeat(25_000) }] })
    const input = '{"token":"[redacted:jwt:0123456789ab]"}'
    const markup = renderChainPage(chainView([span('t', { server: 'files', input, output })]))
    expect(markup).toContain('<mark>[redacted:jwt:0123456789ab]</mark>')
    expect(markup).toMatch(/<p class="said"><span class="quiet">arguments/)
    expect(markup).toMatch(/<details><summary>result/)
    expect(markup).toContain('5,000 more characters')
    expect(markup.length).toBeLessThan(40_000)
  })

  test('a chain of which nothing is left but its id is a page all the same', () => {
    expect(renderChainPage(chainView([]))).toContain('No recorder saw the prompt')
  })
})
