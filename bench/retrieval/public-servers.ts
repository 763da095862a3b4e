// Public MCP servers, all on npm, that list their tools without an account. What stands for a key here opens nothing.

export interface PublicServer {
  readonly name: string
  /** As npm takes it: `name@version`. */
  readonly package: string
  /** Below `node_modules`. */
  readonly program: string
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

const none = 'none'

/** `FOLDER` stands for a folder of the server's own, with `keys.json` (an OAuth client of nobody's) and `empty.json`. */
export const publicServers: readonly PublicServer[] = [
  {
    name: 'filesystem',
    package: '@modelcontextprotocol/server-filesystem@2026.8.31',
    program: '@modelcontextprotocol/server-filesystem/dist/index.js',
    args: ['FOLDER'],
  },
  {
    name: 'memory',
    package: '@modelcontextprotocol/server-memory@2026.8.31',
    program: '@modelcontextprotocol/server-memory/dist/index.js',
    env: { MEMORY_FILE_PATH: 'FOLDER/memory.json' },
  },
  {
    name: 'github',
    package: '@modelcontextprotocol/server-github@2025.4.8',
    program: '@modelcontextprotocol/server-github/dist/index.js',
    env: { GITHUB_PERSONAL_ACCESS_TOKEN: none },
  },
  {
    name: 'slack',
    package: '@modelcontextprotocol/server-slack@2025.4.25',
    program: '@modelcontextprotocol/server-slack/dist/index.js',
    env: { SLACK_BOT_TOKEN: none, SLACK_TEAM_ID: none },
  },
  {
    name: 'google-maps',
    package: '@modelcontextprotocol/server-google-maps@0.6.2',
    program: '@modelcontextprotocol/server-google-maps/dist/index.js',
    env: { GOOGLE_MAPS_API_KEY: none },
  },
  {
    name: 'brave-search',
    package: '@modelcontextprotocol/server-brave-search@0.6.2',
    program: '@modelcontextprotocol/server-brave-search/dist/index.js',
    env: { BRAVE_API_KEY: none },
  },
  { name: 'playwright', package: '@playwright/mcp@0.0.83', program: '@playwright/mcp/cli.js' },
  {
    name: 'git',
    package: '@cyanheads/git-mcp-server@2.15.3',
    program: '@cyanheads/git-mcp-server/dist/index.js',
  },
  {
    name: 'notion',
    package: '@notionhq/notion-mcp-server@2.5.2',
    program: '@notionhq/notion-mcp-server/bin/cli.mjs',
    env: { NOTION_TOKEN: none },
  },
  {
    name: 'kubernetes',
    package: 'mcp-server-kubernetes@4.1.7',
    program: 'mcp-server-kubernetes/dist/index.js',
  },
  {
    name: 'gmail',
    package: '@gongrzhe/server-gmail-autoauth-mcp@1.1.11',
    program: '@gongrzhe/server-gmail-autoauth-mcp/dist/index.js',
    env: { GMAIL_OAUTH_PATH: 'FOLDER/keys.json', GMAIL_CREDENTIALS_PATH: 'FOLDER/empty.json' },
  },
  {
    name: 'google-calendar',
    package: '@cocal/google-calendar-mcp@2.6.3',
    program: '@cocal/google-calendar-mcp/build/index.js',
    env: {
      GOOGLE_OAUTH_CREDENTIALS: 'FOLDER/keys.json',
      GOOGLE_CALENDAR_MCP_TOKEN_PATH: 'FOLDER/empty.json',
    },
  },
  {
    name: 'excel',
    package: '@negokaz/excel-mcp-server@0.12.0',
    program: '@negokaz/excel-mcp-server/dist/launcher.js',
  },
  {
    name: 'docker',
    package: 'mcp-server-docker@1.0.0',
    program: 'mcp-server-docker/dist/index.js',
  },
  {
    name: 'youtube',
    package: 'youtube-data-mcp-server@1.0.16',
    program: 'youtube-data-mcp-server/dist/index.js',
    env: { YOUTUBE_API_KEY: none },
  },
  {
    name: 'todoist',
    package: 'todoist-mcp@1.3.4',
    program: 'todoist-mcp/dist/index.js',
    env: { TODOIST_API_KEY: none, API_KEY: none },
  },
  {
    name: 'weather',
    package: '@dangahagan/weather-mcp@1.23.0',
    program: '@dangahagan/weather-mcp/dist/index.js',
  },
  {
    name: 'airbnb',
    package: '@openbnb/mcp-server-airbnb@0.3.0',
    program: '@openbnb/mcp-server-airbnb/dist/index.js',
  },
  { name: 'fetch', package: 'mcp-fetch-server@1.1.2', program: 'mcp-fetch-server/dist/index.js' },
  {
    name: 'xero',
    package: '@xeroapi/xero-mcp-server@0.0.17',
    program: '@xeroapi/xero-mcp-server/dist/index.js',
    env: { XERO_CLIENT_ID: none, XERO_CLIENT_SECRET: none, XERO_CLIENT_BEARER_TOKEN: none },
  },
  {
    name: 'pdf-reader',
    package: '@sylphx/pdf-reader-mcp@2.4.0',
    program: '@sylphx/pdf-reader-mcp/dist/index.js',
  },
  {
    name: 'shopify',
    package: 'shopify-mcp@1.0.8',
    program: 'shopify-mcp/dist/index.js',
    env: { SHOPIFY_ACCESS_TOKEN: none, MYSHOPIFY_DOMAIN: 'none.myshopify.com' },
  },
  {
    name: 'strava',
    package: '@r-huijts/strava-mcp-server@1.2.1',
    program: '@r-huijts/strava-mcp-server/dist/server.js',
    env: {
      STRAVA_ACCESS_TOKEN: none,
      STRAVA_CLIENT_ID: none,
      STRAVA_CLIENT_SECRET: none,
      STRAVA_REFRESH_TOKEN: none,
    },
  },
]
