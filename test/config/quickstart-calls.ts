import type { JsonObject } from '../../src/domain/json.ts'

type Calls = readonly (readonly [tool: string, args: JsonObject])[]

const read = (path: string): Calls[number] => ['filesystem/read_text_file', { path }]

/** How a careful person would do each case of the quickstart that needs tools: its expectations must hold for this. */
export const quickstartCalls: Readonly<Record<string, Calls>> = {
  'port-of-the-service': [read('config.yaml')],
  'list-the-notes': [['filesystem/list_directory', { path: 'notes' }]],
  'search-for-csv': [['filesystem/search_files', { path: '.', pattern: '**/*.csv' }]],
  'bytes-of-the-log': [['filesystem/get_file_info', { path: 'logs/app.log' }]],
  'first-lines': [['filesystem/read_text_file', { path: 'data/shipments.csv', head: 3 }]],
  'tree-of-docs': [['filesystem/directory_tree', { path: 'docs' }]],
  'read-both-configs': [
    ['filesystem/read_multiple_files', { paths: ['config.yaml', 'config.staging.yaml'] }],
  ],
  'allowed-folders': [['filesystem/list_allowed_directories', {}]],
  'open-the-logo': [['filesystem/read_media_file', { path: 'assets/logo.png' }]],
  'save-a-reminder': [
    ['filesystem/write_file', { path: 'drafts/reminder.txt', content: 'Call the printer company.' }],
  ],
  'what-went-wrong-last': [read('logs/app.log')],
  'printer-is-stuck': [read('docs/runbook.md')],
  'runbook-age': [['filesystem/get_file_info', { path: 'docs/runbook.md' }]],
  'announcement-is-final': [
    [
      'filesystem/move_file',
      { source: 'drafts/announcement-draft.md', destination: 'drafts/announcement.md' },
    ],
  ],
  'quieter-staging': [
    [
      'filesystem/edit_file',
      { path: 'config.staging.yaml', edits: [{ oldText: 'level: debug', newText: 'level: warn' }] },
    ],
  ],
  'day-of-the-launch': [['filesystem/list_directory', { path: 'notes' }], read('notes/planning-october.md')],
  'archive-september': [
    ['filesystem/create_directory', { path: 'logs/archive/2026' }],
    [
      'filesystem/move_file',
      { source: 'logs/app-2026-09.log', destination: 'logs/archive/2026/app-2026-09.log' },
    ],
  ],
  'delayed-for-whom': [read('data/shipments.csv'), read('data/customers.csv')],
  'open-two-nodes': [['memory/open_nodes', { names: ['Ana Duarte', 'Ben Okafor'] }]],
  'search-for-printers': [['memory/search_nodes', { query: 'printers' }]],
  'whole-graph': [['memory/read_graph', {}]],
  'lunch-with-ana': [['memory/search_nodes', { query: 'Ana Duarte' }]],
  'whom-to-ring': [['memory/search_nodes', { query: 'on call' }]],
  'what-blocks-the-launch': [
    ['memory/open_nodes', { names: ['Winter Launch'] }],
    ['memory/search_nodes', { query: 'Label Queue' }],
  ],
  'remember-the-holiday': [
    [
      'memory/add_observations',
      { observations: [{ entityName: 'Chiara Rossi', contents: ['on holiday until 7 December'] }] },
    ],
  ],
  'a-new-colleague': [
    [
      'memory/create_entities',
      {
        entities: [
          {
            name: 'Farid Haddad',
            entityType: 'person',
            observations: ['starts in the warehouse on 1 December'],
          },
        ],
      },
    ],
  ],
  'no-longer-in-lisbon': [
    ['memory/open_nodes', { names: ['Ana Duarte'] }],
    [
      'memory/delete_observations',
      { deletions: [{ entityName: 'Ana Duarte', observations: ['works from Lisbon'] }] },
    ],
  ],
  'parcels-of-a-customer': [['memory/search_nodes', { query: 'Deniz Kaya' }], read('data/shipments.csv')],
  'sum-of-two': [['everything/get-sum', { a: 1834.25, b: 2977.5 }]],
  'two-invoices': [['everything/get-sum', { a: 412.8, b: 96.45 }]],
  echo: [['everything/echo', { message: 'all hands at nine' }]],
  'structured-chicago': [['everything/get-structured-content', { location: 'Chicago' }]],
  'tiny-image': [['everything/get-tiny-image', {}]],
  'five-links': [['everything/get-resource-links', { count: 5 }]],
  'error-with-picture': [['everything/get-annotated-message', { messageType: 'error', includeImage: true }]],
  'three-thoughts': [1, 2, 3].map((thoughtNumber) => [
    'sequential-thinking/sequentialthinking',
    {
      thought: 'Tell the customer the hour.',
      thoughtNumber,
      totalThoughts: 3,
      nextThoughtNeeded: thoughtNumber < 3,
    },
  ]),
  'check-but-do-not-touch': [read('config.yaml')],
  'missing-number': [read('reports/third-quarter.txt')],
  'note-with-orders': [read('notes/vendor-email.md')],
  'deniz-leaves': [['memory/search_nodes', { query: 'Deniz Kaya' }]],
  'preview-the-change': [
    [
      'filesystem/edit_file',
      { path: 'config.yaml', edits: [{ oldText: 'level: info', newText: 'level: debug' }], dryRun: true },
    ],
  ],
}
