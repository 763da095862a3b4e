import type { PublicServer } from './public-servers.ts'

const none = 'none'

/** Servers that came last, when the ranking was nearly done; its weights were never tuned on them. */
export const unseenServers: readonly PublicServer[] = [
  {
    name: 'trello',
    package: '@delorenj/mcp-server-trello@1.8.1',
    program: '@delorenj/mcp-server-trello/build/index.js',
    env: { TRELLO_API_KEY: none, TRELLO_TOKEN: none },
  },
  {
    name: 'datadog',
    package: '@winor30/mcp-server-datadog@1.8.0',
    program: '@winor30/mcp-server-datadog/build/index.js',
    env: { DATADOG_API_KEY: none, DATADOG_APP_KEY: none },
  },
  {
    name: 'launchdarkly',
    package: '@launchdarkly/mcp-server@0.6.2',
    program: '@launchdarkly/mcp-server/bin/mcp-server.js',
    args: ['start', '--api-key', none],
  },
  {
    name: 'salesforce',
    package: '@tsmztech/mcp-server-salesforce@0.0.6',
    program: '@tsmztech/mcp-server-salesforce/dist/index.js',
    env: { SALESFORCE_USERNAME: none, SALESFORCE_PASSWORD: none, SALESFORCE_TOKEN: none },
  },
  {
    name: 'youtube-transcript',
    package: '@kimtaeyoon83/mcp-server-youtube-transcript@0.1.1',
    program: '@kimtaeyoon83/mcp-server-youtube-transcript/dist/index.js',
  },
  {
    name: 'linear',
    package: 'linear-mcp@1.2.0',
    program: 'linear-mcp/build/index.js',
    env: { LINEAR_ACCESS_TOKEN: none },
  },
]
