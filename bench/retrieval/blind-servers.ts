import type { PublicServer } from './public-servers.ts'

const none = 'none'

/** For queries by someone who had not seen how the ranking works, to check it where it could not have been tuned. */
export const blindServers: readonly PublicServer[] = [
  {
    name: 'jira',
    package: '@nexus2520/jira-mcp-server@1.2.0',
    program: '@nexus2520/jira-mcp-server/build/index.js',
    env: { JIRA_EMAIL: 'none@example.com', JIRA_API_TOKEN: none, JIRA_BASE_URL: 'http://127.0.0.1:1' },
  },
  {
    name: 'stripe',
    package: '@stripe/mcp@0.2.5',
    program: '@stripe/mcp/dist/index.js',
    args: ['--tools=all', '--api-key=sk_test_none'],
  },
  {
    name: 'sentry',
    package: '@sentry/mcp-server@0.39.0',
    program: '@sentry/mcp-server/dist/index.js',
    args: ['--access-token=none'],
  },
  {
    name: 'teams',
    package: '@floriscornel/teams-mcp@0.3.2',
    program: '@floriscornel/teams-mcp/dist/index.js',
    env: { AUTH_TOKEN: none },
  },
  {
    name: '1password',
    package: '@takescake/1password-mcp@4.0.2',
    program: '@takescake/1password-mcp/bin/1password-mcp.js',
    env: { OP_SERVICE_ACCOUNT_TOKEN: none },
  },
  { name: 'hotelzero', package: 'hotelzero@1.15.2', program: 'hotelzero/dist/index.js' },
  {
    name: 'figma',
    package: 'cursor-talk-to-figma-mcp@0.3.5',
    program: 'cursor-talk-to-figma-mcp/dist/server.js',
  },
  {
    name: 'flightradar24',
    package: '@flightradar24/fr24api-mcp@1.0.2',
    program: '@flightradar24/fr24api-mcp/build/index.js',
    env: { FR24_API_KEY: none },
  },
  {
    name: 'prometheus',
    package: 'prometheus-mcp@1.1.3',
    program: 'prometheus-mcp/dist/index.mjs',
    args: ['stdio'],
    env: { PROMETHEUS_URL: 'http://127.0.0.1:1' },
  },
  {
    name: 'sonarqube',
    package: 'sonarqube-mcp-server@1.10.21',
    program: 'sonarqube-mcp-server/dist/index.js',
    env: { SONARQUBE_TOKEN: none, SONARQUBE_URL: 'http://127.0.0.1:1' },
  },
]
