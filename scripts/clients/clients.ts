import type { Client } from './client.ts'

const platform = `${process.platform}-${process.arch}`
const json = (value: object) => JSON.stringify(value)

const geminiCli: Client = {
  name: '@google/gemini-cli',
  program: '@google/gemini-cli/bundle/gemini.js',
  format: 'gemini',
  start: ({ gateway, key, prompt, server }) => ({
    args: ['--prompt', prompt, '--model', 'gemini-2.5-pro', '--approval-mode', 'yolo', '--skip-trust'],
    env: { GOOGLE_GEMINI_BASE_URL: `${gateway}/gemini`, GEMINI_API_KEY: key },
    files: {
      '.gemini/settings.json': json({
        security: { auth: { selectedType: 'gemini-api-key' } },
        privacy: { usageStatisticsEnabled: false },
        general: { enableAutoUpdate: false },
        mcpServers: { files: server },
      }),
    },
  }),
}

const codex: Client = {
  name: '@openai/codex',
  program: '@openai/codex/bin/codex.js',
  format: 'responses',
  start: ({ gateway, key, prompt, server: { command, args } }) => ({
    args: ['exec', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', prompt],
    env: { CALLTRAIL_CLIENTS_KEY: key },
    // TOML takes strings and lists as JSON writes them.
    files: {
      '.codex/config.toml': [
        'model = "gpt-5"',
        'model_provider = "gateway"',
        '[model_providers.gateway]',
        'name = "gateway"',
        `base_url = "${gateway}/openai/v1"`,
        'env_key = "CALLTRAIL_CLIENTS_KEY"',
        'wire_api = "responses"',
        '[mcp_servers.files]',
        `command = ${JSON.stringify(command)}`,
        `args = ${JSON.stringify(args)}`,
      ].join('\n'),
    },
  }),
}

const claudeCode: Client = {
  name: '@anthropic-ai/claude-code',
  program: `@anthropic-ai/claude-code-${platform}/claude`,
  format: 'messages',
  start: ({ home, gateway, key, prompt, server }) => ({
    args: [
      ...['--print', prompt, '--model', 'claude-sonnet-4-5', '--strict-mcp-config'],
      ...['--mcp-config', `${home}/mcp.json`, '--allowedTools', 'mcp__files'],
    ],
    env: {
      ANTHROPIC_BASE_URL: `${gateway}/anthropic`,
      ANTHROPIC_API_KEY: key,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    },
    files: { 'mcp.json': json({ mcpServers: { files: server } }) },
  }),
}

const opencode: Client = {
  name: 'opencode-ai',
  program: `opencode-${platform}/bin/opencode`,
  format: 'chat',
  start: ({ gateway, key, prompt, server: { command, args } }) => ({
    args: ['run', '--model', 'gateway/test', prompt],
    env: { OPENCODE_DISABLE_AUTOUPDATE: '1', OPENCODE_DISABLE_MODELS_FETCH: '1' },
    files: {
      '.config/opencode/opencode.json': json({
        provider: {
          gateway: {
            npm: '@ai-sdk/openai-compatible',
            options: { baseURL: `${gateway}/openai/v1`, apiKey: key },
            models: { test: { name: 'test' } },
          },
        },
        mcp: { files: { type: 'local', command: [command, ...args] } },
      }),
    },
  }),
}

const qwenCode: Client = {
  name: '@qwen-code/qwen-code',
  program: '@qwen-code/qwen-code/cli.js',
  format: 'chat',
  start: ({ gateway, key, prompt, server }) => ({
    args: ['--prompt', prompt, '--approval-mode', 'yolo', '--auth-type', 'openai', '--model', 'test'],
    env: { OPENAI_BASE_URL: `${gateway}/openai/v1`, OPENAI_API_KEY: key },
    files: {
      '.qwen/settings.json': json({
        security: { auth: { selectedType: 'openai' } },
        privacy: { usageStatisticsEnabled: false },
        general: { disableAutoUpdate: true },
        mcpServers: { files: server },
      }),
    },
  }),
}

const copilot: Client = {
  name: '@github/copilot',
  program: `@github/copilot-${platform}/copilot`,
  format: 'chat',
  start: ({ home, gateway, key, prompt, server }) => ({
    args: ['--prompt', prompt, '--allow-all', '--additional-mcp-config', `@${home}/mcp.json`],
    env: {
      COPILOT_PROVIDER_BASE_URL: `${gateway}/openai/v1`,
      COPILOT_PROVIDER_API_KEY: key,
      COPILOT_MODEL: 'test',
      COPILOT_OFFLINE: 'true',
    },
    files: { 'mcp.json': json({ mcpServers: { files: { type: 'local', ...server, tools: ['*'] } } }) },
  }),
}

/** One more is one more entry. */
export const clients: readonly Client[] = [geminiCli, codex, claudeCode, opencode, qwenCode, copilot]
