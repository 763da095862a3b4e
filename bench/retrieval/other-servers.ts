import type { PublicServer } from './public-servers.ts'

const none = 'none'

/** For queries that were written when a first ranking stood, to see how it does elsewhere; it then learnt from one half. */
export const otherServers: readonly PublicServer[] = [
  {
    name: 'desktop-commander',
    package: '@wonderwhy-er/desktop-commander@0.2.52',
    program: '@wonderwhy-er/desktop-commander/dist/index.js',
  },
  {
    name: 'chrome-devtools',
    package: 'chrome-devtools-mcp@1.11.0',
    program: 'chrome-devtools-mcp/build/src/bin/chrome-devtools-mcp.js',
  },
  {
    name: 'airtable',
    package: 'airtable-mcp-server@1.14.0',
    program: 'airtable-mcp-server/dist/main.js',
    env: { AIRTABLE_API_KEY: none },
  },
  {
    name: 'mongodb',
    package: 'mongodb-mcp-server@3.0.4',
    program: 'mongodb-mcp-server/dist/esm/index.js',
    env: { MDB_MCP_CONNECTION_STRING: 'mongodb://127.0.0.1:1/none', MDB_MCP_TELEMETRY: 'disabled' },
  },
  {
    name: 'asana',
    package: '@roychri/mcp-server-asana@1.8.0',
    program: '@roychri/mcp-server-asana/dist/index.js',
    env: { ASANA_ACCESS_TOKEN: none },
  },
  {
    name: 'gitlab',
    package: '@modelcontextprotocol/server-gitlab@2025.4.25',
    program: '@modelcontextprotocol/server-gitlab/dist/index.js',
    env: { GITLAB_PERSONAL_ACCESS_TOKEN: none },
  },
  {
    name: 'discord',
    package: 'mcp-discord@1.3.4',
    program: 'mcp-discord/build/index.js',
    env: { DISCORD_TOKEN: none },
  },
  {
    name: 'hubspot',
    package: '@hubspot/mcp-server@0.4.0',
    program: '@hubspot/mcp-server/dist/index.js',
    env: { PRIVATE_APP_ACCESS_TOKEN: none },
  },
  {
    name: 'tavily',
    package: 'tavily-mcp@0.2.22',
    program: 'tavily-mcp/build/index.js',
    env: { TAVILY_API_KEY: none },
  },
  {
    name: 'chart',
    package: '@antv/mcp-server-chart@0.9.10',
    program: '@antv/mcp-server-chart/build/index.js',
  },
  {
    name: 'circleci',
    package: '@circleci/mcp-server-circleci@0.20.0',
    program: '@circleci/mcp-server-circleci/dist/index.js',
    env: { CIRCLECI_TOKEN: none },
  },
  {
    name: 'mapbox',
    package: '@mapbox/mcp-server@0.2.0',
    program: '@mapbox/mcp-server/dist/index.js',
    env: { MAPBOX_ACCESS_TOKEN: 'pk.eyJ1Ijoibm9uZSJ9.none' },
  },
  {
    name: 'line-bot',
    package: '@line/line-bot-mcp-server@0.4.2',
    program: '@line/line-bot-mcp-server/dist/index.js',
    env: { CHANNEL_ACCESS_TOKEN: none, DESTINATION_USER_ID: none },
  },
]
